"""Samplers: processes beside the one that is measured, so that they are no part of what they see.

A sampler is a module that runs as a program. It reports when it is ready, samples until its
standard input closes, and then prints what it saw.
"""

from __future__ import annotations

import subprocess
import sys
import threading


class Sampler:
    """A sampler's process, which samples between entry and exit."""

    def __init__(self, module: str, *arguments: str) -> None:
        self._module = module
        self._arguments = arguments
        self.output = ""
        """What the sampler printed in the end; empty until exit."""

    def __enter__(self) -> Sampler:
        """Start it, and wait until it samples.

        Raises:
            OSError: it could not be started.
        """
        self._process = subprocess.Popen(
            [sys.executable, "-m", self._module, *self._arguments],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        assert self._process.stdout is not None
        self._process.stdout.readline()
        return self

    def __exit__(self, kind: type[BaseException] | None, *_exception: object) -> None:
        """Stop it.

        Raises:
            OSError: it died, and nothing else went wrong meanwhile.
        """
        self.output, _ = self._process.communicate()
        if self._process.returncode != 0 and kind is None:
            raise OSError(f"{self._module} ended with exit code {self._process.returncode}")


def until_stopped() -> threading.Event:
    """In the sampler's process: tell that it is ready; return what is set when it shall stop."""
    stopped = threading.Event()
    threading.Thread(target=_wait_for_the_end, args=(stopped,), daemon=True).start()
    print("sampling", flush=True)
    return stopped


def _wait_for_the_end(stopped: threading.Event) -> None:
    sys.stdin.read()
    stopped.set()
