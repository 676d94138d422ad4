"""Runs the sentinel on this machine."""

from __future__ import annotations

import os
import subprocess
import sys

from pydantic import TypeAdapter

from contract.environment import thread_environment
from contract.job import Limits
from orchestrator.errors import PlumblineError
from orchestrator.places import ROOT

_DEADLINE_SECONDS = 60.0
_MODULE = "orchestrator.hosts.sentinel_process"
_SAMPLES = TypeAdapter(tuple[float, ...])


def measure_sentinel(limits: Limits) -> tuple[float, ...]:
    """Run the sentinel outside of any container, on the CPUs and with the threads of jobs.

    Returns:
        The seconds of each sample.

    Raises:
        PlumblineError: it did not run, or gave no times.
    """
    command = [sys.executable, "-m", _MODULE, str(os.getpid()), *map(str, limits.cpus)]
    variables = {"PYTHONPATH": str(ROOT)} | thread_environment(limits.threads)
    try:
        ended = subprocess.run(
            command,
            env=os.environ | variables,
            capture_output=True,
            timeout=_DEADLINE_SECONDS,
            check=True,
        )
        return _SAMPLES.validate_json(ended.stdout)
    except (OSError, subprocess.SubprocessError, ValueError) as error:
        raise PlumblineError(
            f"the sentinel did not run: {_why(error)}",
            f"see what `python -m {_MODULE} $$ 0` says",
        ) from error


def _why(error: Exception) -> str:
    """Return the last line that the process printed, where it did, else the error itself."""
    if isinstance(error, subprocess.CalledProcessError) and error.stderr:
        return str(error.stderr.decode(errors="replace").strip().splitlines()[-1])
    return str(error)
