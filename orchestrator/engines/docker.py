"""The docker engine: one confined container per job."""

from __future__ import annotations

import os
import threading
from pathlib import Path, PurePosixPath
from typing import Any

import docker
import requests
from docker.errors import APIError, DockerException, ImageNotFound, NotFound
from docker.models.containers import Container
from docker.types import DeviceRequest

from contract import environment
from contract.base import Device
from contract.contender import ContenderInfo
from contract.job import JobSpec
from orchestrator.engines.engine import EVIDENCE_NAME, JOB_NAME, LOG_NAME, Engine, Process
from orchestrator.errors import PlumblineError
from orchestrator.source import Source

LABEL = "plumbline.run"
"""Marks every container of ours with the folder of its run."""

_DATA = PurePosixPath("/data")
_OUT = PurePosixPath("/out")
_PIDS_LIMIT = 512
_API_SECONDS = 60
_GRACE_SECONDS = 60.0
"""Beyond the job's own deadline, before a read of the engine's socket gives up."""


class DockerEngine(Engine):
    """Runs jobs in containers, through the Docker SDK."""

    name = "docker"

    def __init__(self, client: docker.DockerClient, data_root: Path, source: Source) -> None:
        self._client = client
        self._data_root = data_root.resolve()
        self._source = source
        self.version = f"Engine {client.version()['Version']}"

    @classmethod
    def connect(cls, data_root: Path, source: Source) -> DockerEngine:
        """Connect as the environment says (DOCKER_HOST, else the default socket).

        Raises:
            PlumblineError: no engine answers.
        """
        try:
            client = docker.from_env(timeout=_API_SECONDS)
            client.ping()
            return cls(client, data_root, source)
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

    def identity(self, contender: ContenderInfo, folder: Path, device: Device) -> str:  # noqa: ARG002
        """Return the image's content id; an image holds environment and source alike."""
        return self._image_id(contender, device) or ""

    def image_bytes(self, contender: ContenderInfo, device: Device) -> int:
        """Return the size that the engine gives, layers that images share included."""
        return int(self._client.images.get(_tag(contender.image, device)).attrs["Size"])

    def data_dir(self, root: Path) -> str:  # noqa: ARG002
        """The root is mounted at a fixed place."""
        return str(_DATA)

    def start(self, job: JobSpec, contender: ContenderInfo, folder: Path) -> Process:
        """Start a container: no network, nothing writable but /out and /tmp, no capability."""
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
                cap_drop=["ALL"],
                security_opt=["no-new-privileges"],
                user=f"{os.getuid()}:{os.getgid()}",
                pids_limit=_PIDS_LIMIT,
                device_requests=gpus,
                labels={LABEL: str(folder.parent.parent.name)},
            )
        except (APIError, requests.RequestException) as error:
            raise PlumblineError(
                f"the engine could not start {job.job_id}: {error}", "see the engine's own log"
            ) from error
        return _DockerProcess(container, folder / LOG_NAME, job.limits.timeout_seconds)

    def _environment(self, job: JobSpec, contender: ContenderInfo) -> dict[str, str]:
        told = {
            "PYTHONHASHSEED": "0",
            environment.ENGINE: f"{self.name} ({self.version})",
            environment.IMAGE_DIGEST: self._image_id(contender, job.device) or "",
        }
        if self._source.commit is not None:
            told[environment.SOURCE_COMMIT] = self._source.commit
            told[environment.SOURCE_DIRTY] = str(int(bool(self._source.dirty)))
        return told | environment.thread_environment(job.limits.threads)

    def _image_id(self, contender: ContenderInfo, device: Device) -> str | None:
        try:
            return str(self._client.images.get(_tag(contender.image, device)).id)
        except ImageNotFound:
            return None


class _DockerProcess(Process):
    def __init__(self, container: Container, log: Path, timeout_seconds: float) -> None:
        self._container = container
        self._log = log
        self._ended = threading.Event()
        self._exit_code: int | None = None
        self._lost: str | None = None
        # The SDK's timeout is one of the socket; the job's deadline is kept by whoever calls wait.
        self._socket_seconds = timeout_seconds + _GRACE_SECONDS
        self._waiter = threading.Thread(target=self._await_exit, daemon=True)
        self._waiter.start()

    def wait(self, seconds: float) -> int | None:
        return self._exit_code if self._ended.wait(seconds) else None

    def kill(self) -> None:
        try:
            self._container.kill()
        except (APIError, requests.RequestException):
            self._container.remove(force=True)
        self._ended.wait(_API_SECONDS)

    def close(self) -> str | None:
        try:
            self._log.write_bytes(self._container.logs())
            self._container.reload()
            state: dict[str, Any] = self._container.attrs["State"]
            self._container.remove(force=True)
        except NotFound:
            return "its container was removed from outside"
        except (APIError, requests.RequestException) as error:
            return f"the engine went away: {error}"
        if state.get("OOMKilled"):
            return "killed by the kernel: out of memory at the container's limit"
        if self._exit_code is not None and self._exit_code > 128:
            return f"killed by signal {self._exit_code - 128}"
        return self._lost

    def _await_exit(self) -> None:
        try:
            answer = self._container.wait(timeout=self._socket_seconds)
            self._exit_code = int(answer["StatusCode"])
        except (APIError, requests.RequestException) as error:
            self._lost = f"the engine went away: {error}"
            self._exit_code = -1
        self._ended.set()


def _tag(image: str, device: Device) -> str:
    return f"plumbline/{image}:{'cuda' if device == 'cuda' else 'latest'}"
