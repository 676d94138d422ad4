"""A Python module that runs in a contender's environment, and answers lines with lines."""

import os
import subprocess

from contract.contender import ContenderInfo
from contract.environment import thread_environment
from orchestrator.places import ENVIRONMENTS_DIR, ROOT


class WorkerProcess:
    """The module's process; it says `ready` when it is."""

    def __init__(self, info: ContenderInfo, module: str, *arguments: str, threads: int) -> None:
        """Start it; RuntimeError where it ends before it is ready."""
        self._name = info.name
        python = ENVIRONMENTS_DIR / info.environment / "bin" / "python"
        self._process = subprocess.Popen(
            [python, "-m", module, info.name, *arguments],
            env=os.environ
            | {"PYTHONPATH": str(ROOT)}
            | thread_environment(threads, info.thread_variables),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )
        if self._answer() != "ready":
            raise RuntimeError(f"{info.name} did not start; is its environment made? make setup")

    def ask(self, line: str) -> str:
        """Return the answer to a line; RuntimeError where the process dies of it."""
        assert self._process.stdin is not None
        print(line, file=self._process.stdin, flush=True)
        return self._answer()

    def stop(self) -> None:
        """End the process."""
        self._process.communicate()

    def _answer(self) -> str:
        assert self._process.stdout is not None
        if answer := self._process.stdout.readline():
            return answer.strip()
        raise RuntimeError(f"{self._name} died with exit code {self._process.wait()}")
