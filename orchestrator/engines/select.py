"""Chooses the engine, and says why."""

from collections.abc import Callable, Sequence
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
SelectEngine = Callable[
    [EngineChoice, list[ContenderInfo], Sequence[Device], Path, Source, str],
    tuple[Launcher, EngineRecord],
]
"""What `select_engine` does, or does otherwise."""


def select_engine(
    choice: EngineChoice,
    contenders: list[ContenderInfo],
    devices: Sequence[Device],
    data_root: Path,
    source: Source,
    output_id: str,
) -> tuple[Launcher, EngineRecord]:
    """Return an engine that can run the contenders on their devices; its jobs carry `output_id`.

    `auto` takes docker where an engine answers and has today's images; else local, and the record
    says why.

    Raises:
        PlumblineError: the engine asked for, or any for `auto`, cannot run them.
    """

    def ready(name: str, reason: str) -> tuple[Launcher, EngineRecord]:
        launcher: Launcher
        if name == "docker":
            launcher = DockerLauncher.connect(data_root, output_id)
        else:
            launcher = LocalLauncher(source, output_id)
        left_out = launcher.left_out(contenders)
        able = [info for info in contenders if info.name not in left_out]
        for device in devices:
            of_device = [info for info in able if device in info.abilities.devices]
            launcher.check(of_device or able or contenders, device)
        return launcher, EngineRecord(name=launcher.name, version=launcher.version, reason=reason)

    if choice != "auto":
        return ready(choice, "asked for")
    try:
        return ready("docker", "a container engine answers and has the images")
    except PlumblineError as no_docker:
        try:
            reason = f"docker is not available: {no_docker.cause} ({no_docker.remedy})"
            return ready("local", reason)
        except PlumblineError as no_local:
            raise PlumblineError(
                f"neither engine is available: {no_docker.cause}; {no_local.cause}",
                f"{no_docker.remedy}; or {no_local.remedy}",
            ) from no_local
