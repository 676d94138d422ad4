"""A fingerprint tells what the kernel tells, and None where it does not."""

import os
import platform
import shutil
import sys
from functools import partial

import pytest

from host.topology import cores_of
from runners.harness.job import fingerprint
from runners.harness.job.fingerprint import installed, take_fingerprint
from tests.host.machine_tree import cores


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


def distribution(folder, name, version):
    """Lay down what pip leaves of an installed distribution, or the remains of one."""
    record = folder / f"{name or 'remains'}-{version}.dist-info"
    record.mkdir(parents=True)
    if name:
        (record / "METADATA").write_text(
            f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n"
        )


def test_of_two_versions_the_one_that_python_imports_is_told(tmp_path, monkeypatch):
    distribution(tmp_path / "first", "two_fold", "2.0")
    distribution(tmp_path / "second", "Two-Fold", "1.0")
    monkeypatch.setattr(sys, "path", [str(tmp_path / "first"), str(tmp_path / "second")])

    assert [(found.name, found.version) for found in installed()] == [("two_fold", "2.0")]


def test_what_is_left_of_a_removed_distribution_is_passed_over(tmp_path, monkeypatch):
    distribution(tmp_path, None, "1.0")
    distribution(tmp_path, "whole", "1.0")
    monkeypatch.setattr(sys, "path", [str(tmp_path)])

    assert [found.name for found in installed()] == ["whole"]


def test_the_threads_that_share_a_core_with_the_job_are_recorded(monkeypatch, tmp_path):
    root = cores(tmp_path, "0,2", "1,3")
    monkeypatch.setattr(fingerprint, "cores_of", partial(cores_of, root=root))
    monkeypatch.setattr(os, "sched_getaffinity", lambda process: {1})

    assert take_fingerprint("cpu", {}, None).host.core_threads == ((1, 3),)


def test_machines_of_the_same_make_are_told_apart_by_an_id(monkeypatch):
    monkeypatch.setattr(fingerprint, "machine_id", lambda: "0123456789abcdef")

    assert take_fingerprint("cpu", {}, None).host.machine_id == "0123456789abcdef"


def test_the_size_of_shared_memory_is_that_of_its_file_system():
    taken = take_fingerprint("cpu", {}, None)

    assert taken.host.shared_memory_bytes == shutil.disk_usage("/dev/shm").total


def test_a_contenders_own_variables_are_kept_by_name_or_by_their_beginning(monkeypatch):
    for name in ("OWN_BACKEND", "OWN_BACKENDS", "FRAMEWORK_SETTING", "FRAMEWORKS"):
        monkeypatch.setenv(name, "1")

    own = ("OWN_BACKEND", "FRAMEWORK_")
    kept = take_fingerprint("cpu", {}, None, own).software.environment_variables
    others = take_fingerprint("cpu", {}, None).software.environment_variables

    assert kept.keys() - others.keys() == {"OWN_BACKEND", "FRAMEWORK_SETTING"}


@pytest.mark.parametrize(
    ("commit", "dirty", "told"),
    [
        ("ab" * 20, "1", ("ab" * 20, True)),
        ("ab" * 20, "0", ("ab" * 20, False)),
        ("", "", (None, None)),
    ],
)
def test_the_source_is_what_the_environment_says(monkeypatch, commit, dirty, told):
    monkeypatch.setenv("PLUMBLINE_SOURCE_COMMIT", commit)
    monkeypatch.setenv("PLUMBLINE_SOURCE_DIRTY", dirty)

    taken = take_fingerprint("cpu", {}, None)

    assert (taken.source_commit, taken.source_dirty) == told
