"""A job's container, asked from inside and by the engine while a real runner is at work in it."""

import os
import re

import pytest

from contract.contender import discover_contenders
from orchestrator.engines.launcher import FILE_LIMIT_BYTES
from orchestrator.places import RUNNERS_DIR
from orchestrator.store.store import RunStore
from tests.faults.real import (
    GIB,
    Disturbance,
    DisturbedLauncher,
    containers,
    make_engine,
    planned,
    run,
)

pytestmark = pytest.mark.docker

CONTENDERS = discover_contenders(RUNNERS_DIR)


class Inside:
    """What a running container says of itself."""

    def __init__(self, container) -> None:
        self._container = container
        self.settings = container.attrs["HostConfig"]
        self.labels = container.labels
        self.status = self.read("/proc/1/status")
        self.limits = self.read("/proc/1/limits")
        self.environment = self.read("/proc/1/environ").split("\0")
        self.routes = self.read("/proc/net/route").splitlines()[1:]
        self.interfaces = self.shell("ls /sys/class/net").split()
        self.writes = {
            place: self.shell(f"touch {place}/probe 2>/dev/null && rm {place}/probe && echo yes")
            for place in ("/", "/opt", "/data", "/etc", "/usr", "/out", "/tmp")
        }

    def read(self, path: str) -> str:
        return self.shell(f"cat {path}")

    def shell(self, script: str) -> str:
        return self._container.exec_run(["sh", "-c", script]).output.decode()

    def field(self, name: str) -> str:
        return re.search(rf"^{name}:\s*(.+)$", self.status, re.MULTILINE)[1]


@pytest.fixture(scope="module")
def inside(tmp_path_factory) -> Inside:
    engine = make_engine("docker")
    gate, _ = planned(engine, "pytorch")
    seen = []

    def look(site) -> None:
        seen.append(Inside(containers(engine.output_id)[0]))

    store = RunStore.create(tmp_path_factory.mktemp("confined"), "run")
    disturbed = DisturbedLauncher(engine, {gate.job_id: Disturbance(during=look)})
    (result,) = run(disturbed, [gate], store).values()
    assert result.status == "ok"
    return seen[0]


def test_it_has_no_network(inside):
    assert inside.interfaces == ["lo"]
    assert inside.routes == []


def test_it_writes_to_its_own_folder_and_to_memory_only(inside):
    writable = {place for place, answer in inside.writes.items() if answer.strip() == "yes"}

    assert writable == {"/out", "/tmp"}
    assert inside.settings["ReadonlyRootfs"]


def test_it_has_no_capability_and_gets_none(inside):
    for name in ("CapInh", "CapPrm", "CapEff", "CapBnd", "CapAmb"):
        assert int(inside.field(name), 16) == 0, name
    assert inside.field("NoNewPrivs") == "1"
    assert inside.field("Seccomp") == "2"
    assert not inside.settings["Privileged"]


def test_it_is_its_caller(inside):
    assert set(inside.field("Uid").split()) == {str(os.getuid())}
    assert set(inside.field("Gid").split()) == {str(os.getgid())}


def test_its_resources_are_what_the_job_says(inside):
    assert inside.field("Cpus_allowed_list") == "0"
    assert inside.settings["Memory"] == inside.settings["MemorySwap"] == 2 * GIB
    assert inside.settings["PidsLimit"] == 512
    assert re.search(rf"Max file size\s+{FILE_LIMIT_BYTES}\s+{FILE_LIMIT_BYTES}", inside.limits)
    assert re.search(r"Max core file size\s+0\s+0", inside.limits)
    assert inside.settings["LogConfig"]["Config"]["max-size"] == "16m"


def test_it_shares_nothing_with_the_host_but_data_and_its_folder(inside):
    targets = {bind.split(":")[1:][0]: bind.split(":")[-1] for bind in inside.settings["Binds"]}

    assert targets == {"/data": "ro", "/out": "rw"}
    assert inside.settings["PidMode"] == ""
    assert inside.settings["IpcMode"] in ("private", "shareable")
    assert inside.settings["Devices"] in (None, [])


def test_no_secret_and_no_proxy_of_the_host_is_in_its_environment(inside):
    names = {entry.split("=")[0] for entry in inside.environment}

    assert not [name for name in names if re.search("proxy|token|secret|password|key", name, re.I)]
    assert "PYTHONHASHSEED" in names


def test_it_says_whose_it_is(inside):
    assert re.fullmatch("[0-9a-f]{32}", inside.labels["plumbline.output"])
    assert inside.labels["plumbline.run"] == "run"
    assert inside.labels["plumbline.job"].startswith("faults.petrol.pytorch.matched.cpu.verify")
    assert inside.labels["plumbline.orchestrator"].startswith(f"process {os.getpid()} on ")
