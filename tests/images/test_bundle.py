"""A bundle: all that is needed where there is no network, and nothing that is not."""

import subprocess
import sys
import tarfile
from hashlib import sha256
from pathlib import Path

import pytest

from images import bundle, wheelhouse
from images.layout import SetupError
from tests.images.wheels import make_wheel, write_lock

VERSION = f"{sys.version_info.major}.{sys.version_info.minor}"
FOLDER = f"plumbline/.wheelhouse/plumbline-py{VERSION}"


@pytest.fixture
def checkout(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A checkout with one lock for two environments, its wheel, one data set, and no engine."""
    root = tmp_path / "checkout"
    (root / "data" / "arrays" / "mnist").mkdir(parents=True)
    (root / "data" / "arrays" / "mnist" / "train_images.npy").write_bytes(b"numbers")
    (root / ".gitignore").write_text("data/arrays/\n.wheelhouse/\nresults/\n")
    (root / "a.py").write_text("x = 1\n")
    (root / "results").mkdir()
    (root / "results" / "run.json").write_text("{}")
    lock = root / "requirements.lock"
    for name in ("plumbline", "test-tools"):
        folder = root / ".wheelhouse" / f"{name}-py{VERSION}"
        folder.mkdir(parents=True)
        write_lock(lock, make_wheel(folder, "1.0"))
        (folder / "lock.sha256").write_text(sha256(lock.read_bytes()).hexdigest())
    for module in (bundle, wheelhouse):
        monkeypatch.setattr(module, "WHEELHOUSE", root / ".wheelhouse")
    monkeypatch.setattr(bundle, "ROOT", root)
    monkeypatch.setattr(bundle, "lock_path", lambda name, device: lock)
    monkeypatch.setattr(bundle, "contenders", lambda: [])
    monkeypatch.setattr(bundle, "save_images", lambda folder, device: None)
    monkeypatch.delenv("PLUMBLINE_DATA", raising=False)
    return root


def git(folder: Path, *arguments: str) -> str:
    identity = ("-c", "user.name=a", "-c", "user.email=a@b.c")
    command = ["git", "-C", folder, *identity, *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()


def unpack(checkout: Path) -> Path:
    bundled(checkout).close()
    subprocess.run(["tar", "--extract", "--file", "bundle.tar"], cwd=checkout.parent, check=True)
    return checkout.parent / "plumbline"


def bundled(checkout: Path) -> tarfile.TarFile:
    target = checkout.parent / "bundle.tar"
    bundle.write_bundle(target, "cpu")
    return tarfile.open(target)


def test_it_holds_source_wheels_and_data_and_nothing_that_git_ignores(checkout: Path) -> None:
    with bundled(checkout) as archive:
        files = {member.name for member in archive if not member.isdir()}

    assert files == {
        "plumbline/.gitignore",
        "plumbline/a.py",
        "plumbline/requirements.lock",
        "plumbline/data/arrays/mnist/train_images.npy",
        f"{FOLDER}/plumb-1.0-py3-none-any.whl",
        f"{FOLDER}/lock.sha256",
        f"plumbline/.wheelhouse/test-tools-py{VERSION}/plumb-1.0-py3-none-any.whl",
        f"plumbline/.wheelhouse/test-tools-py{VERSION}/lock.sha256",
    }


def test_a_wheel_that_two_environments_share_is_in_it_once(checkout: Path) -> None:
    with bundled(checkout) as archive:
        (link,) = (member for member in archive if member.islnk())

    assert link.linkname == f"{FOLDER}/plumb-1.0-py3-none-any.whl"


def test_unpacked_it_fills_environments_without_asking_any_index(
    checkout: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    unpacked = unpack(checkout)
    monkeypatch.setattr(wheelhouse, "WHEELHOUSE", unpacked / ".wheelhouse")
    no_pip = ["false"]

    for name in ("plumbline", "test-tools"):
        folder = wheelhouse.fill(unpacked / "requirements.lock", name, VERSION, no_pip)
        assert [path.name for path in folder.glob("*.whl")] == ["plumb-1.0-py3-none-any.whl"]


def test_wheels_that_no_lock_names_are_refused_by_name(checkout: Path) -> None:
    make_wheel(checkout / ".wheelhouse" / f"plumbline-py{VERSION}", "6.6.6")

    with pytest.raises(
        SetupError, match=r"plumb-6\.6\.6-.*whl is not .*; remove .*, then `make setup`"
    ):
        bundled(checkout)

    assert not (checkout.parent / "bundle.tar").exists()


def test_whose_files_they_were_and_what_lies_elsewhere_stays_here(checkout: Path) -> None:
    (checkout / "elsewhere").symlink_to(checkout.parent)

    with bundled(checkout) as archive:
        members = list(archive)

    assert {(member.uid, member.uname) for member in members} == {(0, "")}
    assert not any(member.issym() for member in members)


def test_a_checkout_takes_its_commit_along_and_not_where_it_came_from(checkout: Path) -> None:
    git(checkout, "init", "--quiet")
    git(checkout, "add", ".")
    git(checkout, "commit", "--quiet", "--message", "One")
    (checkout / "a.py").write_text("x = 2\n")

    unpacked = unpack(checkout)

    assert git(unpacked, "rev-parse", "HEAD") == git(checkout, "rev-parse", "HEAD")
    assert git(unpacked, "status", "--porcelain") == "M a.py"
    assert str(checkout) not in (unpacked / ".git" / "config").read_text()


def test_what_is_in_it_is_told_with_size_and_time(
    checkout: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    bundled(checkout)

    printed = capsys.readouterr().out.splitlines()
    parts = [line.partition(" …")[0] for line in printed[:-1]]
    assert parts == [
        *("source", "wheels of plumbline", "wheels of test-tools", "data set mnist", "images")
    ]
    assert printed[-1].startswith(f"{checkout.parent / 'bundle.tar'}: 0 MB in")
