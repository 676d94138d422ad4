"""The client that builds images, in the engine that the jobs run in.

A recipe mounts wheels and secrets into its build. Docker's client does that with BuildKit; Podman
builds with a client of its own.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from images.engine import START_ENGINE, Engine
from images.layout import SetupError
from images.process import run

_LAST_WITH_BUILDKIT_INSIDE = 22
"""From client 23 on, BuildKit is reached through the buildx plugin alone."""


@dataclass(frozen=True)
class Client:
    """A client of an engine, and how it builds."""

    engine: Engine
    version: str
    command: tuple[str | Path, ...]
    """Starts it, for this engine and no other."""
    build: tuple[str, ...]
    """Arguments that start a build whose image the engine keeps."""

    def ask(self, *arguments: str, remedy: str = START_ENGINE) -> str:
        """Run a client command; return its output, or raise SetupError with the engine's reason."""
        failure = f"{self.engine.make} could not {arguments[0]}"
        return run([*self.command, *arguments], failure, remedy)

    def run_as_caller(self, mounts: Mapping[Path, tuple[str, str]]) -> list[str | Path]:
        """Return what starts a container that is removed when it ends, and writes as the caller.

        Args:
            mounts: For each folder, where it is in the container, and whether `ro` or `rw`.
        """
        engine = self.engine
        started = [*self.command, "run", "--rm", "--user", engine.user]
        if engine.userns_mode:
            started += ["--userns", engine.userns_mode]
        for folder, (place, mode) in mounts.items():
            started += ["--volume", f"{folder}:{place}:{mode}{engine.volume_suffix}"]
        return started

    def show_build(
        self, tag: str, recipe: Path, context: Path, options: Sequence[str], fresh: bool
    ) -> None:
        """Build with the progress on the terminal; raise SetupError where it fails."""
        command: list[str | Path] = [*self.command, *self.build, "--tag", tag, "--file", recipe]
        command += [*options, *(["--no-cache"] if fresh else []), context]
        if subprocess.run(command, check=False).returncode:
            raise SetupError(f"{tag} could not be built; see the engine's messages above")

    def image_id(self, reference: str) -> str | None:
        """Return the content id of an image that the engine has; None if it has not."""
        found = self._inspect(reference, "{{.Id}}")
        # Podman leaves out the name of the hash.
        return f"sha256:{found.removeprefix('sha256:')}" if found else None

    def image_label(self, reference: str, label: str) -> str:
        """Return a label of an image; empty without such an image or label."""
        return self._inspect(reference, f'{{{{index .Config.Labels "{label}"}}}}')

    def image_bytes(self, reference: str) -> int:
        """Return the size of an image on disk."""
        return int(self.ask("image", "inspect", "--format", "{{.Size}}", reference))

    def _inspect(self, reference: str, template: str) -> str:
        return _output(*self.command, "image", "inspect", "--format", template, reference)


def find_client(engine: Engine, search_path: str | None = None) -> Client:
    """Return the first client on the PATH that can build in an engine.

    Raises:
        SetupError: there is none, with what each client lacks.
    """
    folders = search_path or os.environ.get("PATH", "")
    if engine.make == "Podman":
        return _podman(engine, folders)
    lacking = []
    for executable in _executables("docker", folders):
        client = _docker(engine, executable)
        if client is not None:
            return client
        lacking.append(str(executable))
    if lacking:
        raise SetupError(
            f"{' and '.join(lacking)} cannot build with BuildKit: install docker's buildx plugin, "
            "or Debian's docker.io, whose client has it inside"
        )
    raise SetupError(f"no docker client on the PATH; {START_ENGINE}")


def _podman(engine: Engine, folders: str) -> Client:
    for executable in _executables("podman", folders):
        version = _output(executable, "--version").removeprefix("podman version ")
        command = (executable, "--url", engine.url)
        return Client(engine, version, command, ("build",))
    raise SetupError(
        f"the engine at {engine.url} is Podman, and no podman is on the PATH to build with; "
        "install the package podman"
    )


def _docker(engine: Engine, executable: Path) -> Client | None:
    """Return how this client builds; None where it cannot."""
    match = re.match(r"Docker version ((\d+)\.[\w.+~-]*)", _output(executable, "--version"))
    if match is None:
        return None
    # The variable goes before every context; plugins obey it too.
    command = ("env", f"DOCKER_HOST={engine.url}", executable)
    if _output(executable, "buildx", "version"):
        # The builder inside the engine itself sees the images that were made before.
        build = ("buildx", "build", "--load", "--builder", "default")
        return Client(engine, match[1], command, build)
    if int(match[2]) <= _LAST_WITH_BUILDKIT_INSIDE:
        return Client(engine, match[1], (*command[:2], "DOCKER_BUILDKIT=1", executable), ("build",))
    return None


def _output(*command: str | Path) -> str:
    """What a command prints; empty where it fails."""
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    return "" if done.returncode else done.stdout.strip()


def _executables(name: str, folders: str) -> list[Path]:
    """Every program of that name in the folders, once each, in order."""
    found: dict[Path, Path] = {}
    for folder in folders.split(os.pathsep):
        if executable := shutil.which(name, path=folder):
            found.setdefault(Path(executable).resolve(), Path(executable))
    return list(found.values())
