"""The NVIDIA driver, as its kernel module describes itself."""

import pytest

from host.gpu import has_nvidia_driver, nvidia_driver_version


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
def test_the_drivers_version_is_read_from_the_kernel_module(tmp_path, text, version):
    file = tmp_path / "proc/driver/nvidia/version"
    file.parent.mkdir(parents=True)
    file.write_text(f"{text}\nGCC version: 12.3.0\n")

    assert has_nvidia_driver(tmp_path)
    assert nvidia_driver_version(tmp_path) == version


def test_a_machine_without_the_driver_has_no_version_of_it(tmp_path):
    assert not has_nvidia_driver(tmp_path)
    assert nvidia_driver_version(tmp_path) is None
