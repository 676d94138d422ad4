"""The local engine: one virtual environment per contender, pinned by the kernel."""

import os
import platform
from collections.abc import Sequence
from pathlib import Path

from contract import environment
from contract.base import Device
from contract.contender import ContenderInfo
from contract.inventory import Inventory
from contract.job import JobSpec
from contract.names import EVIDENCE_NAME, JOB_NAME
from contract.result import Failure
from host.gpu import has_nvidia_driver
from orchestrator.engines.environments import (
    LEFT_OUT,
    WHY_STALE,
    environment_states,
    local_inventory,
)
from orchestrator.engines.launcher import FILE_LIMIT_BYTES, Launcher, Process
from orchestrator.engines.local.job_group import make_job_group
from orchestrator.engines.local.process import SupervisedProcess
from orchestrator.engines.local.supervisor import Command
from orchestrator.errors import PlumblineError
from orchestrator.places import ENVIRONMENTS_DIR, ROOT
from orchestrator.store.cache_key import sha256_of
from orchestrator.store.source import Source, engine_sha256, runner_sha256, shared_sha256

_FINISHED = Path("lib", "plumbline", "inputs.sha256")
"""Digest of what an environment was made from; written last."""
_DECIDING_VARIABLES = ("CUDA_VISIBLE_DEVICES", "LD_LIBRARY_PATH")
"""Of the user's environment: they choose the GPU and the libraries that a job finds."""
_KEPT_VARIABLES = (*_DECIDING_VARIABLES, "HOME", "LANG", "PATH", "TMPDIR")


class LocalLauncher(Launcher):
    """Runs jobs as processes of this machine."""

    name = "local"

    def __init__(self, source: Source, output_id: str) -> None:
        self.version = f"Python {platform.python_version()}"
        self.output_id = output_id
        self._source = source

    def left_out(self, contenders: list[ContenderInfo]) -> dict[str, Failure]:
        """Return also those whose environment could not be made when this machine was set up."""
        states = environment_states()
        states = {name: state for name, state in states.items() if state.startswith(LEFT_OUT)}
        remedy = "provide what is missing, then: make setup"
        not_made = {
            info.name: Failure(cause=f"{info.title}: {states[info.environment]}", remedy=remedy)
            for info in contenders
            if info.environment in states
        }
        return not_made | super().left_out(contenders)

    def check(self, contenders: list[ContenderInfo], device: Device) -> None:
        """Every environment must be as its lock and source say; a GPU is the runner's to find."""
        states = environment_states()
        found = {c.environment: states.get(c.environment, "absent") for c in contenders}
        absent = sorted(name for name, state in found.items() if state == "absent")
        stale = sorted(name for name, state in found.items() if state == "stale")
        causes = [f"no finished environment {name} in {ENVIRONMENTS_DIR}" for name in absent]
        causes += [f"the environment {name} is stale: {WHY_STALE}" for name in stale]
        if causes:
            raise PlumblineError("; ".join(causes), "make setup")
        if device == "cuda" and not has_nvidia_driver():
            raise PlumblineError(
                "--device cuda: no NVIDIA driver is loaded here",
                "install the driver, or use --device cpu",
            )

    def identity(self, contender: ContenderInfo, folder: Path, device: Device) -> dict[str, str]:  # noqa: ARG002
        """Return what the environment was made from (lock and plugin), and hashes of the source."""
        variables = [f"{name}={os.environ.get(name)}" for name in _DECIDING_VARIABLES]
        return {
            "engine": f"{self.name} ({self.version})",
            "engine source": engine_sha256(),
            "variables": sha256_of(variables),
            "environment": self.environment_sha256(contender),
            "runner source": runner_sha256(contender, folder),
            "shared source": shared_sha256(),
        }

    def inventory(self, contender: ContenderInfo, device: Device) -> Inventory:  # noqa: ARG002
        """Ask the environment itself."""
        return local_inventory(self.python(contender))

    def python(self, contender: ContenderInfo) -> Path:
        """Return the Python that runs a contender."""
        return _prefix(contender) / "bin" / "python"

    def environment_sha256(self, contender: ContenderInfo) -> str:
        """Return a hash of what a contender's environment holds."""
        return (_prefix(contender) / _FINISHED).read_text(encoding="utf-8").strip()

    def data_dir(self, root: Path) -> str:
        """Jobs see the machine's own folders."""
        return str(root.resolve())

    def start(
        self, job: JobSpec, contender: ContenderInfo, folder: Path, options: Sequence[str] = ()
    ) -> Process:
        """Start the runner under CPU affinity and RLIMIT_DATA; it dies with the orchestrator."""
        command = [str(self.python(contender)), "-m", "runners.harness", "--quiet"]
        command += ["--job", str(folder / JOB_NAME), "--output", str(folder), *options]
        if (folder / EVIDENCE_NAME).is_file():
            command += ["--evidence", str(folder / EVIDENCE_NAME)]
        group = make_job_group()
        limits = (list(job.limits.cpus), job.limits.memory_bytes, FILE_LIMIT_BYTES)
        return SupervisedProcess(
            Command(command, *limits, [str(folder) for folder in group.folders]),
            folder,
            self._environment(job, contender) | group.variables,
            self.output_id,
        )

    def _environment(self, job: JobSpec, contender: ContenderInfo) -> dict[str, str]:
        """Nothing of the user's environment but what a program needs to start."""
        kept = {name: os.environ[name] for name in _KEPT_VARIABLES if name in os.environ}
        told = {
            "PYTHONPATH": str(ROOT),
            "PYTHONHASHSEED": "0",
            environment.OUTPUT: self.output_id,
            environment.ENGINE: f"{self.name} ({self.version})",
        }
        if self._source.commit is not None:
            told[environment.SOURCE_COMMIT] = self._source.commit
            told[environment.SOURCE_DIRTY] = str(int(bool(self._source.dirty)))
        threads = environment.thread_environment(job.limits.threads, contender.thread_variables)
        return kept | told | threads


def _prefix(contender: ContenderInfo) -> Path:
    return ENVIRONMENTS_DIR / contender.environment
