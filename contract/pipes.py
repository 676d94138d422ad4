"""Lines between an orchestrator and a runner, through two named pipes in the job's folder.

They work wherever both have one kernel, a container's mounts between them or not. Each side may
die, hang or talk nonsense: nothing here waits without a limit, or takes a line without an end.
"""

import os
import select
import time
from pathlib import Path

from contract.names import ANSWERS_NAME, ORDERS_NAME

MAX_LINE_BYTES = select.PIPE_BUF
"""What is written at once comes in one piece."""


class PipeError(Exception):
    """The other side is gone, or does not behave; the message says which."""


class LinePipes:
    """One side of the two pipes; a context manager."""

    def __init__(self, incoming: int, outgoing: int) -> None:
        """Take over descriptors that do not block."""
        self._incoming = incoming
        self._outgoing = outgoing
        self._received = b""

    def __enter__(self) -> "LinePipes":
        return self

    def __exit__(self, *_exception: object) -> None:
        self.close()

    def close(self) -> None:
        """Close both."""
        os.close(self._incoming)
        os.close(self._outgoing)

    def send(self, line: str) -> None:
        """Send a line; raise PipeError where nobody takes it."""
        content = line.encode() + b"\n"
        if len(content) > MAX_LINE_BYTES:
            raise ValueError(f"a line of {len(content)} bytes; at most {MAX_LINE_BYTES} are sent")
        try:
            os.write(self._outgoing, content)
        except BlockingIOError as error:
            raise PipeError("nobody reads the pipe, and it is full") from error
        except BrokenPipeError as error:
            raise PipeError("the other side is gone") from error

    def receive(self, seconds: float) -> bytes | None:
        """Return the next line, without its end; None where none came within `seconds`.

        Raises:
            PipeError: the other side is gone, or the line has no end.
        """
        deadline = time.monotonic() + seconds
        while b"\n" not in self._received:
            if len(self._received) > MAX_LINE_BYTES:
                raise PipeError(f"a line of more than {MAX_LINE_BYTES} bytes")
            left = max(deadline - time.monotonic(), 0)
            if not select.select([self._incoming], [], [], left)[0]:
                return None
            content = os.read(self._incoming, MAX_LINE_BYTES)
            if not content:
                raise PipeError("the other side is gone")
            self._received += content
        line, _, self._received = self._received.partition(b"\n")
        return line


def make_pipes(folder: Path) -> LinePipes:
    """Make the pipes in a job's folder; return the orchestrator's side.

    It holds both ends of both: so neither opening waits for the other side.
    """
    for name in (ORDERS_NAME, ANSWERS_NAME):
        os.mkfifo(folder / name, 0o600)
    flags = os.O_RDWR | os.O_NONBLOCK | os.O_NOFOLLOW
    return LinePipes(os.open(folder / ANSWERS_NAME, flags), os.open(folder / ORDERS_NAME, flags))


def open_pipes(folder: Path) -> LinePipes:
    """Return the runner's side; raise OSError where nobody made them, or waits at the other."""
    orders = os.open(folder / ORDERS_NAME, os.O_RDONLY | os.O_NONBLOCK)
    try:
        return LinePipes(orders, os.open(folder / ANSWERS_NAME, os.O_WRONLY | os.O_NONBLOCK))
    except OSError:
        os.close(orders)
        raise
