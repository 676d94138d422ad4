"""The docker engine: one confined container per job."""

from __future__ import annotations

import os
import platform
import subprocess
import time
from pathlib import Path, PurePosixPath

import docker
import requests
from docker.errors import APIError, DockerException, ImageNotFound
from docker.types import DeviceRequest, LogConfig, Ulimit

from contract import environment
from contract.base import Device
from contract.contender import ContenderInfo
from contract.inventory import Inventory
from contract.job import JobSpec
from orchestrator.engines.docker.container import ContainedProcess
from orchestrator.engines.docker.guard import start_guard
from orchestrator.engines.inventory import MODULE, read_inventory
from orchestrator.engines.launcher import FILE_LIMIT_BYTES, Launcher, Process
from orchestrator.engines.leftovers import OUTPUT_LABEL
from orchestrator.errors import PlumblineError
from orchestrator.store.names import EVIDENCE_NAME, JOB_NAME
from orchestrator.store.source import Source, engine_sha256

RUN_LABEL = "plumbline.run"
JOB_LABEL = "plumbline.job"
ORCHESTRATOR_LABEL = "plumbline.orchestrator"
"""Mark every container of ours, beside the label of its output folder."""

_DATA = PurePosixPath("/data")
_OUT = PurePosixPath("/out")
_PYTHON = "/opt/venv/bin/python"
_PIDS_LIMIT = 512
_LOG_OPTIONS = {"max-size": "16m", "max-file": "2"}
_API_SECONDS = 60
_RETURN_SECONDS = 180.0
"""For an engine that was restarted to answer again."""
_ASK_AGAIN_SECONDS = 0.5


class DockerLauncher(Launcher):
    """Runs jobs in containers, through the Docker SDK."""

    name = "docker"

    def __init__(
        self, client: docker.DockerClient, data_root: Path, source: Source, output_id: str
    ) -> None:
        self._client = client
        self.output_id = output_id
        self._orchestrator = f"process {os.getpid()} on {platform.node()} for {output_id}"
        self._guard: subprocess.Popen[bytes] | None = None
        self._data_root = data_root.resolve()
        self._source = source
        self.version = f"Engine {client.version()['Version']}"

    @classmethod
    def connect(cls, data_root: Path, source: Source, output_id: str) -> DockerLauncher:
        """Connect as the environment says (DOCKER_HOST, else the default socket).

        Raises:
            PlumblineError: no engine answers.
        """
        try:
            client = docker.from_env(timeout=_API_SECONDS)
            client.ping()
            return cls(client, data_root, source, output_id)
        except (DockerException, requests.RequestException) as error:
            raise PlumblineError(
                f"no Docker engine answers: {error}",
                "start it (images/start_engine.sh installs one on Debian), or use --engine local",
            ) from error

    def check(self, contenders: list[ContenderInfo], device: Device) -> None:
        """Every image must be there, and a GPU runtime where a GPU is asked for."""
        if device == "cuda" and "nvidia" not in self._client.info().get("Runtimes", {}):
            raise PlumblineError(
                "--device cuda: the engine has no NVIDIA runtime",
                "install the NVIDIA container toolkit, or use --device cpu",
            )
        missing = sorted({c.image for c in contenders if self._image_id(c, device) is None})
        if missing:
            tags = ", ".join(_tag(image, device) for image in missing)
            raise PlumblineError(
                f"no image {tags}",
                f"build it: python3 -m images.build {' '.join(missing)} --device {device}",
            )

    def identity(
        self,
        contender: ContenderInfo,
        folder: Path,  # noqa: ARG002
        device: Device,
    ) -> dict[str, str]:
        """Return the image's content id; an image holds environment and source alike."""
        self._await_answer()
        image = self._image_id(contender, device) or ""
        return {
            "engine": f"{self.name} ({self.version})",
            "engine source": engine_sha256(),
            "image": image,
        }

    def image_bytes(self, contender: ContenderInfo, device: Device) -> int:
        """Return the size that the engine gives, layers that images share included."""
        return int(self._client.images.get(_tag(contender.image, device)).attrs["Size"])

    def inventory(self, contender: ContenderInfo, device: Device) -> Inventory:
        """Ask the image itself, the system's packages included."""
        try:
            printed = self._client.containers.run(
                _tag(contender.image, device),
                ["-m", MODULE, "--system"],
                entrypoint=_PYTHON,
                remove=True,
                environment={environment.OUTPUT: self.output_id},
                network_mode="none",
                read_only=True,
                cap_drop=["ALL"],
                security_opt=["no-new-privileges"],
                user=f"{os.getuid()}:{os.getgid()}",
                pids_limit=_PIDS_LIMIT,
                labels={OUTPUT_LABEL: self.output_id},
            )
        except (DockerException, requests.RequestException) as error:
            remedy = f"build it anew: python3 -m images.build {contender.image}"
            raise PlumblineError(f"its inventory failed: {error}", remedy) from error
        return read_inventory(printed)

    def data_dir(self, root: Path) -> str:  # noqa: ARG002
        """The root is mounted at a fixed place."""
        return str(_DATA)

    def start(self, job: JobSpec, contender: ContenderInfo, folder: Path) -> Process:
        """Start a container: no network, nothing writable but /out and /tmp, no capability."""
        self._be_guarded()
        arguments = ["--quiet", "--job", str(_OUT / JOB_NAME), "--output", str(_OUT)]
        if (folder / EVIDENCE_NAME).is_file():
            arguments += ["--evidence", str(_OUT / EVIDENCE_NAME)]
        gpus = [DeviceRequest(count=1, capabilities=[["gpu"]])] if job.device == "cuda" else None
        try:
            container = self._client.containers.run(
                _tag(contender.image, job.device),
                arguments,
                detach=True,
                environment=self._environment(job, contender),
                volumes={
                    str(self._data_root): {"bind": str(_DATA), "mode": "ro"},
                    str(folder.resolve()): {"bind": str(_OUT), "mode": "rw"},
                },
                cpuset_cpus=",".join(str(cpu) for cpu in job.limits.cpus),
                mem_limit=job.limits.memory_bytes,
                memswap_limit=job.limits.memory_bytes,
                network_mode="none",
                read_only=True,
                tmpfs={"/tmp": "size=256m,mode=1777"},
                ulimits=[
                    Ulimit(name="core", soft=0, hard=0),
                    Ulimit(name="fsize", soft=FILE_LIMIT_BYTES, hard=FILE_LIMIT_BYTES),
                ],
                log_config=LogConfig(type=LogConfig.types.JSON, config=_LOG_OPTIONS),
                cap_drop=["ALL"],
                security_opt=["no-new-privileges"],
                user=f"{os.getuid()}:{os.getgid()}",
                pids_limit=_PIDS_LIMIT,
                device_requests=gpus,
                labels=self._labels(job, folder),
            )
        except (APIError, requests.RequestException) as error:
            raise PlumblineError(
                f"the engine could not start {job.job_id}: {error}", "see the engine's own log"
            ) from error
        return ContainedProcess(container, folder, job.limits.timeout_seconds)

    def _be_guarded(self) -> None:
        """Have somebody who ends the containers of this process should it be killed."""
        if self._guard is None or self._guard.poll() is not None:
            self._guard = start_guard(f"{ORCHESTRATOR_LABEL}={self._orchestrator}")

    def _labels(self, job: JobSpec, folder: Path) -> dict[str, str]:
        return {
            OUTPUT_LABEL: self.output_id,
            RUN_LABEL: folder.parent.parent.name,
            JOB_LABEL: job.job_id,
            ORCHESTRATOR_LABEL: self._orchestrator,
        }

    def _environment(self, job: JobSpec, contender: ContenderInfo) -> dict[str, str]:
        told = {
            "PYTHONHASHSEED": "0",
            environment.ENGINE: f"{self.name} ({self.version})",
            environment.IMAGE_DIGEST: self._image_id(contender, job.device) or "",
        }
        if self._source.commit is not None:
            told[environment.SOURCE_COMMIT] = self._source.commit
            told[environment.SOURCE_DIRTY] = str(int(bool(self._source.dirty)))
        return told | environment.thread_environment(job.limits.threads, contender.thread_variables)

    def _await_answer(self) -> None:
        """Wait for an engine that is being restarted.

        Raises:
            PlumblineError: it does not come back.
        """
        deadline = time.monotonic() + _RETURN_SECONDS
        while True:
            try:
                self._client.ping()
                return
            except (DockerException, requests.RequestException) as error:
                if time.monotonic() > deadline:
                    raise PlumblineError(
                        f"the engine went away and has not come back: {error}",
                        "start it, then go on with --resume",
                    ) from error
            time.sleep(_ASK_AGAIN_SECONDS)

    def _image_id(self, contender: ContenderInfo, device: Device) -> str | None:
        try:
            return str(self._client.images.get(_tag(contender.image, device)).id)
        except ImageNotFound:
            return None


def _tag(image: str, device: Device) -> str:
    return f"plumbline/{image}:{'cuda' if device == 'cuda' else 'latest'}"
