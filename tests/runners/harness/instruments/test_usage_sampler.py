"""The sampler sees what a job uses, from a process beside it."""

import json
import os
import subprocess
import sys
import threading
import time

import numpy as np
import pytest

from contract.meters import Meters
from contract.metric import metrics_of
from runners.harness.instruments import beside, usage_process
from runners.harness.instruments.usage_process import MOST_LOOKS, Look, Looks
from runners.harness.instruments.usage_sampler import UsageSampler
from runners.harness.measure.stopwatch import Stopwatch

NVML = """
from types import SimpleNamespace

class NVMLError(Exception):
    pass

readings = iter(range(10, 1000, 10))

def nvmlInit():
    {init}

def nvmlDeviceGetHandleByIndex(index):
    assert index == 1
    return "second"

def nvmlDeviceGetHandleByUUID(uuid):
    assert uuid == "GPU-5"
    return "second"

def nvmlDeviceGetUtilizationRates(handle):
    assert handle == "second"
    return SimpleNamespace(gpu=next(readings))

def nvmlDeviceGetMemoryInfo(handle):
    return SimpleNamespace(used=2**30)

def nvmlDeviceGetTotalEnergyConsumption(handle):
    raise NVMLError("Not Supported")

def nvmlDeviceGetComputeRunningProcesses(handle):
    return []
"""
"""Stands for NVIDIA's bindings on machines that have no GPU."""


def work(seconds):
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        pass


def seen_and_used(action):
    """Mean use by the samples, and by the process's own account, in percent of one CPU."""
    with UsageSampler("cpu", cpus=1) as usage, Stopwatch() as watch:
        action()
    seen = np.mean([sample.cpu_percent for sample in usage.samples])
    return seen, 100 * watch.cpu_seconds / watch.wall_seconds


def test_a_busy_process_is_seen_as_busy_as_it_is():
    seen, used = seen_and_used(lambda: work(1.5))

    assert seen == pytest.approx(used, abs=15)
    assert used > 2


def test_looks_are_a_tenth_of_a_second_apart():
    with UsageSampler("cpu", cpus=1) as usage:
        time.sleep(1.0)

    moments = [sample.elapsed_seconds for sample in usage.samples]
    assert 3 <= len(moments) <= 10
    assert np.diff([0, *moments]).min() >= 0.1


def test_a_sleeping_process_is_seen_idle():
    with UsageSampler("cpu", cpus=1) as usage:
        time.sleep(0.6)

    assert max(sample.cpu_percent for sample in usage.samples) < 20


def test_threads_count_as_much_as_the_process_itself():
    def in_a_thread():
        thread = threading.Thread(target=work, args=(1.5,))
        thread.start()
        thread.join()

    seen, used = seen_and_used(in_a_thread)

    assert seen == pytest.approx(used, abs=15)
    assert used > 2


def test_memory_is_seen_when_it_is_taken():
    with UsageSampler("cpu", cpus=1) as usage:
        time.sleep(0.3)
        block = np.ones(25_000_000)
        time.sleep(0.3)

    assert usage.samples[-1].memory_bytes - usage.samples[0].memory_bytes >= 0.9 * block.nbytes


def test_on_a_cpu_no_gpu_is_asked():
    with UsageSampler("cpu", cpus=1) as usage:
        time.sleep(0.25)

    assert set(usage.gpu.values()) == {"a job on the CPU"}
    assert {sample.gpu_percent for sample in usage.samples} == {None}


@pytest.fixture
def bindings(tmp_path, monkeypatch):
    """Put bindings that behave as told where the sampler's process finds them."""

    def install(init="pass"):
        (tmp_path / "pynvml.py").write_text(NVML.format(init=init))
        monkeypatch.setenv(
            "PYTHONPATH", f"{tmp_path}{os.pathsep}{os.environ.get('PYTHONPATH', '')}"
        )

    return install


@pytest.mark.parametrize("visible", ["1", "1,0", "GPU-5"])
def test_the_first_visible_gpu_is_read(bindings, monkeypatch, visible):
    bindings()
    monkeypatch.setenv("CUDA_VISIBLE_DEVICES", visible)

    with UsageSampler("cuda", cpus=1) as usage:
        time.sleep(0.45)

    seen = [sample.gpu_percent for sample in usage.samples]
    assert seen == [30 + 10 * number for number in range(len(seen))]
    # Two looks come before the first sample, and one after the last.
    assert usage.gpu["gpu_percent"] == np.mean([10, 20, *seen, 30 + 10 * len(seen)])
    assert usage.gpu["gpu_peak_memory_bytes"] == 2**30
    assert usage.meters.unmeasured["gpu_energy_joules"] == "NVML: Not Supported"


def test_a_driver_that_gives_no_answer_is_told_as_the_reason(bindings):
    bindings(init="raise NVMLError('Driver Not Loaded')")

    with UsageSampler("cuda", cpus=1) as usage:
        time.sleep(0.15)

    assert set(usage.gpu.values()) == {"NVML: Driver Not Loaded"}


def test_the_instruments_watch_as_long_as_the_job_works():
    with UsageSampler("cpu", cpus=1) as usage, Stopwatch() as watch:
        time.sleep(0.55)

    assert usage.meters.watch_seconds == pytest.approx(watch.wall_seconds, abs=0.3)
    assert usage.meters.looks == len(usage.samples) + 2
    assert 0 < usage.meters.meter_cpu_seconds < 0.1


def test_what_a_job_starts_belongs_to_it_and_the_sampler_does_not():
    with UsageSampler("cpu", cpus=1) as alone:
        time.sleep(0.3)
    child = subprocess.Popen(["sleep", "5"])
    with UsageSampler("cpu", cpus=1) as accompanied:
        time.sleep(0.3)
    child.kill()
    child.wait()

    assert accompanied.meters.tree_processes == alone.meters.tree_processes + 1
    assert alone.meters.tree_peak_memory_bytes >= alone.samples[0].memory_bytes


def test_an_error_of_the_job_is_not_hidden():
    with pytest.raises(KeyError), UsageSampler("cpu", cpus=1):
        raise KeyError


def reasons(usage):
    """Why there is no number, each once."""
    assert usage.samples == ()
    assert set(usage.meters.unmeasured) == set(metrics_of(Meters))
    return {*usage.gpu.values(), *usage.meters.unmeasured.values()}


def test_a_sampler_that_dies_is_the_reason_for_every_number():
    with UsageSampler("cpu", cpus=0) as usage:
        time.sleep(0.25)

    assert reasons(usage) == {f"{usage_process.__name__} ended with exit code 1"}


def test_a_sampler_that_cannot_be_started_is_the_reason(monkeypatch):
    monkeypatch.setattr(sys, "executable", "/no/such/python")
    with UsageSampler("cpu", cpus=1) as usage:
        pass

    (reason,) = reasons(usage)
    assert "could not be started: No such file" in reason


def test_a_sampler_that_hangs_is_given_up(monkeypatch, tmp_path):
    hanging = tmp_path / "python"
    hanging.write_text("#!/bin/sh\nexec sleep 60\n")
    hanging.chmod(0o755)
    monkeypatch.setattr(beside, "_PATIENCE_SECONDS", 0.2)
    monkeypatch.setattr(sys, "executable", str(hanging))
    with UsageSampler("cpu", cpus=1) as usage:
        pass

    assert reasons(usage) == {f"{usage_process.__name__} ended with exit code -9"}


def test_a_sampler_that_prints_something_else_is_the_reason(monkeypatch):
    monkeypatch.setattr(sys, "executable", "/bin/echo")
    with UsageSampler("cpu", cpus=1) as usage:
        pass

    (reason,) = reasons(usage)
    assert reason.startswith("the sampler printed what cannot be read")


@pytest.mark.parametrize("minutes", [0.5, 1, 3, 600])
def test_a_long_job_leaves_a_bounded_number_of_even_samples(minutes):
    looks = Looks()
    for number in range(int(minutes * 600)):
        looks.add(Look(at_seconds=number / 10, cpu_seconds=number / 20, memory_bytes=number))

    samples = looks.samples(cpus=2)

    distances = np.diff([0, *(sample["elapsed_seconds"] for sample in samples)])
    assert min(minutes * 600 - 1, MOST_LOOKS // 2 - 1) <= len(samples) < MOST_LOOKS
    np.testing.assert_allclose(distances, distances[0])
    np.testing.assert_allclose([sample["cpu_percent"] for sample in samples], 25)


def test_the_sampler_weighs_little():
    program = "import sys, runners.harness.instruments.usage_process; print(sorted(sys.modules))"

    loaded = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)

    assert not {"numpy", "pydantic"} & set(json.loads(loaded.stdout.replace("'", '"')))
