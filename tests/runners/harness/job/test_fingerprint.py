"""A fingerprint tells what the kernel tells, and None where it does not."""

import os
import platform

import pytest

from runners.harness.job import fingerprint
from runners.harness.job.fingerprint import take_fingerprint


def test_this_machine_and_this_software_are_described(monkeypatch):
    monkeypatch.setenv("OMP_NUM_THREADS", "2")
    monkeypatch.setenv("SECRET_TOKEN", "never kept")

    taken = take_fingerprint("cpu", {"test_images": "0" * 64}, None)

    assert taken.host.kernel == platform.release()
    assert taken.host.logical_cpus == os.cpu_count()
    assert taken.software.python == platform.python_version()
    assert taken.software.packages["numpy"]
    assert taken.software.environment_variables["OMP_NUM_THREADS"] == "2"
    assert "never kept" not in taken.model_dump_json()
    assert (taken.gpu, taken.gpu_driver) == (None, None)


def test_a_contenders_own_variables_are_kept_by_name_or_by_their_beginning(monkeypatch):
    for name in ("OWN_BACKEND", "OWN_BACKENDS", "FRAMEWORK_SETTING", "FRAMEWORKS"):
        monkeypatch.setenv(name, "1")

    own = ("OWN_BACKEND", "FRAMEWORK_")
    kept = take_fingerprint("cpu", {}, None, own).software.environment_variables
    others = take_fingerprint("cpu", {}, None).software.environment_variables

    assert kept.keys() - others.keys() == {"OWN_BACKEND", "FRAMEWORK_SETTING"}


@pytest.mark.parametrize(
    ("file", "content", "turbo"),
    [
        ("_NO_TURBO", "1", False),
        ("_NO_TURBO", "0", True),
        ("_BOOST", "1", True),
        ("_BOOST", "0", False),
    ],
)
def test_turbo_is_read_from_either_driver(tmp_path, monkeypatch, file, content, turbo):
    for name in ("_NO_TURBO", "_BOOST"):
        monkeypatch.setattr(fingerprint, name, tmp_path / name)
    (tmp_path / file).write_text(content + "\n")

    assert take_fingerprint("cpu", {}, None).host.turbo is turbo


def test_turbo_is_unknown_where_no_driver_tells(tmp_path, monkeypatch):
    for name in ("_NO_TURBO", "_BOOST"):
        monkeypatch.setattr(fingerprint, name, tmp_path / name)

    assert take_fingerprint("cpu", {}, None).host.turbo is None


@pytest.mark.parametrize(
    ("text", "version"),
    [
        ("NVRM version: NVIDIA UNIX x86_64 Kernel Module  535.129.03  Thu Oct 19", "535.129.03"),
        (
            "NVRM version: NVIDIA UNIX Open Kernel Module for x86_64  550.54.14  Release Build",
            "550.54.14",
        ),
        ("something else", None),
    ],
)
def test_the_gpus_driver_is_read_from_the_kernel_module(tmp_path, monkeypatch, text, version):
    monkeypatch.setattr(fingerprint, "_NVIDIA", tmp_path / "version")
    (tmp_path / "version").write_text(f"{text}\nGCC version: 12.3.0\n")

    assert take_fingerprint("cuda", {}, "a GPU").gpu_driver == version
