"""What a job uses while it works, seen ten times a second by a process beside it."""

import os
from collections.abc import Mapping

from pydantic import NonNegativeFloat, NonNegativeInt, ValidationError

from contract.base import Device, Record
from contract.meters import Meters
from contract.metrics import UsageSample
from contract.untrusted import first_cause
from runners.harness.instruments import usage_process
from runners.harness.instruments.beside import Sampler
from runners.harness.instruments.gpu import GpuUseMeter
from runners.harness.instruments.meter import MeterValue, Reason


class UsageSampler(Sampler):
    """Watches this process between entry and exit; what fails of it becomes a reason.

    The kernel counts processor time in ticks of 10 ms, so that a single sample is right to about a
    tenth of one CPU.
    """

    samples: tuple[UsageSample, ...] = ()
    """At most 600, thinned evenly where there were more; none of what ends within 0.1 s."""
    meters: Meters | None = None
    """What the instruments found; None until the end."""
    gpu: Mapping[str, MeterValue]
    """`gpu_percent`, the mean of all looks, the thinned ones included, and
    `gpu_peak_memory_bytes`, whoever uses the GPU; or the reasons for none."""

    def __init__(self, device: Device, cpus: int) -> None:
        """Prepare for a process that computes on `device` and is pinned to that many CPUs."""
        super().__init__(usage_process.__name__, str(os.getpid()), device, str(cpus))
        self.gpu = dict.fromkeys(GpuUseMeter.names, Reason("the job did not end"))

    def __exit__(self, *exception: object) -> None:
        """Read what was seen."""
        super().__exit__(*exception)
        seen = _read(self.output)
        found, reasons = seen.findings.model_dump(), dict(seen.findings.unmeasured)
        self.samples = seen.samples
        self.gpu = {
            name: Reason(reasons.pop(name)) if name in reasons else found[name]
            for name in GpuUseMeter.names
        }
        of_meters = {name: found[name] for name in Meters.model_fields}
        self.meters = Meters.model_validate(of_meters | {"unmeasured": reasons})


class _Findings(Meters):
    """What the instruments found, with two numbers that stand among a result's metrics."""

    gpu_percent: NonNegativeFloat | None = None
    gpu_peak_memory_bytes: NonNegativeInt | None = None


class _Seen(Record):
    """What the sampler's process prints."""

    samples: tuple[UsageSample, ...]
    findings: _Findings


def _read(output: str | Reason) -> _Seen:
    if not isinstance(output, Reason):
        try:
            return _Seen.model_validate_json(output)
        except ValidationError as error:
            cause = first_cause(error, "output")
            output = Reason(f"the sampler printed what cannot be read: {cause}")
    names = _Findings.model_fields.keys() - {"unmeasured"}
    unmeasured = dict.fromkeys(sorted(names), str(output))
    return _Seen(samples=(), findings=_Findings(unmeasured=unmeasured))
