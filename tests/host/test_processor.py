"""What a processor is, on trees of /proc and /sys that hold what real machines hold."""

import platform

import pytest

from host.processor import cpu_flags, cpu_model, governors, turbo

CPUS = "sys/devices/system/cpu"
TWO_CPUS = """\
processor\t: 0
model name\t: Example CPU
flags\t\t: fpu avx2 hypervisor

processor\t: 1
model name\t: Another CPU
flags\t\t: fpu
"""


@pytest.fixture
def write(tmp_path):
    """Write a file below a root of its own; return the root."""

    def write(name, text):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
        return tmp_path

    return write


def test_the_first_cpu_stands_for_the_processor(write):
    root = write("proc/cpuinfo", TWO_CPUS)

    assert cpu_model(root) == "Example CPU"
    assert cpu_flags(root) == {"fpu", "avx2", "hypervisor"}


def test_an_arm_processor_has_features_and_no_name(write):
    root = write("proc/cpuinfo", "processor\t: 0\nFeatures\t: fp asimd\n")

    assert cpu_model(root) == platform.machine()
    assert cpu_flags(root) == {"fp", "asimd"}


def test_without_proc_the_processor_is_its_architecture(tmp_path):
    assert cpu_model(tmp_path) == platform.machine()
    assert cpu_flags(tmp_path) == frozenset()


def test_governors_are_told_by_cpu(write):
    write(f"{CPUS}/cpu0/cpufreq/scaling_governor", "performance\n")
    root = write(f"{CPUS}/cpu11/cpufreq/scaling_governor", "powersave\n")

    assert governors(root) == {0: "performance", 11: "powersave"}


@pytest.mark.parametrize(
    ("switch", "content", "on"),
    [
        ("intel_pstate/no_turbo", "1", False),
        ("intel_pstate/no_turbo", "0", True),
        ("cpufreq/boost", "1", True),
        ("cpufreq/boost", "0", False),
    ],
)
def test_turbo_is_read_from_either_driver(write, switch, content, on):
    found = turbo(write(f"{CPUS}/{switch}", f"{content}\n"))

    assert (found.on, found.switch) == (on, f"{CPUS}/{switch}")
    assert (found.off_value == content) == (not on)


def test_turbo_is_unknown_where_no_driver_tells(tmp_path):
    assert turbo(tmp_path) is None
