"""Environments: what the lock says, made once, made anew when it changes, never half believed."""

import errno
import json
import os
import subprocess
import time
import zipfile
from dataclasses import dataclass
from pathlib import Path

import pytest

from images import environments
from images.environments import create, finished_digest, main
from images.layout import LeftOutError, SetupError, lock_path
from tests.images.wheels import make_wheel, write_lock


@dataclass(frozen=True)
class Place:
    """A lock, a folder of wheels, and where an environment is to be."""

    lock: Path
    wheels: Path
    prefix: Path

    def create(self, name: str = "pytorch") -> None:
        create(name, "cpu", self.prefix, self.wheels)

    def imported_version(self) -> str:
        command = [self.prefix / "bin" / "python", "-c", "import plumb; print(plumb.VERSION)"]
        return subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()


def put_python(prefix: Path) -> None:
    """Put into an environment what stands for its Python."""
    (prefix / "bin").mkdir(parents=True)
    (prefix / "bin" / "python").touch()


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Place:
    place = Place(tmp_path / "requirements.lock", tmp_path / "wheels", tmp_path / "environment")
    write_lock(place.lock, make_wheel(place.wheels, "1.0"))
    monkeypatch.setattr(environments, "lock_path", lambda _name, _device: place.lock)
    return place


def test_an_environment_is_made_once_and_made_anew_when_its_lock_changes(
    place: Place, capsys: pytest.CaptureFixture[str]
) -> None:
    place.create()
    assert place.imported_version() == "1.0"
    kept = place.prefix / "lib" / "plumbline" / "requirements.lock"
    assert kept.read_bytes() == place.lock.read_bytes()

    capsys.readouterr()
    place.create()
    assert capsys.readouterr().out == "pytorch: unchanged\n"

    write_lock(place.lock, make_wheel(place.wheels, "2.0"))
    place.create()
    assert place.imported_version() == "2.0"


def test_a_wheel_other_than_the_locked_one_is_refused_and_nothing_is_taken_for_finished(
    place: Place,
) -> None:
    place.create()
    write_lock(place.lock, make_wheel(place.wheels, "2.0"))
    (place.wheels / "plumb-2.0-py3-none-any.whl").write_bytes(
        (place.wheels / "plumb-1.0-py3-none-any.whl").read_bytes()
    )
    with pytest.raises(SetupError, match=r"not be installed .*: put into .*wheels the wheels"):
        place.create()
    assert finished_digest("pytorch", place.prefix) is None


def test_an_environment_whose_python_is_gone_is_made_anew(
    place: Place, capsys: pytest.CaptureFixture[str]
) -> None:
    place.create()
    python = place.prefix / "bin" / "python"
    python.unlink()
    assert finished_digest("pytorch", place.prefix) is None
    python.symlink_to("/gone/bin/python3")
    assert finished_digest("pytorch", place.prefix) is None

    place.create()

    assert "pytorch: ready" in capsys.readouterr().out
    assert place.imported_version() == "1.0"


def test_an_environment_holds_nothing_but_pip_that_the_lock_does_not_name(place: Place) -> None:
    place.create()
    command = [place.prefix / "bin" / "python", "-m", "pip", "list", "--format=freeze"]
    listed = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    assert {line.split("==")[0] for line in listed.splitlines()} == {"pip", "plumb"}


def test_an_environment_is_the_same_whatever_pip_and_python_are_set_to(
    place: Place, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    wheel, others = place.wheels / "plumb-1.0-py3-none-any.whl", tmp_path / "others"
    zipfile.ZipFile(wheel).extractall(others)
    settings = tmp_path / "pip.conf"
    settings.write_text(f"[install]\nprefix = {tmp_path / 'elsewhere'}\n")
    with monkeypatch.context() as user:
        user.setenv("PIP_USER", "1")
        user.setenv("PIP_CONFIG_FILE", str(settings))
        user.setenv("PYTHONPATH", str(others))
        place.create()

    assert place.imported_version() == "1.0"


def test_test_tools_are_a_folder_for_the_python_path(place: Place) -> None:
    place.create("test-tools")
    assert (place.prefix / "plumb.py").is_file()
    assert not (place.prefix / "bin" / "python").exists()
    assert finished_digest("test-tools", place.prefix) is not None


def test_an_environment_knows_how_long_it_took_without_the_downloads(place: Place) -> None:
    began = time.time()
    place.create()

    record = json.loads((place.prefix / "lib" / "plumbline" / "installation.json").read_text())

    assert began <= record["finished_unix_seconds"] <= time.time()
    assert 0 < record["install_seconds"] < time.time() - began


def test_a_changed_plugin_changes_what_an_environment_is_made_from(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    source = tmp_path / "velox" / "ml_functions" / "dense.cpp"
    source.parent.mkdir(parents=True)
    source.write_text("// one")
    lock = tmp_path / "requirements.lock"
    lock.write_text("plumb==1.0")
    monkeypatch.setattr(environments, "IMAGES", tmp_path)
    (tmp_path / "installation.py").write_text("")
    before = environments.inputs_sha256("velox", lock)
    source.write_text("// two")
    assert environments.inputs_sha256("velox", lock) != before


def test_a_changed_project_changes_what_its_own_environment_is_made_from(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    lock, project = tmp_path / "requirements.lock", tmp_path / "pyproject.toml"
    lock.write_text("plumb==1.0")
    project.write_text("[project.scripts]")
    monkeypatch.setattr(environments, "ROOT", tmp_path)
    own, other = (environments.inputs_sha256(name, lock) for name in ("plumbline", "pytorch"))
    project.write_text("[tool.setuptools]")
    assert environments.inputs_sha256("plumbline", lock) != own
    assert environments.inputs_sha256("pytorch", lock) == other


def test_an_environment_is_fresh_until_what_it_is_made_from_changes(
    place: Place, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(environments, "ENVIRONMENTS", place.prefix.parent)
    monkeypatch.setattr(environments, "contenders", lambda: [place.prefix.name])
    monkeypatch.setattr(environments, "ORCHESTRATOR", "elsewhere")

    def listed() -> list[str]:
        assert main(["list"]) == 0
        return capsys.readouterr().out.splitlines()

    assert listed() == ["environment absent", "elsewhere absent"]
    put_python(place.prefix)
    marker = place.prefix / "lib" / "plumbline" / "inputs.sha256"
    marker.parent.mkdir(parents=True)
    marker.write_text(environments.inputs_sha256("environment", place.lock), encoding="utf-8")
    assert listed()[0] == "environment fresh"
    write_lock(place.lock, make_wheel(place.wheels, "2.0"))
    assert listed()[0] == "environment stale"


def test_a_changed_way_of_installing_changes_what_an_environment_is_made_from(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    lock, installation = tmp_path / "requirements.lock", tmp_path / "installation.py"
    lock.write_text("plumb==1.0")
    installation.write_text("# one")
    monkeypatch.setattr(environments, "IMAGES", tmp_path)
    before = environments.inputs_sha256("pytorch", lock)
    installation.write_text("# two")
    assert environments.inputs_sha256("pytorch", lock) != before


@pytest.fixture
def setting_up(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    """Two contenders, `a` and `b`, whose environments are to be made in a folder of the test's."""
    monkeypatch.setattr(environments, "ENVIRONMENTS", tmp_path)
    monkeypatch.setattr(environments, "contenders", lambda: ["a", "b"])
    monkeypatch.setattr(environments, "TEST_TOOLS", "tools")
    monkeypatch.setattr(environments, "_fill", lambda *_: 1.0)
    lock = tmp_path / "lock"
    lock.write_text("plumb==1.0")
    monkeypatch.setattr(environments, "lock_path", lambda _name, _device: lock)
    for name in ("a", "b", "tools"):
        (tmp_path / name / "lib" / "plumbline").mkdir(parents=True)
        put_python(tmp_path / name)
    return monkeypatch


def refuse(setting_up: pytest.MonkeyPatch, error: SetupError | None) -> None:
    """Let `a` be refused, or nothing any more."""

    def check(name: str) -> None:
        if error and name == "a":
            raise error

    setting_up.setattr(environments, "check_machine", check)


def test_what_this_machine_cannot_have_is_left_out_with_the_reason_and_the_others_are_made(
    setting_up: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    refuse(setting_up, LeftOutError("it runs on x86_64 alone"))

    assert main(["create"]) == 0
    told = capsys.readouterr().out
    assert "a is left out: it runs on x86_64 alone" in told
    assert "b: ready" in told

    assert main(["list"]) == 0
    listed = capsys.readouterr().out.splitlines()
    assert listed[:2] == ["a left out: it runs on x86_64 alone", "b fresh"]


def test_what_was_left_out_once_is_made_when_it_can_be(
    setting_up: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    refuse(setting_up, LeftOutError("no compiler"))
    main(["create"])
    refuse(setting_up, None)

    assert main(["create"]) == 0

    main(["list"])
    assert "a fresh" in capsys.readouterr().out.splitlines()


def test_what_is_asked_for_by_name_and_cannot_be_had_is_an_error(
    setting_up: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    refuse(setting_up, LeftOutError("no compiler"))

    assert main(["create", "a"]) == 1
    assert capsys.readouterr().err == "error: no compiler\n"


def test_after_one_failed_the_others_are_made_and_the_exit_code_tells(
    setting_up: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    refuse(setting_up, SetupError("no network"))

    assert main(["create"]) == 1
    printed = capsys.readouterr()
    assert printed.err == "error: no network\n"
    assert "b: ready" in printed.out


def test_a_folder_that_cannot_be_written_is_told_with_the_remedy(
    setting_up: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def refuse_lock(folder: Path) -> None:
        raise OSError(errno.EROFS, os.strerror(errno.EROFS), str(folder))

    setting_up.setattr(environments, "alone_with", refuse_lock)

    assert main(["create", "b"]) == 1

    told = "b: Read-only file system; let this user write there, with room on the disk\n"
    assert capsys.readouterr().err == f"error: {environments.ENVIRONMENTS}/{told}"


def test_that_something_is_left_out_cannot_be_noted_in_a_folder_that_cannot_be_written(
    setting_up: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    refuse(setting_up, LeftOutError("no compiler"))
    setting_up.setattr(environments, "ENVIRONMENTS", tmp_path / "lock")

    assert main(["create"]) == 1

    assert "lock: File exists; let this user write there" in capsys.readouterr().err


def test_a_linked_environment_of_another_clone_is_not_remade(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    other, link = tmp_path / "other", tmp_path / "mine" / ".environments"
    (other / "images").mkdir(parents=True)
    (other / "images" / "environments.py").write_text("")
    (other / ".environments" / "pytorch").mkdir(parents=True)
    link.parent.mkdir()
    link.symlink_to(other / ".environments")
    monkeypatch.setattr(environments, "ENVIRONMENTS", link)

    with pytest.raises(
        SetupError, match=f"belongs to the clone in {other}; remove the link {link}"
    ):
        create("pytorch", "cpu", link / "pytorch")

    assert (other / ".environments" / "pytorch").is_dir()


def test_a_variable_chooses_the_wheels_and_once_made_an_environment_keeps_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []
    monkeypatch.setattr(environments, "ENVIRONMENTS", tmp_path)
    monkeypatch.setattr(environments, "create", lambda _name, device, *_: asked.append(device))
    main(["create", "pytorch"])
    monkeypatch.setenv("PYTORCH_WHEELS", "cuda")
    main(["create", "pytorch"])
    monkeypatch.delenv("PYTORCH_WHEELS")
    put_python(tmp_path / "pytorch")
    marker = tmp_path / "pytorch" / "lib" / "plumbline" / "inputs.sha256"
    marker.parent.mkdir(parents=True)
    marker.write_text(environments.inputs_sha256("pytorch", lock_path("pytorch", "cuda")))
    main(["create", "pytorch"])

    assert asked == ["cpu", "cuda", "cuda"]


def test_an_unknown_name_is_answered_with_those_there_are(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert main(["create", "theano"]) == 1
    error = capsys.readouterr().err
    assert error.startswith("error: no environment is called 'theano'; there are pytorch")


def test_a_device_without_a_lock_is_answered_with_those_there_are(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert main(["create", "velox", "--device", "cuda"]) == 1
    assert capsys.readouterr().err == "error: velox does not run on cuda, only on cpu\n"
