"""The locks: whole, hashed, and of one mind."""

import re
from pathlib import Path

import pytest

from images import layout
from images.layout import IMAGES, ROOT, LeftOutError, contenders, devices, foreign_wheels, lock_path
from tests.images.locks import LOCKS, read_lock

HARNESS = {
    line.split(">")[0]
    for line in (IMAGES / "base" / "harness.in").read_text(encoding="utf-8").splitlines()
    if line and not line.startswith("#")
}
CONTENDER_LOCKS = [lock_path(name, device) for name in contenders() for device in devices(name)]


def lock_id(path: Path) -> str:
    return str(path.relative_to(ROOT))


def pins(path: Path) -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    for requirement in read_lock(path):
        found.setdefault(requirement.name, set()).add(requirement.pin)
    return found


@pytest.mark.parametrize("path", LOCKS, ids=lock_id)
def test_every_requirement_is_pinned_and_hashed(path: Path) -> None:
    requirements = read_lock(path)
    assert requirements
    assert [entry.text for entry in requirements if not entry.is_pinned_and_hashed] == []


@pytest.mark.parametrize("path", LOCKS, ids=lock_id)
def test_a_lock_leaves_the_choice_of_index_to_pip(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert not re.search(r"://|--(extra-)?index-url|--find-links|--trusted-host", text)


@pytest.mark.parametrize("path", CONTENDER_LOCKS, ids=lock_id)
def test_a_contender_has_what_the_harness_imports_and_what_it_asked_for(path: Path) -> None:
    asked = {
        re.split(r"[\[=<>~]", line)[0]
        for line in path.with_suffix(".in").read_text(encoding="utf-8").splitlines()
        if not line.startswith(("-", "#"))
    }
    assert HARNESS | asked <= pins(path).keys()


def test_all_environments_have_the_same_harness() -> None:
    for name in HARNESS:
        assert len({frozenset(pins(path)[name]) for path in CONTENDER_LOCKS}) == 1, name


@pytest.mark.parametrize("name", [name for name in contenders() if "cuda" in devices(name)])
def test_cpu_and_cuda_differ_in_the_framework_alone(name: str) -> None:
    cpu, cuda = pins(lock_path(name, "cpu")), pins(lock_path(name, "cuda"))
    differing = {package for package in cpu.keys() & cuda.keys() if cpu[package] != cuda[package]}
    assert differing <= {{"pytorch": "torch"}.get(name, name)}


def test_pytorch_on_cpu_brings_no_cuda() -> None:
    cpu = pins(lock_path("pytorch", "cpu"))
    assert [name for name in cpu if name.startswith(("nvidia-", "cuda-", "triton"))] == []
    assert cpu["torch"] == {"2.13.0+cpu ; always"}


def test_a_lock_says_which_wheels_do_where_its_own_index_cannot_be_reached() -> None:
    (torch,) = foreign_wheels(lock_path("pytorch", "cpu"))
    assert "`make setup PYTORCH_WHEELS=cuda` (2.8 GB" in torch.instead


def test_tensorflow_has_wheels_without_cuda_for_both_processors() -> None:
    cpu = pins(lock_path("tensorflow", "cpu"))
    assert cpu["tensorflow-cpu"] == {"2.21.0 ; platform_machine == 'x86_64'"}
    assert cpu["tensorflow"] == {"2.21.0 ; platform_machine != 'x86_64'"}


@pytest.mark.parametrize(("machine", "names"), [("x86_64", []), ("aarch64", ["velox"])])
def test_on_arm64_velox_alone_is_left_out(
    monkeypatch: pytest.MonkeyPatch, machine: str, names: list[str]
) -> None:
    monkeypatch.setattr(layout.platform, "machine", lambda: machine)
    for name in contenders():
        if name in names:
            with pytest.raises(LeftOutError, match="x86_64 alone, and this machine is aarch64"):
                layout.check_machine(name)
        else:
            layout.check_machine(name)


def test_foreign_wheels_are_in_the_lock_with_the_hashes_they_are_declared_with() -> None:
    lock = lock_path("pytorch", "cpu")
    (torch,) = foreign_wheels(lock)
    (locked,) = [entry for entry in read_lock(lock) if entry.name == torch.package]
    assert locked.hashes == [f"--hash=sha256:{digest}" for digest in torch.sha256]


def test_test_tools_agree_with_the_orchestrator_and_bring_no_numpy() -> None:
    tools = {(entry.name, entry.version) for entry in read_lock(lock_path("test-tools", "cpu"))}
    names = {name for name, _ in tools}
    assert {"pytest", "hypothesis"} <= names
    assert "numpy" not in names
    orchestrator = read_lock(lock_path("plumbline", "cpu"))
    assert tools <= {(entry.name, entry.version) for entry in orchestrator}
