"""The wheelhouse: filled once per lock, and never believed when it is not complete."""

import sys
from pathlib import Path

import pytest

from images import wheelhouse
from images.layout import SetupError
from tests.images.wheels import make_wheel, write_lock

VERSION = f"{sys.version_info.major}.{sys.version_info.minor}"


@pytest.fixture
def lock(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A lock whose wheel pip finds in a folder, as its configuration may say."""
    lock = tmp_path / "requirements.lock"
    write_lock(lock, make_wheel(tmp_path / "source", "1.0"))
    monkeypatch.setattr(wheelhouse, "WHEELHOUSE", tmp_path / "wheelhouse")
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(tmp_path / "source"))
    return lock


def fill(lock: Path, offline: bool = False) -> Path:
    return wheelhouse.fill(lock, "some-cpu", VERSION, [sys.executable, "-m", "pip"], offline)


def test_wheels_are_downloaded_once_with_pip_s_own_configuration(
    lock: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = fill(lock)
    assert [path.name for path in folder.glob("*.whl")] == ["plumb-1.0-py3-none-any.whl"]
    monkeypatch.delenv("PIP_FIND_LINKS")
    assert fill(lock) == folder


def test_a_changed_lock_is_downloaded_anew_and_leaves_no_old_wheels(lock: Path) -> None:
    fill(lock)
    write_lock(lock, make_wheel(lock.parent / "source", "2.0"))
    assert [path.name for path in fill(lock).glob("*.whl")] == ["plumb-2.0-py3-none-any.whl"]


def test_a_wheel_that_cannot_be_had_is_named_with_the_remedy(
    lock: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("PIP_FIND_LINKS")
    with pytest.raises(SetupError, match=r"No matching distribution .*plumb==1\.0.*--wheelhouse"):
        fill(lock)


def test_wheels_that_are_not_the_locks_are_downloaded_anew_or_asked_for(lock: Path) -> None:
    folder = fill(lock)

    told = f"remove {folder}, then `make setup` downloads them anew"
    assert wheelhouse.how_to_renew(folder) == told
    told = "put into given the wheels that the lock names"
    assert wheelhouse.how_to_renew(Path("given")) == told


def test_offline_nothing_is_downloaded(lock: Path) -> None:
    with pytest.raises(SetupError, match="build once with a network"):
        fill(lock, offline=True)


def test_wheels_that_are_here_for_another_python_are_pointed_at(
    lock: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = fill(lock)
    folder.rename(folder.with_name("some-cpu-py3.99"))
    monkeypatch.delenv("PIP_FIND_LINKS")

    with pytest.raises(SetupError, match=r"its wheels are here for PYTHON=python3\.99$"):
        fill(lock)
