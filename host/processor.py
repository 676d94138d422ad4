"""The processor: model, vector instructions, and what sets its frequency."""

import platform
from dataclasses import dataclass
from pathlib import Path

_ROOT = Path("/")
"""Above /proc and /sys."""
_CPUS = "sys/devices/system/cpu"
_TURBO_SWITCHES = {"intel_pstate/no_turbo": "1", "cpufreq/boost": "0"}
"""By driver, the value that turns turbo off (Linux, admin-guide/pm): one forbids, one permits."""


@dataclass(frozen=True)
class Turbo:
    """Whether the processor may exceed its nominal frequency for a while."""

    on: bool
    switch: str
    """File below the root that turns it on and off."""
    off_value: str
    """What to write into the file to turn it off."""


def cpu_model(root: Path = _ROOT) -> str:
    """Return the model's name; the architecture's where the kernel knows no name."""
    return _cpu_info(root).get("model name", platform.machine())


def cpu_flags(root: Path = _ROOT) -> frozenset[str]:
    """Return the features that the kernel lists; none where /proc/cpuinfo cannot be read."""
    info = _cpu_info(root)
    return frozenset(info.get("flags", info.get("Features", "")).split())


def governors(root: Path = _ROOT) -> dict[int, str]:
    """Return the frequency governor by CPU; none where the kernel does not tell."""
    paths = (root / _CPUS).glob("cpu[0-9]*/cpufreq/scaling_governor")
    return {int(path.parts[-3].removeprefix("cpu")): path.read_text().strip() for path in paths}


def turbo(root: Path = _ROOT) -> Turbo | None:
    """Return the state of turbo; None where no driver tells."""
    for name, off in _TURBO_SWITCHES.items():
        path = root / _CPUS / name
        if path.is_file():
            return Turbo(path.read_text().strip() != off, f"{_CPUS}/{name}", off)
    return None


def _cpu_info(root: Path) -> dict[str, str]:
    """Return the first processor's entry of /proc/cpuinfo."""
    try:
        entry = (root / "proc/cpuinfo").read_text().split("\n\n")[0]
    except OSError:
        return {}
    pairs = (line.split(":", 1) for line in entry.splitlines() if ":" in line)
    return {name.strip(): value.strip() for name, value in pairs}
