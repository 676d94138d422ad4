"""What instruments beside a job saw: its control group, its processes, energy, other users."""

from typing import Annotated

from pydantic import Field, NonNegativeFloat, NonNegativeInt, PositiveInt

from contract.metric import BYTES, SECONDS, Measured, Metric

_JOULES = Metric("J", "lower")


class Meters(Measured):
    """Seen over the job's training, or over its predictions where it does not train.

    A process beside the job looks ten times a second; `unmeasured` gives the reason for each number
    that is missing. An instrument that fails at any moment has no number, but the reason.
    """

    watch_seconds: Annotated[NonNegativeFloat | None, Metric("s")] = None
    """How long the instruments watched."""
    looks: Annotated[PositiveInt | None, Metric("")] = None
    meter_cpu_seconds: Annotated[NonNegativeFloat | None, Metric("s")] = None
    """Processor time of the instruments themselves while they watched."""
    working_set_peak_bytes: Annotated[NonNegativeInt | None, BYTES] = None
    """Largest use of memory by the job's control group without the file cache that the kernel could
    drop at once (usage − inactive file). The instruments' own process is part of the group; pages
    of files that were in memory before, those of a framework's libraries among them, are not."""
    group_cpu_seconds: Annotated[NonNegativeFloat | None, SECONDS] = None
    """Processor time of the job's control group."""
    throttled_seconds: Annotated[NonNegativeFloat | None, SECONDS] = None
    """Time in which the job was ready to run and the CPU quota of its control group, or of one
    around it, forbade it; of all CPUs together, so that it can exceed the time that passed."""
    tree_peak_memory_bytes: Annotated[NonNegativeInt | None, BYTES] = None
    """Largest sum of the resident memory of the runner and all it started, without instruments.
    Pages that processes share are counted in each; new processes are looked for once a second."""
    tree_processes: Annotated[PositiveInt | None, Metric("")] = None
    """Most processes at one look, the runner included, without instruments."""
    cpu_energy_joules: Annotated[dict[str, NonNegativeFloat], _JOULES] = Field(default_factory=dict)
    """By RAPL domain, whoever used the processor: `package-0`, `package-0/core`, `package-0/dram`.
    A package holds its cores; memory (`dram`) and the whole platform (`psys`) are beside it."""
    gpu_energy_joules: Annotated[NonNegativeFloat | None, _JOULES] = None
    """Of the job's GPU, whoever used it, by NVML's total-energy counter."""
    gpu_foreign_processes: Annotated[NonNegativeInt | None, Metric("", "lower")] = None
    """Most processes at one look that computed on the GPU and were not the job's."""
