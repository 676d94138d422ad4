"""How far others disturbed what was timed: by CPU time that they took, or by a quota."""

from typing import Annotated, Literal

from pydantic import NonNegativeFloat, NonNegativeInt, PositiveFloat

from contract.metric import SECONDS, Measured, Metric
from contract.metrics import Share

FOREIGN_CPU_SHARE_LIMIT = 0.10
"""Of the time of the pinned CPUs. In quiet turns of 0.4 s the kit's own work and the kernel's ticks
came to 7 % at most; one busy neighbour on two CPUs took 41 to 46 %, and slowed threads that spin by
a factor of up to 40."""
THROTTLED_SHARE_LIMIT = 0.01
"""Of the time that passed; less moves no number that is shown."""


TimedPart = Literal["train", "predict"]
"""Of a job: its training, evaluations between epochs included; its predictions or scans."""


class Disturbance(Measured):
    """What happened beside a sample while it was timed; `unmeasured` has the reason for a hole."""

    wall_seconds: PositiveFloat
    """How long it was watched."""
    foreign_cpu_share: Annotated[Share | None, Metric("share", "lower", "difference")] = None
    """CPU time that others took on the pinned CPUs, over wall time and pinned CPUs. Others are what
    is not in the job's control group; where it has none of its own, all processes but the runner's
    and those of its children that have ended. Time that a hypervisor took counts too."""
    involuntary_switches: NonNegativeInt
    """How often the kernel took a CPU from a thread of the runner's process. It has no limit: the
    threads of a framework do so among themselves."""
    throttled_seconds: Annotated[NonNegativeFloat | None, SECONDS] = None
    """Time in which the job was ready to run and a CPU quota forbade it, of all CPUs together."""

    @property
    def cause(self) -> str:
        """What disturbed the sample, in words: "others used 43 % of its CPUs"; "" where nothing."""
        foreign, throttled = self.foreign_cpu_share or 0.0, self.throttled_seconds or 0.0
        causes = []
        if foreign > FOREIGN_CPU_SHARE_LIMIT:
            causes.append(f"others used {100 * foreign:.0f} % of its CPUs")
        if throttled > THROTTLED_SHARE_LIMIT * self.wall_seconds:
            causes.append(f"a CPU quota stopped it for {throttled:.2f} s")
        return ", and ".join(causes)

    @property
    def is_disturbed(self) -> bool:
        """Whether the sample counts for no verdict on time."""
        return bool(self.cause)
