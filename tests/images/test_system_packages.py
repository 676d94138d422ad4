"""What a machine lacks is installed where it may be, else named for its system, and never fatal
unless nothing works without it."""

import threading
import time
from pathlib import Path

import pytest

from images import system_packages
from images.layout import SetupError
from images.system_packages import INSTALL, main, needs, provide


@pytest.fixture
def bare(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    """A machine of another user than root, with nothing on it but Python."""
    monkeypatch.setattr(system_packages.os, "geteuid", lambda: 1000)
    monkeypatch.setattr(system_packages.platform, "machine", lambda: "x86_64")
    monkeypatch.setattr(system_packages, "find_library", lambda _name: None)
    has(monkeypatch)
    return monkeypatch


def has(monkeypatch: pytest.MonkeyPatch, *programs: str) -> None:
    monkeypatch.setattr(
        system_packages.shutil, "which", lambda name: name if name in programs else None
    )


@pytest.mark.parametrize(
    ("manager", "remedy"),
    [
        ("apt-get", "sudo apt-get install g++ make libpango-1.0-0 libpangoft2-1.0-0 "),
        ("dnf", "sudo dnf install gcc-c++ make pango harfbuzz fontconfig liberation-fonts"),
        ("pacman", "sudo pacman -S --needed gcc make pango harfbuzz fontconfig ttf-liberation"),
        ("zypper", "sudo zypper install gcc-c++ make libpango-1_0-0 libharfbuzz-subset0 "),
    ],
)
def test_the_remedy_has_the_names_of_this_system(
    bare: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], manager: str, remedy: str
) -> None:
    bare.setenv("PATH", "")
    has(bare, manager, "sudo")

    provide("setup")

    told = capsys.readouterr().out
    assert f"remedy: {remedy}" in told
    assert "Velox, whose functions are compiled here, is left out; no PDF is written" in told


def test_without_sudo_the_remedy_is_for_root(
    bare: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    has(bare, "dnf")
    provide("setup")
    assert "remedy: as root: dnf install " in capsys.readouterr().out


def test_what_nothing_works_without_is_an_error(
    bare: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    bare.setattr(system_packages, "find_spec", lambda _name: None)
    has(bare, "apt-get", "sudo")

    assert main(["setup"]) == 1

    assert "no environment can be made" in capsys.readouterr().err


def test_uv_makes_environments_too(bare: pytest.MonkeyPatch) -> None:
    bare.setattr(system_packages, "find_spec", lambda _name: None)
    has(bare, "uv")
    provide("setup")


def test_a_compiler_is_asked_for_where_velox_runs_alone(
    bare: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    bare.setattr(system_packages.platform, "machine", lambda: "aarch64")
    provide("setup")
    assert "g++" not in capsys.readouterr().out


def test_every_need_has_a_check_an_effect_and_a_name_in_every_system() -> None:
    for need in (*needs("setup"), *needs("tests"), *needs("bootstrap")):
        assert need["without"]
        assert all(need[manager] for manager in INSTALL)
        assert {"command", "library", "module", "file", "prints"} & set(need)


class Apt:
    """Root on Debian, with an apt-get that takes a moment."""

    def __init__(self, folder: Path, monkeypatch: pytest.MonkeyPatch, exit_code: int = 0) -> None:
        self.log = folder / "log"
        script = f'echo "$$ starts" >> {self.log}\nsleep 0.1\necho "$$ ends" >> {self.log}\n'
        (folder / "apt-get").write_text(f"#!/bin/sh\n{script}exit {exit_code}\n")
        (folder / "apt-get").chmod(0o755)
        monkeypatch.setenv("PATH", f"{folder}:/usr/bin:/bin")
        monkeypatch.setattr(system_packages.os, "geteuid", lambda: 0)
        monkeypatch.setattr(system_packages, "find_library", lambda _name: None)
        monkeypatch.setattr(system_packages, "_APT_LOCK", folder / "lock")


def test_two_at_once_install_one_after_the_other(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    apt = Apt(tmp_path, monkeypatch)
    both = [threading.Thread(target=provide, args=["setup"]) for _ in range(2)]
    for one in both:
        one.start()
        time.sleep(0.02)
    for one in both:
        one.join()

    lines = [line.split() for line in apt.log.read_text().splitlines()]
    assert len(lines) == 8  # each updates and installs
    assert all(start[0] == end[0] for start, end in zip(lines[::2], lines[1::2], strict=True))


def test_where_apt_fails_the_set_up_goes_on_without(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    Apt(tmp_path, monkeypatch, exit_code=100)
    provide("setup")
    assert "(apt-get update failed: " in capsys.readouterr().out


def test_where_apt_fails_what_is_vital_is_an_error(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    Apt(tmp_path, monkeypatch, exit_code=100)
    monkeypatch.setattr(system_packages, "find_spec", lambda _name: None)
    with pytest.raises(SetupError, match="apt-get update failed"):
        provide("setup")
