"""How the sentinel is started, and a sentinel that takes turns."""

import os
import select
import signal
import subprocess
import sys
from contextlib import AbstractContextManager

from pydantic import TypeAdapter

from contract.environment import thread_environment
from contract.job import Limits
from orchestrator.errors import PlumblineError
from orchestrator.places import ROOT

SENTINEL_MODULE = "orchestrator.hosts.sentinel_process"
SAMPLES: TypeAdapter[tuple[float, ...]] = TypeAdapter(tuple[float, ...])
DEADLINE_SECONDS = 60.0


def sentinel_command(limits: Limits, *options: str) -> list[str]:
    """Return what runs the sentinel on the CPUs of jobs."""
    return [
        sys.executable,
        "-m",
        SENTINEL_MODULE,
        *options,
        str(os.getpid()),
        *map(str, limits.cpus),
    ]


def sentinel_variables(limits: Limits) -> dict[str, str]:
    """Return the variables of its process, with the threads of jobs."""
    return os.environ | {"PYTHONPATH": str(ROOT)} | thread_environment(limits.threads)


class SentinelTurns(AbstractContextManager["SentinelTurns"]):
    """A sentinel that stands ready, and is halted while it has no turn."""

    def __init__(self, limits: Limits) -> None:
        """Start it; raise PlumblineError where it does not get ready."""
        self._process = subprocess.Popen(
            sentinel_command(limits, "--turns"),
            env=sentinel_variables(limits),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
        )
        try:
            self._answer()
        except PlumblineError:
            self.close()
            raise
        self._process.send_signal(signal.SIGSTOP)

    def __exit__(self, *_exception: object) -> None:
        self.close()

    def take(self) -> tuple[float, ...]:
        """Return the seconds of a turn's samples; raise PlumblineError where it gives none."""
        assert self._process.stdin is not None
        self._process.send_signal(signal.SIGCONT)
        try:
            self._process.stdin.write(b"\n")
            self._process.stdin.flush()
            return SAMPLES.validate_json(self._answer())
        except (OSError, ValueError) as error:
            raise PlumblineError(f"the sentinel took no turn: {error}", "run again") from error
        finally:
            self._process.send_signal(signal.SIGSTOP)

    def close(self) -> None:
        """End it."""
        self._process.kill()
        self._process.communicate()

    def _answer(self) -> bytes:
        assert self._process.stdout is not None
        if not select.select([self._process.stdout], [], [], DEADLINE_SECONDS)[0]:
            cause = f"the sentinel did not answer within {DEADLINE_SECONDS:.0f} s"
            raise PlumblineError(cause, "see what else the machine does")
        line = self._process.stdout.readline()
        if not line:
            raise PlumblineError(
                "the sentinel has ended", f"see what `python -m {SENTINEL_MODULE} $$ 0` says"
            )
        return line
