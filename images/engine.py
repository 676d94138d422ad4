"""The container engine that builds and runs: `python -m images.engine` tells which, or why none.

What it prints is a name and its value a line, for `orchestrator.engines.docker.connection`.
"""

from __future__ import annotations

import http.client
import json
import os
import platform
import socket
import sys
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from images.endpoint import Endpoint, EngineError, endpoints

START_ENGINE = "on Debian and Ubuntu, `sudo bash images/start_engine.sh` installs and starts one"
_ANSWER_SECONDS = 20.0
_TCP_PORT = 2375


@dataclass(frozen=True)
class Engine:
    """An engine that answers, and how containers are started there.

    Whoever the engine takes the caller for, what a container writes is to belong to the caller.
    """

    url: str
    chosen_by: str
    """As of its endpoint."""
    make: str
    """Docker or Podman."""
    version: str
    rights: str
    """rootful or rootless, and whether users are remapped."""
    user: str
    """User and group of a container's process."""
    userns_mode: str
    """Of a container: `host` where the engine would remap the caller to somebody else."""
    volume_suffix: str
    """Of a mount's options: `,z` where SELinux wants a label on what containers may touch."""


def main() -> int:
    """Print the engine, or the cause and the remedy; return the exit code."""
    try:
        engine = find_engine()
    except EngineError as error:
        print(f"error: {error.cause}\nremedy: {error.remedy}", file=sys.stderr)
        return 1
    for name, value in asdict(engine).items():
        print(name, value)
    return 0


def find_engine(root: Path = Path("/")) -> Engine:
    """Return the engine at the chosen endpoint, else the first that answers on this machine.

    Raises:
        EngineError: none answers, or it is not on this machine.
    """
    silent: list[str] = []
    forbidden, elsewhere = False, None
    for endpoint in endpoints(os.environ, root):
        try:
            return _describe(endpoint, _get(endpoint, "/version"), _get(endpoint, "/info"), root)
        except EngineError as error:
            elsewhere = elsewhere or error
        except FileNotFoundError:
            if endpoint.chosen_by:
                silent.append(f"there is no {endpoint}")
        except PermissionError:
            silent.append(f"this user may not use {endpoint}")
            forbidden = True
        except (OSError, http.client.HTTPException, ValueError) as error:
            silent.append(f"{endpoint}: {error}")
        except (LookupError, TypeError, AttributeError):
            silent.append(f"{endpoint} answers otherwise than Docker and Podman do")
    if elsewhere:
        raise elsewhere
    raise EngineError(
        f"no container engine answers: {'; '.join(silent) or 'neither Docker nor Podman is here'}",
        "join the group that the socket belongs to (mostly `docker`), or use --engine local"
        if forbidden
        else f"start it ({START_ENGINE}), or use --engine local",
    )


def _describe(endpoint: Endpoint, version: Any, info: Any, root: Path) -> Engine:
    kernel, own_kernel = version["KernelVersion"], platform.release()
    if kernel != own_kernel:
        raise EngineError(
            f"the container engine at {endpoint} runs in a virtual machine or on another machine "
            f"(its kernel is {kernel}, this machine's {own_kernel}): containers could be neither "
            "pinned to this machine's CPUs nor measured from here",
            "use an engine that runs on this machine itself, or --engine local",
        )
    podman = any(part["Name"].startswith("Podman") for part in version.get("Components") or [])
    options = " ".join(info.get("SecurityOptions") or [])
    rootless = info.get("Rootless", False) or "name=rootless" in options
    remaps = not rootless and "name=userns" in options
    enforce = root / "sys/fs/selinux/enforce"
    return Engine(
        url=endpoint.url,
        chosen_by=endpoint.chosen_by,
        make="Podman" if podman else "Docker",
        version=version["Version"],
        rights="rootless" if rootless else f"rootful{', users remapped' if remaps else ''}",
        # A rootless engine's root is the user that it runs as; all others are made up.
        user="0:0" if rootless else f"{os.getuid()}:{os.getgid()}",
        userns_mode="host" if remaps else "",
        volume_suffix=",z" if enforce.is_file() and enforce.read_text().strip() == "1" else "",
    )


class _Connection(http.client.HTTPConnection):
    """HTTP to an endpoint, whatever kind of socket it is."""

    def __init__(self, endpoint: Endpoint) -> None:
        super().__init__("localhost", timeout=_ANSWER_SECONDS)
        self._url = endpoint.url

    def connect(self) -> None:
        address = urlsplit(self._url)
        if address.scheme == "unix":
            self.sock = socket.socket(socket.AF_UNIX)
            self.sock.settimeout(_ANSWER_SECONDS)
            self.sock.connect(self._url.removeprefix("unix://"))
        else:
            place = (address.hostname, address.port or _TCP_PORT)
            self.sock = socket.create_connection(place, _ANSWER_SECONDS)


def _get(endpoint: Endpoint, path: str) -> Any:
    """Ask an engine; raise OSError, HTTPException or ValueError where that fails."""
    connection = _Connection(endpoint)
    try:
        connection.request("GET", path)
        response = connection.getresponse()
        body = response.read()
        if response.status != http.client.OK:
            said = body.decode(errors="replace").strip()
            raise ValueError(f"{path} is answered with status {response.status}: {said}")
        return json.loads(body)
    finally:
        connection.close()


if __name__ == "__main__":
    sys.exit(main())
