"""What a job uses while it works, seen ten times a second by a process beside it."""

from __future__ import annotations

import os

from pydantic import NonNegativeFloat, NonNegativeInt

from contract.base import Device, Record
from contract.meters import Meters
from contract.result import UsageSample
from runners.harness.instruments import usage_process
from runners.harness.instruments.beside import Sampler


class UsageSampler:
    """Watches this process between entry and exit.

    The kernel counts processor time in ticks of 10 ms, so that a single sample is right to about a
    tenth of one CPU.
    """

    samples: tuple[UsageSample, ...] = ()
    """At most 600, thinned evenly where there were more; none of what ends within 0.1 s."""
    meters: Meters | None = None
    """What the instruments found; None until the end."""
    gpu_percent: float | None = None
    """Mean of all looks at the GPU, the thinned ones included."""
    gpu_peak_memory_bytes: int | None = None
    """Largest memory in use on the GPU at any look, whoever uses it."""
    gpu_unmeasured: str = "the sampler did not end"
    """Why the two above are None; empty where they are not."""

    def __init__(self, device: Device, cpus: int) -> None:
        """Prepare for a process that computes on `device` and is pinned to that many CPUs."""
        arguments = (str(os.getpid()), device, str(cpus))
        self._sampler = Sampler(usage_process.__name__, *arguments)

    def __enter__(self) -> UsageSampler:
        """Start to watch; OSError where the sampler cannot be started."""
        self._sampler.__enter__()
        return self

    def __exit__(self, kind: type[BaseException] | None, *exception: object) -> None:
        """Read what was seen; OSError where the sampler died."""
        self._sampler.__exit__(kind, *exception)
        if kind is not None:
            return
        seen = _Seen.model_validate_json(self._sampler.output)
        self.samples = seen.samples
        self.gpu_percent = seen.findings.gpu_percent
        self.gpu_peak_memory_bytes = seen.findings.gpu_peak_memory_bytes
        reasons = dict(seen.findings.unmeasured)
        self.gpu_unmeasured = reasons.pop("gpu_percent", "")
        reasons.pop("gpu_peak_memory_bytes", "")
        found = seen.findings.model_dump(include=set(Meters.model_fields))
        self.meters = Meters.model_validate(found | {"unmeasured": reasons})


class _Findings(Meters):
    """What the instruments found, with two numbers that stand among a result's metrics."""

    gpu_percent: NonNegativeFloat | None = None
    gpu_peak_memory_bytes: NonNegativeInt | None = None


class _Seen(Record):
    """What the sampler's process prints."""

    samples: tuple[UsageSample, ...]
    findings: _Findings
