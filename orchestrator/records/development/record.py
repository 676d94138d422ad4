"""Writes what it costs to work with each contender of a run."""

import json
from collections.abc import Iterable
from importlib.metadata import distributions
from pathlib import Path
from stat import S_ISREG

from contract.base import Device
from contract.contender import ContenderInfo
from contract.development import DevelopmentMetrics, DevelopmentRecord
from orchestrator.engines.launcher import Launcher
from orchestrator.places import BUILDS_DIR, ENVIRONMENTS_DIR, ROOT
from orchestrator.records.development.source_lines import NATIVE_SUFFIXES, count_lines
from orchestrator.store.source import source_files
from orchestrator.store.store import RunStore

_INSTALLATION = Path("lib", "plumbline", "installation.json")
"""Written by `images.environments` when it has installed an environment."""
_NO_ENVIRONMENT = "the contender has no virtual environment here; its image holds the only one"
_NO_IMAGE = "the engine of this run has no images"
_NOT_WRITTEN_DOWN = "its time was not written down: the environment is older than that record"
_NOT_BUILT_HERE = "the image was not built anew on this machine since its builds are timed"

Numbers = dict[str, float | None]
Reasons = dict[str, str]


def write_development(
    store: RunStore, contenders: Iterable[ContenderInfo], engine: Launcher, device: Device
) -> None:
    """Write `development/<contender>.json` for every contender.

    Raises:
        PlumblineError: a contender names source that is not there.
    """
    for info in contenders:
        metrics = development_metrics(info, engine, device)
        store.write_development(DevelopmentRecord(contender=info.name, metrics=metrics))


def development_metrics(
    info: ContenderInfo,
    engine: Launcher,
    device: Device,
    root: Path = ROOT,
    environments: Path = ENVIRONMENTS_DIR,
    builds: Path = BUILDS_DIR,
) -> DevelopmentMetrics:
    """Return a contender's numbers, with a reason for each that is not available."""
    environment, why_environment = _of_environment(environments / info.environment)
    image, why_image = _of_image(info, engine, device, builds)
    numbers = _of_source(info, root) | environment | image
    reasons = why_environment | why_image
    unmeasured = {name: reasons[name] for name, number in numbers.items() if number is None}
    return DevelopmentMetrics.model_validate(numbers | {"unmeasured": unmeasured})


def _of_source(info: ContenderInfo, root: Path) -> Numbers:
    lines = {path: count_lines(path) for path in source_files(info, root)}
    native = sum(count for path, count in lines.items() if path.suffix in NATIVE_SUFFIXES)
    return {"source_lines": sum(lines.values()), "native_source_lines": native}


def _of_environment(prefix: Path) -> tuple[Numbers, Reasons]:
    names = ("packages", "environment_bytes", "install_seconds")
    if not prefix.is_dir():
        return dict.fromkeys(names), dict.fromkeys(names, _NO_ENVIRONMENT)
    places = [str(folder) for folder in prefix.glob("lib/python*/site-packages")]
    # Links count for nothing.
    files = [path.lstat() for path in prefix.rglob("*")]
    numbers: Numbers = {
        "packages": sum(1 for _ in distributions(path=places)),
        "environment_bytes": sum(file.st_size for file in files if S_ISREG(file.st_mode)),
        "install_seconds": _written_down(prefix / _INSTALLATION, "install_seconds"),
    }
    return numbers, {"install_seconds": _NOT_WRITTEN_DOWN}


def _of_image(
    info: ContenderInfo, engine: Launcher, device: Device, builds: Path
) -> tuple[Numbers, Reasons]:
    size, seconds, reason = engine.image_bytes(info, device), None, _NO_IMAGE
    if size is not None:
        seconds = _written_down(builds / f"{info.image}-{device}.json", "build_seconds")
        reason = _NOT_BUILT_HERE
    numbers: Numbers = {"image_bytes": size, "image_build_seconds": seconds}
    return numbers, dict.fromkeys(numbers, reason)


def _written_down(path: Path, name: str) -> float | None:
    """Return a number that `images` wrote down when it made something; None where it did not."""
    try:
        return float(json.loads(path.read_text(encoding="utf-8"))[name])
    except (OSError, ValueError, KeyError, TypeError):
        return None
