"""Each check on trees of /proc and /sys that hold what real machines hold."""

import os
import platform
import re
import sys

import pytest

from data.catalog import read_catalog
from data.status import DatasetStatus
from orchestrator.doctor import confinement, engines, installation, processor
from orchestrator.errors import PlumblineError
from tests.host.machine_tree import V1, groups, write_files
from tests.images.engines import PODMAN, answering

XEON = "processor\t: 0\nmodel name\t: Example CPU\nflags\t\t: fpu sse4_2 avx2 fma\n"
CPU = "sys/devices/system/cpu"
ZONE = "sys/class/powercap/intel-rapl:0"


@pytest.fixture
def machine(tmp_path):
    """Write files below a root of their own; return the root."""
    return lambda **files: write_files(tmp_path, files)


def only(check, machine):
    (finding,) = check(machine)
    return finding


@pytest.mark.parametrize(
    ("check", "files", "level", "told"),
    [
        (processor.model, {"proc/cpuinfo": XEON}, "ok", "Example CPU"),
        (processor.model, {"proc/cpuinfo": "model name : Old"}, "warning", "Old, without AVX2"),
        (processor.model, {}, "warning", f"{platform.machine()}, without AVX2"),
        (
            processor.governor,
            {f"{CPU}/cpu{n}/cpufreq/scaling_governor": "performance" for n in (0, 11)},
            "ok",
            "performance",
        ),
        (
            processor.governor,
            {
                f"{CPU}/cpu0/cpufreq/scaling_governor": "performance",
                f"{CPU}/cpu1/cpufreq/scaling_governor": "powersave",
            },
            "warning",
            "performance, powersave",
        ),
        (processor.governor, {}, "warning", "the kernel does not report it"),
        (processor.turbo, {f"{CPU}/intel_pstate/no_turbo": "1"}, "ok", "off"),
        (processor.turbo, {f"{CPU}/intel_pstate/no_turbo": "0"}, "warning", "on"),
        (processor.turbo, {f"{CPU}/cpufreq/boost": "0"}, "ok", "off"),
        (processor.turbo, {f"{CPU}/cpufreq/boost": "1"}, "warning", "on"),
        (processor.turbo, {}, "warning", "the kernel does not report it"),
        (processor.load, {"proc/loadavg": "0.00 0.01 0.05 1/100 999"}, "ok", "0.00 on"),
        (processor.load, {"proc/loadavg": "999.0 0.01 0.05 1/100 999"}, "warning", "999.00 on"),
        (processor.load, {}, "warning", "cannot be read"),
        (
            processor.steal,
            {"proc/stat": "cpu  50 0 0 50 0 0 0 0 0 0"},
            "ok",
            "0.0% of all CPU time",
        ),
        (
            processor.steal,
            {"proc/stat": "cpu  50 0 0 40 0 0 0 10 0 0"},
            "warning",
            "10.0% of all CPU time",
        ),
        (processor.steal, {"proc/stat": "cpu"}, "warning", "cannot be read"),
        (
            confinement.energy,
            {
                f"{ZONE}/name": "package-0",
                f"{ZONE}/energy_uj": "123",
                f"{ZONE}/max_energy_range_uj": "262143328850",
            },
            "ok",
            "RAPL can be read",
        ),
        (
            confinement.energy,
            {f"{ZONE}/name": "package-0"},
            "warning",
            "intel-rapl:0 cannot be read by this user",
        ),
        (confinement.energy, {}, "warning", "shows no RAPL counters"),
        (engines.gpu, {}, "ok", "no NVIDIA driver"),
    ],
)
def test_what_the_kernel_tells(machine, check, files, level, told):
    finding = only(check, machine(**files))

    assert finding.level == level
    assert told in finding.told
    assert (level == "ok") == (finding.remedy == "")
    assert finding.blocks == ()


@pytest.mark.parametrize("name", ["intel_pstate/no_turbo", "cpufreq/boost"])
def test_how_turbo_is_switched_off(machine, name):
    on = {"intel_pstate/no_turbo": "0", "cpufreq/boost": "1"}[name]

    finding = only(processor.turbo, machine(**{f"{CPU}/{name}": on}))

    assert finding.remedy.endswith(f"sudo tee /{CPU}/{name}")
    assert f"echo {1 - int(on)} " in finding.remedy


def test_control_groups_of_version_2_that_hand_memory_on(tmp_path):
    control = {"user.slice/cgroup.subtree_control": "cpu memory", "user.slice/cgroup.procs": ""}

    found = only(confinement.control_groups, groups(tmp_path, ["0::/user.slice"], control))

    assert (found.level, found.told) == ("ok", "version 2; each job can have one of its own")


def test_control_groups_that_hand_nothing_on(tmp_path):
    found = only(
        confinement.control_groups, groups(tmp_path, ["0::/"], {"cgroup.subtree_control": "cpu"})
    )

    assert found.level == "warning"
    assert found.told.startswith("version 2: no control group")
    assert "systemd-run" in found.remedy


def test_control_groups_of_version_1_leave_nothing_behind(tmp_path):
    tree = groups(tmp_path, [f"4:{name}:/" for name in V1], {"memory/tasks": "1"}, V1)

    found = only(confinement.control_groups, tree)

    assert "version 1" in found.told
    assert [path.name for path in (tree / "sys/fs/cgroup/memory").iterdir()] == ["tasks"]


def test_no_control_groups_at_all(machine):
    assert only(confinement.control_groups, machine()).level == "warning"


def test_a_quota_of_one_cpu_and_a_memory_limit_are_named_with_their_groups(tmp_path):
    root = groups(tmp_path, ["0::/a"], {"a/cpu.max": "100000 100000", "a/memory.max": str(2**30)})

    found = only(confinement.pins, root)

    assert found.level == "ok"
    assert f"1 of {os.cpu_count()} CPUs" in found.told
    assert "768 MiB of memory for each job" in found.told
    assert f"the control group {root}/sys/fs/cgroup/a has a quota of 1 CPU;" in found.told
    assert f"the control group {root}/sys/fs/cgroup/a has a memory limit of 1.0 GiB" in found.told


def test_a_quota_of_less_than_one_cpu_is_a_warning(tmp_path):
    found = only(confinement.pins, groups(tmp_path, ["0::/a"], {"a/cpu.max": "30000 100000"}))

    assert found.level == "warning"
    assert "has a quota of 0.3 CPUs; with less than one CPU, jobs will be throttled" in found.told
    assert found.remedy == "raise the quota to a CPU or more"


def test_the_size_of_shared_memory_is_told(machine, tmp_path):
    assert only(confinement.shared_memory, machine()).level == "warning"
    (tmp_path / "dev/shm").mkdir(parents=True)

    found = only(confinement.shared_memory, machine())

    assert found.level == "ok"
    assert re.match(r"[\d.]+ [GM]iB in /dev/shm", found.told)


def test_no_engine_answers(machine, monkeypatch):
    monkeypatch.setenv("DOCKER_HOST", "unix:///nowhere/docker.sock")

    found = only(engines.containers, machine())

    assert (found.level, found.blocks) == ("warning", ("docker",))
    assert "start_engine.sh" in found.remedy


def test_the_engine_that_answers_is_named(machine, monkeypatch, tmp_path):
    with answering(tmp_path / "engine.sock", PODMAN, {"Rootless": True}) as url:
        monkeypatch.setenv("DOCKER_HOST", url)
        found = next(engines.containers(machine()))

    assert found.level == "ok"
    assert found.told == f"Podman 5.4.0, rootless, on this machine at {url} (by DOCKER_HOST)"


def test_a_remote_engine_is_refused_with_the_reason(machine, monkeypatch):
    monkeypatch.setenv("DOCKER_HOST", "ssh://gpu7")

    found = only(engines.containers, machine())

    assert (found.level, found.blocks) == ("warning", ("docker",))
    assert "ssh://gpu7 (DOCKER_HOST) is on another machine" in found.told


def test_environments_that_are_not_up_to_date_block_the_local_engine(machine, monkeypatch):
    states = {"a": "fresh", "b": "stale", "c": "absent"}
    monkeypatch.setattr(installation, "environment_states", lambda: states)

    found = list(installation.environments(machine()))

    assert [finding.level for finding in found] == ["ok", "warning", "warning"]
    assert [finding.blocks for finding in found] == [(), ("local",), ("local",)]
    assert all(finding.remedy == "make setup" for finding in found if finding.level != "ok")


def test_an_environment_that_this_machine_cannot_have_blocks_nothing(machine, monkeypatch):
    states = {"velox": "left out: its plugin cannot be compiled without g++"}
    monkeypatch.setattr(installation, "environment_states", lambda: states)

    found = only(installation.environments, machine())

    assert (found.level, found.blocks) == ("warning", ())
    assert found.told == "its plugin cannot be compiled without g++"


def test_the_kits_own_environment_stops_no_contender(machine, monkeypatch):
    monkeypatch.setattr(installation, "environment_states", lambda: {"plumbline": "stale"})

    found = only(installation.environments, machine())

    assert (found.level, found.blocks) == ("warning", ())


def test_environments_that_nobody_can_judge_are_a_problem(machine, monkeypatch):
    def fail():
        raise PlumblineError("images.environments list failed", "restore the folder")

    monkeypatch.setattr(installation, "environment_states", fail)

    found = only(installation.environments, machine())

    assert (found.level, found.blocks) == ("problem", ("docker", "local"))


@pytest.mark.parametrize(("version", "level"), [((3, 13, 1), "ok"), ((3, 14, 0), "problem")])
def test_pythons_without_wheels_run_nothing(machine, monkeypatch, version, level):
    numbers = dict(zip(("major", "minor", "micro"), version, strict=True))
    fake = type("Version", (tuple,), numbers)(version)
    monkeypatch.setattr(sys, "version_info", fake)

    found = only(installation.python, machine())

    assert found.level == level
    assert found.blocks == (() if level == "ok" else ("docker", "local"))


def test_what_the_pdf_lacks_is_one_command_away(machine, monkeypatch):
    monkeypatch.setattr(installation, "find_library", lambda name: None)
    monkeypatch.setattr(installation.shutil, "which", lambda name: None)

    found = only(installation.pdf, machine())

    assert found.level == "problem"
    assert found.told.startswith("missing: libpango-1.0-0")
    assert found.remedy.startswith("`make setup`")
    assert found.blocks == ()


@pytest.mark.parametrize(
    ("free", "level", "blocks"),
    [(0, "problem", ("docker", "local")), (2**30, "warning", ()), (2**40, "ok", ())],
)
def test_room_on_the_disk(machine, monkeypatch, free, level, blocks):
    usage = type("Usage", (), {"free": free})
    monkeypatch.setattr(installation.shutil, "disk_usage", lambda place: usage)

    found = only(installation.disk, machine())

    assert (found.level, found.blocks) == (level, blocks)


def test_what_the_data_is_like(machine, monkeypatch, tmp_path):
    dataset = read_catalog()["mnist"]
    states = ("verified", "unverified", "absent", "corrupt")
    listed = [DatasetStatus(dataset, state, tmp_path, 1, state, "fetch it") for state in states]
    monkeypatch.setattr(installation, "statuses", lambda root: listed)

    levels = [finding.level for finding in installation.data_sets(machine())]

    assert levels == ["ok", "warning", "warning", "problem"]


def test_a_machine_that_grants_nothing_blocks_everything(machine, monkeypatch):
    def refuse(*limits):
        raise PlumblineError("no CPU to be had", "ask for one")

    monkeypatch.setattr(confinement, "grant", refuse)

    found = only(confinement.pins, machine())

    assert (found.blocks, found.remedy) == (("docker", "local"), "ask for one")


@pytest.fixture
def neighbours(machine, monkeypatch):
    """Look at a machine on which others use a share of the CPUs."""

    def neighbours(share):
        monkeypatch.setattr(processor, "foreign_cpu_share_for", lambda cpus, seconds, path: share)
        return only(processor.neighbours, machine())

    return neighbours


def test_on_quiet_cpus_the_doctor_says_what_sharing_them_would_mean(neighbours):
    finding = neighbours(0.02)

    assert finding.level == "ok"
    assert re.match(r"others use 2 % of CPUs? [\d, ]+ now; if they were busy: ", finding.told)
    assert "spin while they wait" in finding.told


def test_on_shared_cpus_the_doctor_says_what_that_means_now(neighbours):
    finding = neighbours(0.43)

    assert finding.level == "warning"
    assert finding.told.startswith("others use 43 % of CPU")
    assert "a training step of 12 ms took 400 ms; jobs wait for quiet" in finding.meaning
    assert finding.remedy


def test_where_the_kernel_counts_nothing_the_doctor_knows_no_neighbours(machine):
    finding = only(processor.neighbours, machine(**{"proc/stat": "cpu0 0 0 0 0"}))

    assert (finding.level, finding.blocks) == ("warning", ())
    assert "nothing is counted for CPU" in finding.told
