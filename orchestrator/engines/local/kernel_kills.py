"""Whether the kernel killed for want of memory: the machine's, or that of a control group."""

from pathlib import Path

from contract.memory_size import readable_size
from host.cgroup import ROOT
from host.group_limits import memory_limit_of, memory_lineage
from host.memory import machine_memory_bytes

_REACHED = {"memory.failcnt": "", "memory.events": "oom "}
"""Per version the file that counts how often a group's limit was reached, and the line's name."""


class KernelKills:
    """What the kernel's counters grow by from now on."""

    def __init__(self, root: Path = ROOT) -> None:
        self._root = root
        self._kills = self._count_kills()
        self._reached = self._count_reached()

    def cause(self, *, by_limit_only: bool = False) -> str | None:
        """Return what to say of a process that was killed; None where none was.

        `by_limit_only`: where a control group reached its limit, not where the machine did.
        """
        if self._count_kills() <= self._kills:
            return None
        now = self._count_reached()
        for group, before in self._reached.items():
            limit_bytes = memory_limit_of(group)
            if limit_bytes is not None and now[group] > before:
                limit = readable_size(limit_bytes)
                return f"killed by the kernel: out of memory at the limit of {limit} of {group}"
        if by_limit_only:
            return None
        size = readable_size(machine_memory_bytes())
        return f"killed by the kernel: out of memory, the machine's {size} were used up"

    def _count_kills(self) -> int:
        """Return how many processes this kernel has killed so far because memory ran out.

        0 where /proc shows processes alone (`subset=pid`): then none is ever told.
        """
        try:
            return _number((self._root / "proc/vmstat").read_text(), "oom_kill ")
        except FileNotFoundError:
            return 0

    def _count_reached(self) -> dict[Path, int]:
        """Return how often each group of this process reached its limit, innermost first."""
        return {
            group: sum(
                _number((group / name).read_text(), entry)
                for name, entry in _REACHED.items()
                if (group / name).is_file()
            )
            for group in memory_lineage(self._root)
        }


def _number(text: str, entry: str) -> int:
    """Return the number of the line that begins with `entry`; 0 where there is none."""
    lines = (line.removeprefix(entry) for line in text.splitlines() if line.startswith(entry))
    return int(next(lines, "0"))
