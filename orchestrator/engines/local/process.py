"""A job as a process of this machine, below a supervisor that lets none of it escape."""

import json
import select
import signal
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

from contract.names import LOG_NAME
from orchestrator.engines.launcher import Process, killed_by
from orchestrator.engines.leftovers import end_processes
from orchestrator.engines.local import supervisor
from orchestrator.engines.local.freezer import freeze, thaw
from orchestrator.engines.local.job_group import remove_group
from orchestrator.engines.local.kernel_kills import KernelKills

_GONE_SECONDS = 30.0
"""For a supervisor to end what it watches over; beyond that it is taken to be stuck."""


class SupervisedProcess(Process):
    """Runs a `supervisor.Command`; it ends with this process, whatever ends this one."""

    def __init__(
        self, job: supervisor.Command, folder: Path, environment: Mapping[str, str], output_id: str
    ) -> None:
        """Start the job, which works and logs in `folder`.

        `environment` is all of its variables, and gives its processes the mark `output_id`.
        """
        self._output_id = output_id
        self._groups = [Path(group) for group in job.groups]
        self._exit_code: int | None = None
        self._lost = False
        self._kernel_kills = KernelKills()
        command = [sys.executable, "-I", "-S", supervisor.__file__, json.dumps(job._asdict())]
        with (folder / LOG_NAME).open("wb") as log:
            self._supervisor = subprocess.Popen(
                command,
                cwd=folder,
                env=environment,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=log,
                start_new_session=True,
            )

    def wait(self, seconds: float) -> int | None:
        """Wait for the supervisor's word, which comes when nothing of the job is left."""
        assert self._supervisor.stdout is not None
        if self._exit_code is None and select.select([self._supervisor.stdout], [], [], seconds)[0]:
            self._end(self._supervisor.stdout.readline())
        return self._exit_code

    def freeze(self) -> None:
        """Use the freezer of the job's own control group, or stop its processes by signals."""
        freeze(self._groups, self._supervisor.pid)

    def thaw(self) -> None:
        """Undo either."""
        thaw(self._groups, self._supervisor.pid)

    def kill(self) -> None:
        """Let go of the supervisor's standard input: it ends the job, then itself."""
        assert self._supervisor.stdin is not None
        self._supervisor.stdin.close()
        if self.wait(_GONE_SECONDS) is None:
            self._supervisor.kill()
            self.wait(_GONE_SECONDS)

    def close(self) -> str | None:
        """Return which signal ended the job, and whether that was for want of memory."""
        for pipe in (self._supervisor.stdin, self._supervisor.stdout):
            assert pipe is not None
            pipe.close()
        if self._lost:
            return "its supervisor was killed from outside"
        if not self._exit_code:
            return None
        if self._exit_code > 0:
            # What it had started may have been killed in its place.
            return self._kernel_kills.cause(by_limit_only=True)
        was_killed = -self._exit_code == signal.SIGKILL
        shortage = self._kernel_kills.cause() if was_killed else None
        return shortage or killed_by(-self._exit_code)

    def _end(self, word: bytes) -> None:
        """Take the exit code; a supervisor that died without a word may leave processes behind."""
        self._supervisor.wait()
        self._lost = not word
        if self._lost:
            end_processes(self._output_id)
            for group in self._groups:
                remove_group(group)
        self._exit_code = int(word) if word else -int(signal.SIGKILL)
