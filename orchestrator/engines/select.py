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
        choice: `auto` takes docker where an engine answers and has today's images; else local,
            and the record says why.
        contenders: All that will run.
        device: Where they will run.
        data_root: Folder of the data.
        source: What is running.
        output_id: The mark that all jobs carry.

    Raises:
        PlumblineError: the engine asked for, or any for `auto`, cannot run them.
    """

    def docker(reason: str) -> tuple[Launcher, EngineRecord]:
        return _ready(DockerLauncher.connect(data_root, output_id), contenders, device, reason)

    def local(reason: str) -> tuple[Launcher, EngineRecord]:
        return _ready(LocalLauncher(source, output_id), contenders, device, reason)

    if choice == "docker":
        return docker("asked for")
    if choice == "local":
        return local("asked for")
    try:
        return docker("a Docker engine answers and has the images")
    except PlumblineError as no_docker:
        try:
            return local(f"docker is not available: {no_docker.cause} ({no_docker.remedy})")
        except PlumblineError as no_local:
            raise PlumblineError(
                f"neither engine is available: {no_docker.cause}; {no_local.cause}",
                f"{no_docker.remedy}; or {no_local.remedy}",
            ) from no_local


def _ready(
    engine: Launcher, contenders: list[ContenderInfo], device: Device, reason: str
) -> tuple[Launcher, EngineRecord]:
    engine.check(contenders, device)
    return engine, EngineRecord(name=engine.name, version=engine.version, reason=reason)
