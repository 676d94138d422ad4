"""Write one archive that a machine without network installs from: `python -m images.bundle`.

It holds the source, the wheels that the locks name, the data sets that are here, and the images
that an engine has of this very source. Unpacked, it is a checkout whose wheelhouse is filled.
"""

from __future__ import annotations

import argparse
import platform
import re
import sys
import tarfile
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path

from images.bundled_images import archive_path, save_images
from images.layout import (
    ORCHESTRATOR,
    PYTHON_VERSION,
    ROOT,
    TEST_TOOLS,
    WHEELHOUSE,
    SetupError,
    contenders,
    data_root,
    devices,
    lock_path,
)
from images.process import run
from images.wheelhouse import fill, how_to_renew

_TOP = "plumbline"
"""The folder that the archive unpacks to."""
_HASH = re.compile(r"--hash=sha256:([0-9a-f]{64})")
_CHUNK_BYTES = 1 << 20


def main(arguments: Sequence[str] | None = None) -> int:
    """Write the bundle; return the exit code."""
    options = _parser().parse_args(arguments)
    machine = f"py{PYTHON_VERSION}-{platform.machine()}-{options.device}"
    target = options.output or ROOT / "out" / f"plumbline-{machine}.tar"
    try:
        write_bundle(target, options.device)
    except (SetupError, OSError) as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    print(
        f"where there is no network: tar --extract --file {target.name} && cd {_TOP} && make all "
        f"PYTHON=python{PYTHON_VERSION}"
    )
    return 0


def write_bundle(target: Path, device: str) -> None:
    """Write an archive of all that this device needs, and say what is in it.

    Raises:
        SetupError: a wheel is neither here nor available, or is not one that was locked.
        OSError: the archive cannot be written.
    """
    started = time.monotonic()
    sources = source_files(ROOT)
    target.parent.mkdir(parents=True, exist_ok=True)
    with (
        tempfile.TemporaryDirectory(dir=target.parent, prefix=".bundle-") as name,
        tarfile.open(Path(name, target.name), "w") as tar,
    ):
        scratch = Path(name)
        bundle = _Bundle(tar)
        with bundle.told("source"):
            for path in sources:
                bundle.add(path, path.relative_to(ROOT))
            if history := _last_commit(scratch):
                bundle.add(history, Path(".git"))
        for label, lock in _locks(device):
            folder = fill(lock, label, PYTHON_VERSION, [sys.executable, "-m", "pip"])
            with bundle.told(f"wheels of {label}"):
                bundle.add_wheels(folder, lock)
        for folder in sorted(
            path for path in (data_root(ROOT) / "arrays").glob("*") if path.is_dir()
        ):
            with bundle.told(f"data set {folder.name}"):
                bundle.add(folder, Path("data", "arrays", folder.name))
        with bundle.told("images"):
            if images := save_images(scratch, device):
                bundle.add(images, archive_path(device).relative_to(ROOT))
        tar.close()
        Path(scratch, target.name).rename(target)
    size, seconds = target.stat().st_size, time.monotonic() - started
    print(f"{target}: {size / 1e6:.0f} MB in {seconds:.0f} s")


def source_files(root: Path) -> list[Path]:
    """Return every file that git does not ignore, whether `root` is a checkout or a copy of one.

    Links that lead out of it would lead nowhere on another machine.
    """
    with tempfile.TemporaryDirectory() as scratch:
        git: list[str | Path] = ["git", "-C", root, f"--git-dir={scratch}", f"--work-tree={root}"]
        remedy = "install git"
        run([*git, "init", "--quiet"], "the source files cannot be listed", remedy)
        listed = run(
            [*git, "ls-files", "-z", "--others", "--exclude-per-directory=.gitignore"],
            "the source files cannot be listed",
            remedy,
        )
    paths = [root / name for name in listed.split("\0") if name]
    return [path for path in paths if path.resolve().is_relative_to(root)]


class _Bundle:
    """An archive in the making."""

    def __init__(self, tar: tarfile.TarFile) -> None:
        self._tar = tar
        self._wheels: dict[str, str] = {}
        """Where a wheel of a hash already is in the archive."""

    @contextmanager
    def told(self, part: str) -> Iterator[None]:
        """Say of a part, when it is in, how much it added and how long it took."""
        before, started = self._tar.offset, time.monotonic()
        print(f"{part} …", end=" ", flush=True)
        yield
        added = (self._tar.offset - before) / 1e6
        print(f"{added:.1f} MB, {time.monotonic() - started:.0f} s", flush=True)

    def add(self, path: Path, place: Path) -> None:
        """Add a file or a folder; whose it is stays here."""
        self._tar.add(path, f"{_TOP}/{place.as_posix()}", filter=_anonymous)

    def add_wheels(self, folder: Path, lock: Path) -> None:
        """Add a folder of the wheelhouse, each wheel once however many folders share it.

        Raises:
            SetupError: it holds what the lock does not name.
        """
        locked = set(_HASH.findall(lock.read_text(encoding="utf-8")))
        place = Path(WHEELHOUSE.name, folder.name)
        self.add(folder / "lock.sha256", place / "lock.sha256")
        for wheel in sorted(folder.glob("*.whl")):
            digest = _sha256_of(wheel)
            if digest not in locked:
                raise SetupError(
                    f"{wheel} is not a wheel that {lock.name} names; {how_to_renew(folder)}"
                )
            self._add_once(wheel, place / wheel.name, digest)

    def _add_once(self, wheel: Path, place: Path, digest: str) -> None:
        known = self._wheels.setdefault(digest, f"{_TOP}/{place.as_posix()}")
        if known == f"{_TOP}/{place.as_posix()}":
            self.add(wheel, place)
            return
        link = tarfile.TarInfo(f"{_TOP}/{place.as_posix()}")
        link.type, link.linkname = tarfile.LNKTYPE, known
        self._tar.addfile(link)


def _locks(device: str) -> Iterator[tuple[str, Path]]:
    """Yield the name of every environment's wheels, and its lock."""
    for name in (ORCHESTRATOR, TEST_TOOLS):
        yield name, lock_path(name, device)
    for name in contenders():
        if device in devices(name):
            yield f"{name}-{device}", lock_path(name, device)


def _last_commit(scratch: Path) -> Path | None:
    """Return a repository of the commit that is checked out; None where this is no checkout.

    With it, results say what they were computed from on the other machine too.
    """
    clone = scratch / "clone"
    try:
        run(["git", "-C", ROOT, "rev-parse", "--verify", "HEAD"], "", "")
        top = run(["git", "-C", ROOT, "rev-parse", "--show-toplevel"], "", "").strip()
    except SetupError:
        return None
    if Path(top) != ROOT:
        return None
    options = ["--quiet", "--depth=1", "--no-checkout", "--config=core.logAllRefUpdates=false"]
    commands: list[list[str | Path]] = [
        ["git", "clone", *options, f"file://{ROOT}", clone],
        ["git", "-C", clone, "reset", "--quiet"],
        ["git", "-C", clone, "remote", "remove", "origin"],
    ]
    for command in commands:
        run(command, "the commit that is checked out cannot be copied", "see `git status`")
    return clone / ".git"


def _anonymous(member: tarfile.TarInfo) -> tarfile.TarInfo:
    member.uid = member.gid = 0
    member.uname = member.gname = ""
    return member


def _sha256_of(path: Path) -> str:
    digest = sha256()
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK_BYTES):
            digest.update(chunk)
    return digest.hexdigest()


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m images.bundle", description=__doc__)
    parser.add_argument("--device", choices=["cpu", "cuda"], default="cpu")
    parser.add_argument("--output", type=Path, metavar="FILE", help="default: in the folder out")
    return parser


if __name__ == "__main__":
    sys.exit(main())
