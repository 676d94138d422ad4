"""Where jobs could run: in containers, outside them, on a GPU."""

from __future__ import annotations

import shutil
from collections.abc import Iterator

from contract.base import Device
from data.places import default_root
from orchestrator.doctor.finding import EngineName, Finding, Machine
from orchestrator.engines.docker.launcher import DockerLauncher
from orchestrator.engines.local.launcher import LocalLauncher
from orchestrator.errors import PlumblineError
from orchestrator.plan.choose import choose_contenders
from orchestrator.store.source import read_source

_NO_RUN = "0" * 32
"""Stands for the mark of an output folder: nothing is started here."""
_DRIVER = "proc/driver/nvidia/version"


def containers(machine: Machine) -> Iterator[Finding]:
    """Tell whether an engine answers, has the images, and hands on a GPU where there is one."""
    try:
        engine = DockerLauncher.connect(default_root(), read_source(), _NO_RUN)
    except PlumblineError as error:
        meaning = "jobs cannot run in containers"
        yield Finding(
            "container engine", "warning", error.cause, meaning, error.remedy, ("docker",)
        )
        return
    client = "with" if shutil.which("docker") else "without"
    yield Finding("container engine", "ok", f"{engine.version} answers, {client} docker's client")
    yield from _images(engine, "cpu")
    if machine.text(_DRIVER) is not None:
        yield from _images(engine, "cuda")


def environments_engine(machine: Machine) -> Iterator[Finding]:  # noqa: ARG001
    """Tell whether every contender could run outside containers."""
    contenders = [info for info, _ in choose_contenders(()).values()]
    try:
        LocalLauncher(read_source(), _NO_RUN).check(contenders, "cpu")
        yield Finding("local engine", "ok", "every contender has a finished environment")
    except PlumblineError as error:
        meaning = "jobs cannot run outside containers"
        yield Finding("local engine", "warning", error.cause, meaning, error.remedy, ("local",))


def gpu(machine: Machine) -> Iterator[Finding]:
    """Tell which GPU the driver sees."""
    if machine.text(_DRIVER) is None:
        yield Finding("GPU", "ok", "no NVIDIA driver: everything runs on the CPU")
        return
    import pynvml

    try:
        pynvml.nvmlInit()
        driver = str(pynvml.nvmlSystemGetDriverVersion())
        handles = map(pynvml.nvmlDeviceGetHandleByIndex, range(pynvml.nvmlDeviceGetCount()))
        names = [str(pynvml.nvmlDeviceGetName(handle)) for handle in handles]
    except pynvml.NVMLError as error:
        meaning = "--device cuda is refused, or not measured"
        yield Finding("GPU", "problem", f"NVML: {error}", meaning, "reinstall the NVIDIA driver")
        return
    yield Finding("GPU", "ok", f"{', '.join(names)}, driver {driver}")


def _images(engine: DockerLauncher, device: Device) -> Iterator[Finding]:
    contenders = [info for info, _ in choose_contenders(()).values()]
    topic = f"images for {device}"
    try:
        engine.check(contenders, device)
        yield Finding(topic, "ok", "every contender has one")
    except PlumblineError as error:
        meaning = f"jobs on {device} cannot run in containers"
        blocked: tuple[EngineName, ...] = ("docker",) if device == "cpu" else ()
        yield Finding(topic, "warning", error.cause, meaning, error.remedy, blocked)
