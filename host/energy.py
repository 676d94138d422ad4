"""The processor packages' energy counters: RAPL (running average power limit)."""

from pathlib import Path

POWERCAP = Path("/sys/class/powercap")


def rapl_zones(powercap: Path = POWERCAP) -> list[Path]:
    """Return the folder of each counter; none where the kernel has or shows none."""
    return sorted(powercap.glob("intel-rapl:*"))


def is_readable(zone: Path) -> bool:
    """Return whether this user may read a counter: since Linux 5.10, root alone by default."""
    try:
        (zone / "energy_uj").read_bytes()
    except OSError:
        return False
    return True
