"""What instruments beside a job saw: its control group, its processes, energy, other users."""

from __future__ import annotations

from pydantic import Field, NonNegativeFloat, NonNegativeInt, PositiveInt, model_validator

from contract.base import Record


class Meters(Record):
    """Seen over the job's training, or over its predictions where it does not train.

    A process beside the job looks ten times a second; `unmeasured` gives the reason for each number
    that is missing.
    """

    watch_seconds: NonNegativeFloat
    """How long the instruments watched."""
    looks: PositiveInt
    meter_cpu_seconds: NonNegativeFloat
    """Processor time of the instruments themselves while they watched."""
    working_set_peak_bytes: NonNegativeInt | None = None
    """Largest use of memory by the job's control group without the file cache that the kernel could
    drop at once (usage − inactive file). The instruments' own process is part of the group; pages
    of files that were in memory before, those of a framework's libraries among them, are not."""
    group_cpu_seconds: NonNegativeFloat | None = None
    """Processor time of the job's control group."""
    throttled_seconds: NonNegativeFloat | None = None
    """Time in which the control group was ready to run and its CPU quota forbade it."""
    tree_peak_memory_bytes: NonNegativeInt | None = None
    """Largest sum of the resident memory of the runner and all it started, without instruments.
    Pages that processes share are counted in each; new processes are looked for once a second."""
    tree_processes: PositiveInt | None = None
    """Most processes at one look, the runner included, without instruments."""
    cpu_energy_joules: dict[str, NonNegativeFloat] = Field(default_factory=dict)
    """By RAPL domain, whoever used the processor: `package-0`, `package-0/core`, `package-0/dram`.
    A package holds its cores; memory (`dram`) and the whole platform (`psys`) are beside it."""
    gpu_energy_joules: NonNegativeFloat | None = None
    """Of the job's GPU, whoever used it, by NVML's total-energy counter."""
    gpu_foreign_processes: NonNegativeInt | None = None
    """Most processes at one look that computed on the GPU and were not the job's."""
    unmeasured: dict[str, str] = Field(default_factory=dict)
    """Why a number is missing, by its name."""

    @model_validator(mode="after")
    def _holes_have_reasons(self) -> Meters:
        for name in type(self).model_fields:
            missing = name != "unmeasured" and getattr(self, name) in (None, {})
            if missing != (name in self.unmeasured):
                raise ValueError(f"{name}: a number or a reason in `unmeasured`, not both")
        return self
