"""The docker client that can build: with BuildKit, which mounts wheels and secrets into a build."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from images.layout import SetupError
from images.process import run

START_ENGINE = "on Debian and Ubuntu, `sudo bash images/start_engine.sh` installs and starts one"
_LAST_WITH_BUILDKIT_INSIDE = 22
"""From client 23 on, BuildKit is reached through the buildx plugin alone."""


@dataclass(frozen=True)
class Client:
    """A docker client and how it builds."""

    executable: Path
    version: str
    build: tuple[str, ...]
    """Arguments that start a BuildKit build whose image the engine keeps."""
    variables: Mapping[str, str] = field(default_factory=dict)

    def ask(self, *arguments: str, remedy: str = START_ENGINE) -> str:
        """Run a client command; return its output, or raise SetupError with docker's reason."""
        return run([self.executable, *arguments], f"docker {arguments[0]} failed", remedy)

    def show_build(
        self, tag: str, recipe: Path, context: Path, options: Sequence[str], fresh: bool
    ) -> None:
        """Build with the progress on the terminal; raise SetupError where it fails."""
        command: list[str | Path] = [self.executable, *self.build, "--tag", tag, "--file", recipe]
        command += [*options, *(["--no-cache"] if fresh else []), context]
        environment = {**os.environ, **self.variables}
        if subprocess.run(command, env=environment, check=False).returncode:
            raise SetupError(f"{tag} could not be built; see docker's messages above")

    def image_id(self, reference: str) -> str | None:
        """Return the content id of an image that the engine has; None if it has not."""
        return self._inspect(reference, "{{.Id}}") or None

    def image_label(self, reference: str, label: str) -> str:
        """Return a label of an image; empty without such an image or label."""
        return self._inspect(reference, f'{{{{index .Config.Labels "{label}"}}}}')

    def image_bytes(self, reference: str) -> int:
        """Return the size of an image on disk."""
        return int(self.ask("image", "inspect", "--format", "{{.Size}}", reference))

    def _inspect(self, reference: str, template: str) -> str:
        return _output(self.executable, "image", "inspect", "--format", template, reference)


def find_client(search_path: str | None = None) -> Client:
    """Return the first client on the PATH that can build with an engine that answers.

    Raises:
        SetupError: there is none, with what each client lacks.
    """
    lacking = []
    for executable in _executables(search_path or os.environ.get("PATH", "")):
        client = _examine(executable)
        if client is not None:
            client.ask("version", "--format", "{{.Server.Version}}")
            return client
        lacking.append(str(executable))
    if lacking:
        raise SetupError(
            f"{' and '.join(lacking)} cannot build with BuildKit: install docker's buildx plugin, "
            "or Debian's docker.io, whose client has it inside"
        )
    raise SetupError(f"no docker client on the PATH; {START_ENGINE}")


def _examine(executable: Path) -> Client | None:
    """Return how this client builds; None where it cannot."""
    match = re.search(r"version (\d+)\.[\w.+~-]*", _output(executable, "--version"))
    if match is None:
        return None
    version = match[0].removeprefix("version ")
    if _output(executable, "buildx", "version"):
        # The context's own builder works inside the engine and so sees the images made before.
        builder = _output(executable, "context", "show") or "default"
        return Client(executable, version, ("buildx", "build", "--load", "--builder", builder))
    if int(match[1]) <= _LAST_WITH_BUILDKIT_INSIDE:
        return Client(executable, version, ("build",), {"DOCKER_BUILDKIT": "1"})
    return None


def _output(executable: Path, *arguments: str) -> str:
    """What a command prints; empty where it fails."""
    done = subprocess.run([executable, *arguments], capture_output=True, text=True, check=False)
    return "" if done.returncode else done.stdout.strip()


def _executables(search_path: str) -> list[Path]:
    """Every docker on the PATH, once each, in order."""
    found: dict[Path, Path] = {}
    for folder in search_path.split(os.pathsep):
        if executable := shutil.which("docker", path=folder):
            found.setdefault(Path(executable).resolve(), Path(executable))
    return list(found.values())
