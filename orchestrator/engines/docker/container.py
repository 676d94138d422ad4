"""A job as a container."""

import threading
import time
from contextlib import suppress
from pathlib import Path
from typing import Any

from docker.errors import NotFound
from docker.models.containers import Container

from contract.memory_size import readable_size
from contract.names import LOG_NAME
from orchestrator.engines.docker.engine import remove, unpause
from orchestrator.engines.docker.errors import DOCKER_ERRORS, explain, explained
from orchestrator.engines.launcher import Process, killed_by
from orchestrator.store.files import write_atomically

_GONE_SECONDS = 60.0
RETURN_SECONDS = 180.0
"""For an engine that was restarted to answer again."""
_ASK_AGAIN_SECONDS = 0.5
_LOG_LINES = 10_000


class ContainedProcess(Process):
    """Waits for a container, and removes it however it ends."""

    def __init__(self, container: Container, folder: Path) -> None:
        """Take over a started container, whose log goes to `folder`."""
        self._container = container
        self._log = folder / LOG_NAME
        self._ended = threading.Event()
        self._exit_code: int | None = None
        self._lost: str | None = None
        threading.Thread(target=self._await_exit, daemon=True).start()

    def wait(self, seconds: float) -> int | None:
        """Wait for the engine's word."""
        return self._exit_code if self._ended.wait(seconds) else None

    def freeze(self) -> None:
        """Let the engine pause the container."""
        with explained("its container cannot be paused"):
            self._container.pause()

    def thaw(self) -> None:
        """Let the engine go on with the container."""
        with explained("its container cannot be unpaused"):
            self._container.unpause()

    def kill(self) -> None:
        """Kill the container; `close` removes it even where this is refused."""
        unpause(self._container)
        with suppress(*DOCKER_ERRORS):
            self._container.kill()
            self._ended.wait(_GONE_SECONDS)

    def close(self) -> str | None:
        """Keep the log, remove the container, return what the engine knows of its end."""
        deadline = time.monotonic() + RETURN_SECONDS
        while True:
            try:
                return self._reason(self._take_down())
            except NotFound:
                return "its container was removed from outside"
            except DOCKER_ERRORS as error:
                self._lost = self._lost or _lost_because(error)
                if time.monotonic() > deadline:
                    return f"{self._lost}; its container may still be there"
            time.sleep(_ASK_AGAIN_SECONDS)

    def _take_down(self) -> dict[str, Any]:
        log = self._container.logs(tail=_LOG_LINES).decode(errors="replace")
        # On a full disk it is lost, and the container has to go all the same.
        with suppress(OSError):
            write_atomically(self._log, log)
        self._container.reload()
        attributes: dict[str, Any] = self._container.attrs
        remove(self._container)
        return attributes

    def _reason(self, attributes: dict[str, Any]) -> str | None:
        if attributes["State"].get("OOMKilled"):
            limit = readable_size(attributes["HostConfig"]["Memory"])
            return f"killed by the kernel: out of memory at the container's limit of {limit}"
        if self._lost:
            return self._lost
        code = self._exit_code or 0
        return killed_by(code - 128) if code > 128 else None

    def _await_exit(self) -> None:
        try:
            # Whoever asks keeps the deadline; how long a job may be frozen, it does not tell.
            answer = self._container.wait(timeout=None)
            self._exit_code = int(answer["StatusCode"])
        except DOCKER_ERRORS as error:
            self._lost = _lost_because(error)
            self._exit_code = -1
        self._ended.set()


def _lost_because(error: Exception) -> str:
    return f"its container was lost: {explain(error).cause}"
