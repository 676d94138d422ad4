"""What has to be installed: Python, the environments, what the PDF is made with, room, data."""

import shutil
import subprocess
import sys
from collections.abc import Iterator
from ctypes.util import find_library
from pathlib import Path

from data.errors import DataError
from data.places import default_root
from data.status import FetchState, statuses
from orchestrator.doctor.finding import ENGINES, Finding, Level
from orchestrator.engines.environments import LEFT_OUT, WHY_STALE, environment_states
from orchestrator.errors import PlumblineError
from orchestrator.places import RESULTS_DIR
from orchestrator.plan.resources import LEAST_FREE_BYTES

_PYTHONS = ((3, 10), (3, 13))
_LIBRARIES = {
    "pango-1.0": "libpango-1.0-0",
    "pangoft2-1.0": "libpangoft2-1.0-0",
    "harfbuzz-subset": "libharfbuzz-subset0",
}
_OWN_ENVIRONMENT = "plumbline"
_FONT = "Liberation"
_COMFORTABLE_BYTES = 20 * 2**30
"""For environments, images and their build, data and some runs."""
_DATA_STATES: dict[FetchState, tuple[Level, str]] = {
    "verified": ("ok", ""),
    "unverified": ("warning", "whether it is the published data is unknown; the report says so"),
    "absent": ("warning", "a run fetches it; if it is not available, its jobs are skipped"),
    "corrupt": ("problem", "runs that need it do not start"),
}
"""How bad each is, and what it means for a run."""


def python(root: Path) -> Iterator[Finding]:  # noqa: ARG001
    """Tell whether this Python has locked wheels."""
    first, last = (".".join(map(str, version)) for version in _PYTHONS)
    version = f"{sys.version_info.major}.{sys.version_info.minor}.{sys.version_info.micro}"
    if _PYTHONS[0] <= sys.version_info[:2] <= _PYTHONS[1]:
        yield Finding("Python", "ok", version)
    else:
        meaning = "there are no locked wheels for it"
        remedy = f"install Python {first} to {last}"
        yield Finding("Python", "problem", version, meaning, remedy, ENGINES)


def environments(root: Path) -> Iterator[Finding]:  # noqa: ARG001
    """Tell whether each environment is there, and up to date; `local` refuses any other."""
    try:
        states = environment_states()
    except PlumblineError as error:
        meaning = "whether they are up to date is unknown; no job can run"
        yield Finding("environments", "problem", error.cause, meaning, error.remedy, ENGINES)
        return
    for name, state in states.items():
        topic = f"environment {name}"
        told = WHY_STALE if state == "stale" else "missing or unfinished"
        if state == "fresh":
            yield Finding(topic, "ok", "up to date with its lock and source")
        elif state.startswith(LEFT_OUT):
            meaning = "its contenders are left out of runs outside containers"
            remedy = "provide what is missing, then: make setup"
            yield Finding(topic, "warning", state.removeprefix(LEFT_OUT), meaning, remedy)
        elif name == _OWN_ENVIRONMENT:
            meaning = "the orchestrator and the report run on other versions than those locked"
            yield Finding(topic, "warning", told, meaning, "make setup")
        else:
            meaning = "its contenders cannot run outside containers"
            yield Finding(topic, "warning", told, meaning, "make setup", ("local",))


def pdf(root: Path) -> Iterator[Finding]:  # noqa: ARG001
    """Tell whether the PDF can be laid out, and looked into by the tests."""
    lacking = [package for name, package in _LIBRARIES.items() if find_library(name) is None]
    lacking += [] if _has_font() else ["fontconfig fonts-liberation"]
    lacking += [] if shutil.which("pdftotext") else ["poppler-utils"]
    if lacking:
        remedy = "`make setup`, and `make test` for poppler, install it or name the packages"
        meaning = "no PDF, or one in other fonts; runs and HTML need neither"
        yield Finding("PDF", "problem", f"missing: {', '.join(lacking)}", meaning, remedy)
    else:
        yield Finding("PDF", "ok", "Pango, HarfBuzz, Liberation fonts and poppler are installed")


def disk(root: Path) -> Iterator[Finding]:  # noqa: ARG001
    """Tell how much room there is where results are kept."""
    place = next(path for path in (RESULTS_DIR, *RESULTS_DIR.parents) if path.is_dir())
    free = shutil.disk_usage(place).free
    told = f"{free / 2**30:.1f} GiB free in {place}"
    if free < LEAST_FREE_BYTES:
        remedy = f"free {LEAST_FREE_BYTES // 2**20} MiB, or choose another folder with --output"
        yield Finding("disk", "problem", told, "no run is started", remedy, ENGINES)
    elif free < _COMFORTABLE_BYTES:
        meaning = "building environments and images may fill the disk"
        remedy = f"have {_COMFORTABLE_BYTES // 2**30} GiB free before `make all`"
        yield Finding("disk", "warning", told, meaning, remedy)
    else:
        yield Finding("disk", "ok", told)


def data_sets(root: Path) -> Iterator[Finding]:  # noqa: ARG001
    """Tell what of the data is there and right; every byte of it is checked."""
    try:
        found = statuses(default_root())
    except DataError as error:
        yield Finding("data", "problem", error.cause, "no job has data", error.remedy, ENGINES)
        return
    for entry in found:
        level, meaning = _DATA_STATES[entry.state]
        told = "missing" if entry.state == "absent" else entry.detail
        topic = f"data set {entry.dataset.name}"
        yield Finding(topic, level, told, meaning, entry.remedy or "")


def _has_font() -> bool:
    if shutil.which("fc-list") is None:
        return False
    listed = subprocess.run(["fc-list"], capture_output=True, text=True, check=False)
    return _FONT in listed.stdout
