"""The docker engine: one confined container per job."""

from __future__ import annotations

import os
import platform
import subprocess
import time
from collections.abc import Sequence
from pathlib import Path

import docker
from docker.errors import ImageNotFound
from docker.models.images import Image
from docker.types import DeviceRequest, LogConfig, Ulimit

from contract import environment
from contract.base import Device
from contract.contender import ContenderInfo
from contract.inventory import Inventory
from contract.job import JobSpec
from contract.names import EVIDENCE_NAME, JOB_NAME
from orchestrator.engines.docker.confinement import (
    DATA,
    OUT,
    PYTHON,
    confined,
    require_confinement,
    volumes,
)
from orchestrator.engines.docker.container import RETURN_SECONDS, ContainedProcess
from orchestrator.engines.docker.engine import AnsweringEngine, answering_engine, connected
from orchestrator.engines.docker.errors import DOCKER_ERRORS, explain, explained
from orchestrator.engines.docker.guard import start_guard
from orchestrator.engines.environments import INVENTORY_MODULE, image_sources, read_inventory
from orchestrator.engines.launcher import FILE_LIMIT_BYTES, Launcher, Process
from orchestrator.engines.leftovers import OUTPUT_LABEL
from orchestrator.errors import PlumblineError
from orchestrator.store.source import engine_sha256

RUN_LABEL = "plumbline.run"
JOB_LABEL = "plumbline.job"
ORCHESTRATOR_LABEL = "plumbline.orchestrator"
"""Mark every container of ours, beside the label of its output folder."""
SOURCE_LABEL = "plumbline.source-sha256"
"""Of an image: what it was built from; `images.build` writes it."""

_LOG_OPTIONS = {"max-size": "16m", "max-file": "2"}
_ASK_AGAIN_SECONDS = 0.5


class DockerLauncher(Launcher):
    """Runs jobs in containers, through the Docker SDK."""

    name = "docker"

    def __init__(
        self,
        engine: AnsweringEngine,
        client: docker.DockerClient,
        data_root: Path,
        output_id: str,
    ) -> None:
        self.engine = engine
        self.version = engine.release
        self._client = client
        self.output_id = output_id
        self._orchestrator = f"process {os.getpid()} on {platform.node()} for {output_id}"
        self._guard: subprocess.Popen[bytes] | None = None
        self._data_root = data_root

    @classmethod
    def connect(cls, data_root: Path, output_id: str) -> DockerLauncher:
        """Connect to this machine's engine; raise PlumblineError where none answers."""
        engine = answering_engine()
        try:
            return cls(engine, connected(engine.url), data_root, output_id)
        except DOCKER_ERRORS as error:
            raise explain(error) from error

    def check(self, contenders: list[ContenderInfo], device: Device) -> None:
        """Every image must hold today's source, every limit hold, and a GPU have its runtime."""
        if device == "cuda":
            self._require_nvidia_runtime()
        found = {c.image: self._image(c, device) for c in contenders}
        sources = image_sources(device)
        unsupported = sorted(found.keys() - sources.keys())
        if unsupported:
            cause = f"{', '.join(unsupported)}: there is no image for {device}"
            raise PlumblineError(cause, "leave its contenders out: --contenders …")
        missing = sorted(name for name, image in found.items() if image is None)
        stale = sorted(
            name
            for name, image in found.items()
            if image is not None and image.labels.get(SOURCE_LABEL) != sources[name]
        )
        causes = [f"no image {_tag(name, device)}" for name in missing]
        causes += [f"{_tag(name, device)} is stale: built from other source" for name in stale]
        if causes:
            raise PlumblineError(
                "; ".join(causes),
                f"build: python3 -m images.build {' '.join(missing + stale)} --device {device}",
            )
        image = _tag(contenders[0].image, device)
        require_confinement(self._client, self.engine, image, self.output_id)

    def identity(self, contender: ContenderInfo, folder: Path, device: Device) -> dict[str, str]:  # noqa: ARG002
        """Return the image's content id; an image holds environment and source alike."""
        self._await_answer()
        return {
            "engine": f"{self.name} ({self.version})",
            "engine source": engine_sha256(),
            "image": self._image_id(contender, device),
        }

    def image_bytes(self, contender: ContenderInfo, device: Device) -> int | None:
        """Return the size that the engine gives, layers that images share included."""
        image = self._image(contender, device)
        return None if image is None else int(image.attrs["Size"])

    def inventory(self, contender: ContenderInfo, device: Device) -> Inventory:
        """Ask the image itself, the system's packages included."""
        with explained("its inventory failed"):
            printed = self._client.containers.run(
                _tag(contender.image, device),
                ["-m", INVENTORY_MODULE, "--system"],
                entrypoint=PYTHON,
                remove=True,
                environment={environment.OUTPUT: self.output_id},
                labels={OUTPUT_LABEL: self.output_id},
                **confined(self.engine),
            )
        return read_inventory(printed)

    def data_dir(self, root: Path) -> str:  # noqa: ARG002
        """The root is mounted at a fixed place."""
        return DATA

    def start(
        self, job: JobSpec, contender: ContenderInfo, folder: Path, options: Sequence[str] = ()
    ) -> Process:
        """Start a container: no network, nothing writable but /out and /tmp, no capability."""
        self._be_guarded()
        arguments = ["--quiet", "--job", f"{OUT}/{JOB_NAME}", "--output", OUT, *options]
        if (folder / EVIDENCE_NAME).is_file():
            arguments += ["--evidence", f"{OUT}/{EVIDENCE_NAME}"]
        gpus = [DeviceRequest(count=1, capabilities=[["gpu"]])] if job.device == "cuda" else None
        with explained(f"the engine cannot start {job.job_id}"):
            container = self._client.containers.run(
                _tag(contender.image, job.device),
                arguments,
                detach=True,
                environment=self._environment(job, contender),
                volumes=volumes(self.engine, {DATA: (self._data_root, "ro"), OUT: (folder, "rw")}),
                cpuset_cpus=",".join(str(cpu) for cpu in job.limits.cpus),
                nano_cpus=round(1e9 * job.limits.cpu_quota) if job.limits.cpu_quota else None,
                mem_limit=job.limits.memory_bytes,
                memswap_limit=job.limits.memory_bytes,
                tmpfs={"/tmp": "size=256m,mode=1777"},
                ulimits=[
                    Ulimit(name="core", soft=0, hard=0),
                    Ulimit(name="fsize", soft=FILE_LIMIT_BYTES, hard=FILE_LIMIT_BYTES),
                ],
                log_config=LogConfig(type=LogConfig.types.JSON, config=_LOG_OPTIONS),
                device_requests=gpus,
                labels={
                    OUTPUT_LABEL: self.output_id,
                    RUN_LABEL: folder.parent.parent.name,
                    JOB_LABEL: job.job_id,
                    ORCHESTRATOR_LABEL: self._orchestrator,
                },
                **confined(self.engine),
            )
        return ContainedProcess(container, folder)

    def _require_nvidia_runtime(self) -> None:
        with explained("the engine's runtimes cannot be listed"):
            runtimes = self._client.info().get("Runtimes", {})
        if "nvidia" not in runtimes:
            raise PlumblineError(
                "--device cuda: the engine has no NVIDIA runtime",
                "install the NVIDIA container toolkit, or use --device cpu",
            )

    def _be_guarded(self) -> None:
        """Start a guard that removes the containers of this process should it be killed."""
        if self._guard is None or self._guard.poll() is not None:
            self._guard = start_guard(self.engine.url, f"{ORCHESTRATOR_LABEL}={self._orchestrator}")

    def _environment(self, job: JobSpec, contender: ContenderInfo) -> dict[str, str]:
        return {
            "PYTHONHASHSEED": "0",
            environment.ENGINE: f"{self.name} ({self.version})",
            environment.IMAGE_DIGEST: self._image_id(contender, job.device),
        } | environment.thread_environment(job.limits.threads, contender.thread_variables)

    def _await_answer(self) -> None:
        """Wait for an engine that is being restarted; raise PlumblineError if it stays away."""
        deadline = time.monotonic() + RETURN_SECONDS
        while True:
            try:
                self._client.ping()
                return
            except DOCKER_ERRORS as error:
                if time.monotonic() > deadline:
                    cause = f"after {RETURN_SECONDS:.0f} s, {explain(error).cause}"
                    raise PlumblineError(cause, "start it, then continue with --resume") from error
            time.sleep(_ASK_AGAIN_SECONDS)

    def _image_id(self, contender: ContenderInfo, device: Device) -> str:
        image = self._image(contender, device)
        return "" if image is None else str(image.id)

    def _image(self, contender: ContenderInfo, device: Device) -> Image | None:
        tag = _tag(contender.image, device)
        with explained(f"{tag} cannot be examined"):
            try:
                return self._client.images.get(tag)
            except ImageNotFound:
                return None


def _tag(image: str, device: Device) -> str:
    return f"plumbline/{image}:{'cuda' if device == 'cuda' else 'latest'}"
