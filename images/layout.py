"""Where the kit keeps its locks, environments and wheels."""

from __future__ import annotations

import configparser
import os
import platform
import re
import sys
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
IMAGES = ROOT / "images"
ENVIRONMENTS = ROOT / ".environments"
WHEELHOUSE = ROOT / ".wheelhouse"
BUILDS = WHEELHOUSE / "builds"
"""What was written down about the builds of images, for `orchestrator.records.development`."""

PYTHON_VERSION = f"{sys.version_info.major}.{sys.version_info.minor}"
TEST_TOOLS = "test-tools"
ORCHESTRATOR = "plumbline"


def data_root(root: Path = ROOT) -> Path:
    """Return a checkout's folder of data sets; `data.places` has it too, and needs packages."""
    return Path(os.environ.get("PLUMBLINE_DATA") or root / "data").resolve()


class SetupError(Exception):
    """Something cannot be set up; the message is one line with the cause and the remedy."""


class LeftOutError(SetupError):
    """An environment is not available on this machine; others are, and are made without it."""


@dataclass(frozen=True)
class ForeignWheels:
    """Wheels of one package that do not come from the package index."""

    package: str
    version: str
    index: str
    """Where everybody can have them."""
    instead: str
    """What to do where that cannot be reached."""
    requires: tuple[str, ...]
    sha256: tuple[str, ...]


def contenders() -> list[str]:
    """Return the names of the contenders' environments: one folder with a recipe each."""
    return sorted({path.parent.name for path in IMAGES.glob("*/Dockerfile")} - {"base"})


def devices(name: str) -> list[str]:
    """Return the devices that a contender has a lock for."""
    return sorted(
        path.stem.removeprefix("requirements-")
        for path in (IMAGES / name).glob("requirements-*.lock")
    )


def check_machine(name: str) -> None:
    """Raise LeftOutError where the contenders of an environment do not run on this processor."""
    belongs = re.compile(rf'^environment\s*=\s*"{re.escape(name)}"', re.MULTILINE)
    limit = re.compile(r"^machines\s*=\s*\[(.*)\]", re.MULTILINE)
    texts = [path.read_text("utf-8") for path in (ROOT / "runners").glob("*/contender.toml")]
    found = [limit.search(text) for text in texts if belongs.search(text)]
    machines = {m for match in found if match for m in re.findall(r'"(.+?)"', match[1])}
    if machines and platform.machine() not in machines:
        only = " and ".join(sorted(machines))
        raise LeftOutError(f"it runs on {only} alone, and this machine is {platform.machine()}")


def lock_path(name: str, device: str) -> Path:
    """Return the lock of an environment; raise SetupError for a name or device without one."""
    if name == ORCHESTRATOR:
        return ROOT / "requirements.lock"
    if name == TEST_TOOLS:
        return IMAGES / "test-tools.lock"
    if name not in contenders():
        known = ", ".join([*contenders(), ORCHESTRATOR, TEST_TOOLS])
        raise SetupError(f"no environment is called {name!r}; there are {known}")
    if device not in devices(name):
        raise SetupError(f"{name} does not run on {device}, only on {', '.join(devices(name))}")
    return IMAGES / name / f"requirements-{device}.lock"


def foreign_wheels(lock: Path) -> list[ForeignWheels]:
    """Return what a lock takes from elsewhere than the package index, often nothing."""
    device = lock.stem.removeprefix("requirements-")
    parser = configparser.ConfigParser()
    parser.read(lock.parent / f"{device}-wheels.ini", encoding="utf-8")
    return [
        ForeignWheels(
            package=package,
            version=parser[package]["version"],
            index=parser[package]["index"],
            instead=" ".join(parser[package]["instead"].split()),
            requires=tuple(parser[package]["requires"].split()),
            sha256=tuple(parser[package]["sha256"].split()),
        )
        for package in parser.sections()
    ]
