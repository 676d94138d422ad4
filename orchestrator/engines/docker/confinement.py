"""What every container may do, and whether an engine keeps to that.

What an engine says of itself does not tell whether it sees this machine's files (it may run beside
the container that this is), whose the files are that a container writes, or whether its limits
hold (without root's rights it may lack the control groups). One small container does.
"""

import os
import tempfile
from pathlib import Path
from typing import Any

import docker

from orchestrator.engines.docker.engine import AnsweringEngine
from orchestrator.engines.docker.errors import explained
from orchestrator.engines.leftovers import OUTPUT_LABEL
from orchestrator.errors import PlumblineError

PYTHON = "/opt/venv/bin/python"
OUT = "/out"
DATA = "/data"

_CONFINED: dict[str, Any] = {
    "network_mode": "none",
    "read_only": True,
    "cap_drop": ["ALL"],
    "security_opt": ["no-new-privileges"],
    "pids_limit": 512,
}
_TRIAL_MEMORY_BYTES = 256 * 2**20
_TRIAL = f"""\
import os, pathlib
question = pathlib.Path("{OUT}/question")
print("sees" if question.is_file() else "sees not")
try:
    pathlib.Path("{OUT}/answer").write_text(question.read_text())
    print("writes")
except OSError as error:
    print(error)
print(*os.sched_getaffinity(0))
limits = ["/sys/fs/cgroup/memory.max", "/sys/fs/cgroup/memory/memory.limit_in_bytes"]
print(next((open(limit).read().strip() for limit in limits if os.path.exists(limit)), "none"))
"""


def confined(engine: AnsweringEngine) -> dict[str, Any]:
    """Return the options of every container."""
    return {**_CONFINED, "user": engine.user, "userns_mode": engine.userns_mode or None}


def volumes(engine: AnsweringEngine, folders: dict[str, tuple[Path, str]]) -> dict[str, Any]:
    """Return the mounts of folders of this machine: by place, which and whether `ro` or `rw`."""
    return {
        str(folder.resolve()): {"bind": place, "mode": f"{mode}{engine.volume_suffix}"}
        for place, (folder, mode) in folders.items()
    }


def require_confinement(
    client: docker.DockerClient, engine: AnsweringEngine, image: str, output_id: str
) -> None:
    """Raise PlumblineError where jobs in containers would not be what they are taken for."""
    cpu = max(os.sched_getaffinity(0))
    with tempfile.TemporaryDirectory(prefix="plumbline-") as name:
        folder = Path(name)
        (folder / "question").write_text("whose?", encoding="utf-8")
        with explained(f"{engine.release} cannot run a container as jobs need it"):
            printed = client.containers.run(
                image,
                ["-c", _TRIAL],
                entrypoint=PYTHON,
                remove=True,
                cpuset_cpus=str(cpu),
                mem_limit=_TRIAL_MEMORY_BYTES,
                memswap_limit=_TRIAL_MEMORY_BYTES,
                volumes=volumes(engine, {OUT: (folder, "rw")}),
                labels={OUTPUT_LABEL: output_id},
                **confined(engine),
            )
        sees, writes, cpus, memory = printed.decode().splitlines()
        if sees != "sees":
            raise PlumblineError(
                f"{engine.release} does not see this machine's files: {folder} is empty there",
                "run Plumbline outside of the container that it is in; or set TMPDIR to a folder "
                "that the engine sees (a Docker from Snap sees those below HOME); or use "
                "--engine local",
            )
        if writes != "writes":
            raise PlumblineError(
                f"a container of {engine.release} cannot write where its results go: {writes}",
                "run Plumbline as the user that the engine belongs to, or use --engine local",
            )
        owner = (folder / "answer").stat().st_uid
    if owner != os.getuid():
        raise PlumblineError(
            f"what a container of {engine.release} writes belongs to user {owner}, not to you "
            f"(user {os.getuid()})",
            "run Plumbline as the user that the engine belongs to, or use --engine local",
        )
    if cpus != str(cpu):
        raise _unlimited(engine, f"a container that was given CPU {cpu} may use {cpus}")
    if memory != str(_TRIAL_MEMORY_BYTES):
        raise _unlimited(engine, f"{_TRIAL_MEMORY_BYTES} bytes were the limit, and it is {memory}")


def _unlimited(engine: AnsweringEngine, finding: str) -> PlumblineError:
    return PlumblineError(
        f"{engine.release} does not keep to the limits of CPUs and memory: {finding}",
        "rootless engines need control groups of version 2 and the controllers cpuset, cpu, memory "
        "and pids (Delegate= in a drop-in of systemd's user@.service); or use --engine local",
    )
