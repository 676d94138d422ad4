"""Where the container engine is asked for, by builds and runs alike."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from urllib.parse import urlsplit

from images.layout import SetupError

_LOOPBACK = ("localhost", "127.0.0.1", "::1")


class EngineError(SetupError):
    """There is no engine to build and run with."""

    def __init__(self, cause: str, remedy: str) -> None:
        super().__init__(f"{cause}; {remedy}")
        self.cause = cause
        self.remedy = remedy


@dataclass(frozen=True)
class Endpoint:
    """An address that an engine may answer at."""

    url: str
    chosen_by: str
    """What names it; empty for a socket that was found."""

    def __str__(self) -> str:
        return f"{self.url} ({self.chosen_by})" if self.chosen_by else self.url


def endpoints(variables: Mapping[str, str] = os.environ, root: Path = Path("/")) -> list[Endpoint]:
    """Return the only endpoint that the user chose, as Docker's client does; else all sockets here.

    Those are where Docker and Podman listen, with root's rights or without: the first one that
    answers is the engine.

    Raises:
        EngineError: the chosen endpoint is unknown, or not on this machine.
    """
    chosen = _chosen(variables)
    if chosen is None:
        return [Endpoint(f"unix://{path}", "") for path in _sockets(variables, root)]
    _require_this_machine(chosen)
    return [chosen]


def _chosen(variables: Mapping[str, str]) -> Endpoint | None:
    """Keep the order of Docker's client: DOCKER_HOST, DOCKER_CONTEXT, `docker context use`."""
    if url := variables.get("DOCKER_HOST"):
        return Endpoint(url, "DOCKER_HOST")
    home = Path(variables.get("HOME") or "/")
    folder = Path(variables.get("DOCKER_CONFIG") or home / ".docker")
    context = variables.get("DOCKER_CONTEXT") or _current_context(folder / "config.json")
    if context in ("", "default"):
        return None
    chosen_by = f"docker context {context}"
    description = folder / "contexts" / "meta" / sha256(context.encode()).hexdigest() / "meta.json"
    try:
        described = json.loads(description.read_text(encoding="utf-8"))
        return Endpoint(described["Endpoints"]["docker"]["Host"], chosen_by)
    except (OSError, ValueError, LookupError, TypeError) as error:
        raise EngineError(
            f"{chosen_by} is chosen and cannot be read: {error}",
            "choose one that `docker context ls` lists, with `docker context use` or "
            "DOCKER_CONTEXT",
        ) from error


def _current_context(config: Path) -> str:
    try:
        return str(json.loads(config.read_text(encoding="utf-8")).get("currentContext") or "")
    except FileNotFoundError:
        return ""
    except (OSError, ValueError, AttributeError) as error:
        raise EngineError(f"{config} cannot be read: {error}", "repair it") from error


def _require_this_machine(endpoint: Endpoint) -> None:
    remedy = "choose this machine's with `unset DOCKER_HOST` or `docker context use default`"
    try:
        address = urlsplit(endpoint.url)
    except ValueError as error:
        raise EngineError(f"{endpoint} is no address: {error}", remedy) from error
    if address.scheme == "unix":
        return
    if address.scheme == "tcp" and address.hostname in _LOOPBACK:
        return
    if address.scheme not in ("tcp", "ssh", "http", "https"):
        raise EngineError(f"{endpoint} is no address of an engine on Linux", remedy)
    raise EngineError(
        f"the container engine at {endpoint} is on another machine: its containers see no data "
        "and no results of this one, and their CPUs and memory could not be measured from here",
        f"{remedy}; or run Plumbline on {address.hostname}",
    )


def _sockets(variables: Mapping[str, str], root: Path) -> list[Path]:
    own = root / (variables.get("XDG_RUNTIME_DIR") or f"run/user/{os.getuid()}").lstrip("/")
    home = root / (variables.get("HOME") or "").lstrip("/")
    return [
        root / "var/run/docker.sock",
        own / "docker.sock",
        home / ".docker/run/docker.sock",
        root / "run/podman/podman.sock",
        own / "podman/podman.sock",
    ]
