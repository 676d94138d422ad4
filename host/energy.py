"""The processor packages' energy counters: RAPL (running average power limit)."""

from __future__ import annotations

from pathlib import Path

POWERCAP = Path("/sys/class/powercap")


def rapl_zones(powercap: Path = POWERCAP) -> list[Path]:
    """Return the folder of each counter; none where the kernel has or shows none."""
    return sorted(powercap.glob("intel-rapl:*"))
