"""Whether jobs can run in containers, and on a GPU."""

from collections.abc import Iterator
from pathlib import Path

from contract.base import Device
from data.places import default_root
from host.gpu import has_nvidia_driver
from orchestrator.doctor.finding import EngineName, Finding
from orchestrator.engines.docker.launcher import DockerLauncher
from orchestrator.errors import PlumblineError
from orchestrator.plan.choose import choose_contenders

_NO_RUN = "0" * 32
"""Stands for the mark of an output folder: nothing is started here."""


def containers(root: Path) -> Iterator[Finding]:
    """Tell whether an engine answers, has the images, and hands on a GPU where there is one."""
    try:
        engine = DockerLauncher.connect(default_root(), _NO_RUN)
    except PlumblineError as error:
        meaning = "jobs cannot run in containers"
        yield Finding(
            "container engine", "warning", error.cause, meaning, error.remedy, ("docker",)
        )
        return
    yield Finding("container engine", "ok", engine.engine.description)
    yield from _images(engine, "cpu")
    if has_nvidia_driver(root):
        yield from _images(engine, "cuda")


def gpu(root: Path) -> Iterator[Finding]:
    """Tell which GPU the driver sees."""
    if not has_nvidia_driver(root):
        yield Finding("GPU", "ok", "no NVIDIA driver: everything runs on the CPU")
        return
    import pynvml

    try:
        pynvml.nvmlInit()
        driver = str(pynvml.nvmlSystemGetDriverVersion())
        handles = map(pynvml.nvmlDeviceGetHandleByIndex, range(pynvml.nvmlDeviceGetCount()))
        names = [str(pynvml.nvmlDeviceGetName(handle)) for handle in handles]
    except pynvml.NVMLError as error:
        meaning = "--device cuda is refused, or the GPU is not measured"
        yield Finding("GPU", "problem", f"NVML: {error}", meaning, "reinstall the NVIDIA driver")
        return
    yield Finding("GPU", "ok", f"{', '.join(names)}, driver {driver}")


def _images(engine: DockerLauncher, device: Device) -> Iterator[Finding]:
    contenders = [info for info, _ in choose_contenders(()).values()]
    topic = f"containers for {device}"
    try:
        engine.check(contenders, device)
        yield Finding(
            topic, "ok", "every contender has an up-to-date image; limits hold, and files are yours"
        )
    except PlumblineError as error:
        meaning = f"jobs on {device} cannot run in containers"
        blocked: tuple[EngineName, ...] = ("docker",) if device == "cpu" else ()
        yield Finding(topic, "warning", error.cause, meaning, error.remedy, blocked)
