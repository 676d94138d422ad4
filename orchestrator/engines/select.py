"""Chooses the engine, and says why."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from contract.base import Device
from contract.contender import ContenderInfo
from contract.run import EngineRecord
from orchestrator.engines.docker.launcher import DockerLauncher
from orchestrator.engines.launcher import Launcher
from orchestrator.engines.local.launcher import LocalLauncher
from orchestrator.errors import PlumblineError
from orchestrator.store.source import Source

EngineChoice = Literal["auto", "docker", "local"]


def select_engine(
    choice: EngineChoice,
    contenders: list[ContenderInfo],
    device: Device,
    data_root: Path,
    source: Source,
    output_id: str,
) -> tuple[Launcher, EngineRecord]:
    """Return an engine that can run the contenders.

    Args:
        choice: `auto` takes docker where an engine answers and has the images, else local.
        contenders: All that will run.
        device: Where they will run.
        data_root: Folder of the data.
        source: What is running.
        output_id: The mark that all jobs carry.

    Raises:
        PlumblineError: the engine asked for, or any for `auto`, cannot run them.
    """
    if choice == "docker":
        docker = DockerLauncher.connect(data_root, source, output_id)
        return _ready(docker, contenders, device, "asked for")
    if choice == "local":
        return _ready(LocalLauncher(source, output_id), contenders, device, "asked for")
    try:
        docker = DockerLauncher.connect(data_root, source, output_id)
        return _ready(docker, contenders, device, "a Docker engine answers and has the images")
    except PlumblineError as error:
        reason = f"docker is not to be had: {error.cause}"
        return _ready(LocalLauncher(source, output_id), contenders, device, reason)


def _ready(
    engine: Launcher, contenders: list[ContenderInfo], device: Device, reason: str
) -> tuple[Launcher, EngineRecord]:
    engine.check(contenders, device)
    return engine, EngineRecord(name=engine.name, version=engine.version, reason=reason)
