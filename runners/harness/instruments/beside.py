"""Samplers: processes beside the one that is measured, so that they are no part of what they see.

A sampler is a module that runs as a program. It reports when it is ready, samples until its
standard input closes, and then prints what it saw.
"""

import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TypeVar

from runners.harness.instruments.meter import Reason

Own = TypeVar("Own", bound="Sampler")

_PATIENCE_SECONDS = 60.0
"""What a sampler may take to start or to end before it is given up: imports on a busy machine."""


class Sampler:
    """A sampler's process, which samples between entry and exit."""

    def __init__(self, module: str, *arguments: str) -> None:
        self._module = module
        self._arguments = arguments
        self.output: str | Reason = Reason("the sampler did not end")
        """What the sampler printed in the end, or why it did not."""

    def __enter__(self: Own) -> Own:
        """Start it, and wait until it samples, or has failed."""
        self._process: subprocess.Popen[str] | None = None
        try:
            self._process = subprocess.Popen(
                [sys.executable, "-m", self._module, *self._arguments],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                text=True,
            )
        except OSError as error:
            self.output = Reason(f"{self._module} could not be started: {error.strerror}")
            return self
        assert self._process.stdout is not None
        with _patience(self._process):
            self._process.stdout.readline()
        return self

    def __exit__(self, *_exception: object) -> None:
        """Stop it, and read what it printed."""
        if self._process is None:
            return
        with _patience(self._process):
            output, _ = self._process.communicate()
        code = self._process.returncode
        failure = Reason(f"{self._module} ended with exit code {code}")
        self.output = failure if code else output


@contextmanager
def _patience(process: subprocess.Popen[str]) -> Iterator[None]:
    """Kill a process that does not answer within `_PATIENCE_SECONDS`."""
    timer = threading.Timer(_PATIENCE_SECONDS, process.kill)
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()


def until_stopped() -> threading.Event:
    """In the sampler's process: tell that it is ready; return what is set when it shall stop."""
    stopped = threading.Event()

    def wait() -> None:
        sys.stdin.read()
        stopped.set()

    threading.Thread(target=wait, daemon=True).start()
    print("sampling", flush=True)
    return stopped
