"""The container engine of this machine, as `images` finds it for the builds too."""

from contextlib import suppress
from dataclasses import dataclass

import docker
from docker.models.containers import Container

from orchestrator.engines.docker.errors import DOCKER_ERRORS
from orchestrator.engines.environments import ask_images

_API_SECONDS = 60


@dataclass(frozen=True)
class AnsweringEngine:
    """An engine, and how containers are started there; see `images.engine.Engine`."""

    url: str
    chosen_by: str
    make: str
    version: str
    rights: str
    user: str
    userns_mode: str
    volume_suffix: str

    @property
    def release(self) -> str:
        """Make and version, and what sets it apart from most."""
        return f"{self.make} {self.version}{'' if self.rights == 'rootful' else f', {self.rights}'}"

    @property
    def description(self) -> str:
        """Say what it is and where, in one line."""
        chosen = f" (by {self.chosen_by})" if self.chosen_by else ""
        return f"{self.make} {self.version}, {self.rights}, on this machine at {self.url}{chosen}"


def answering_engine() -> AnsweringEngine:
    """Return the engine that builds and runs; raise PlumblineError where none answers."""
    return AnsweringEngine(**ask_images("images.engine"))


def remove(container: Container) -> None:
    """Remove a container, whatever its state; raise one of DOCKER_ERRORS where that fails."""
    unpause(container)
    container.remove(force=True, v=True)


def unpause(container: Container) -> None:
    """Let a container go on that is paused: it would not take the signal that ends it."""
    with suppress(*DOCKER_ERRORS):
        container.unpause()


def connected(url: str) -> docker.DockerClient:
    """Return a client of an engine that answers; raise one of DOCKER_ERRORS where none does."""
    client = docker.DockerClient(base_url=url, timeout=_API_SECONDS)
    client.ping()
    return client
