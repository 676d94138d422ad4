"""On the machine with the GPU: an environment from the wheels, the run, and its archive.

It imports nothing but the standard library: there is nothing else yet.
"""

import lzma
import os
import re
import shutil
import site
import subprocess
import sys
import tarfile
import tempfile
import time
from collections.abc import Sequence
from contextlib import suppress
from importlib.util import find_spec
from pathlib import Path

ROOT = Path(__file__).parent.parent.parent
WHEELS_NAME = "wheels"
DATA_NAME = "data"
ARCHIVE_NAME = "run.tar.gz"
MOST_ARCHIVE_BYTES = 16 * 2**20
_MACHINES_OWN = {"numpy": "NumPy", "scipy": "SciPy", "PIL": "Pillow"}
"""What a run imports and no folder brings: too large to travel with the data. By module."""
_LEFT_OUT = {"weights.safetensors", "logits.npy", "given", "reference", ".reserve"}
"""Large, and read by no report."""
_PAUSE_SECONDS = 15.0
"""Between two archives; one takes some milliseconds of a processor."""
_GRACE_SECONDS = 20.0
"""For the run to end by itself when its time is up."""


def run_there(folder: Path, output: Path, seconds: float, options: Sequence[str]) -> int:
    """Run what was packed; return the exit code; what was finished is in the archive anyway.

    Args:
        folder: What `pack` filled.
        output: Gets `run.tar.gz`.
        seconds: For everything.
        options: Passed on to `benchmarks.gpu.measure`.
    """
    ends = time.monotonic() + seconds
    if lacking := [title for name, title in _MACHINES_OWN.items() if not find_spec(name)]:
        sys.exit(
            f"error: {sys.executable} has no {' and no '.join(lacking)}: install what it lacks"
        )
    output.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="plumbline-gpu-", ignore_cleanup_errors=True) as work:
        return _run_in(Path(work), folder, output / ARCHIVE_NAME, ends, options)


def _run_in(work: Path, folder: Path, archive: Path, ends: float, options: Sequence[str]) -> int:
    python = make_environment(work / "environment", folder / WHEELS_NAME)
    unpack(folder / DATA_NAME, work / "data")
    print(f"environment and data ready in {work}", flush=True)
    left = max(ends - time.monotonic() - _GRACE_SECONDS, 1.0)
    command: list[str | Path] = [python, "-m", "benchmarks.gpu.measure"]
    command += ["--output", work / "results", "--seconds", f"{left:.0f}", *options]
    variables = {
        "PLUMBLINE_DATA": str(work / "data"),
        "PLUMBLINE_STUDIES": str(work / "studies"),
        "PYTHONUNBUFFERED": "1",
    }
    running = subprocess.Popen(command, cwd=ROOT, env=os.environ | variables)
    while running.poll() is None:
        try:
            running.wait(min(_PAUSE_SECONDS, max(ends - time.monotonic(), 0.1)))
        except subprocess.TimeoutExpired:
            with suppress(OSError):  # a file went while it was read: the archive before stays
                write_archive(work / "results", archive)
        if time.monotonic() > ends and running.poll() is None:
            print("time is up, and the run does not end: killed", flush=True)
            running.kill()
    size = write_archive(work / "results", archive)
    print(f"{archive}: {size / 1e6:.2f} MB", flush=True)
    if size > MOST_ARCHIVE_BYTES:
        sys.exit(f"error: {archive} is larger than the {MOST_ARCHIVE_BYTES / 1e6:.0f} MB allowed")
    return running.returncode


def make_environment(prefix: Path, wheels: Path) -> Path:
    """Make a virtual environment that has the wheels, and all that this Python has; return it.

    What the wheels bring comes first. This Python may be that of a virtual environment itself,
    so that system-site-packages would pass it over: its folders are named in a .pth file.
    """
    _call([sys.executable, "-m", "venv", "--without-pip", prefix])
    python = prefix / "bin" / "python"
    (packages,) = prefix.glob("lib/python*/site-packages")
    install = [sys.executable, "-m", "pip", "install", "--quiet", "--no-index", "--no-deps"]
    _call([*install, "--target", packages, *sorted(wheels.glob("*.whl"))])
    below = [path for path in sys.path if path.endswith(("site-packages", "dist-packages"))]
    below += [path for path in site.getsitepackages() if path not in below]
    lines = [f"import site; site.addsitedir({path!r})" for path in below]
    (packages / "below.pth").write_text("\n".join(lines) + "\n", encoding="utf-8")
    _register_project(packages)
    return python


def _register_project(packages: Path) -> None:
    """Let the environment know the kit by its version; its code is this checkout's."""
    project = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    version = re.search(r'^version = "(.+)"$', project, re.MULTILINE)
    assert version is not None
    record = packages / f"plumbline-{version[1]}.dist-info"
    record.mkdir()
    metadata = f"Metadata-Version: 2.1\nName: plumbline\nVersion: {version[1]}\n"
    (record / "METADATA").write_text(metadata, encoding="utf-8")


def unpack(packed: Path, target: Path) -> None:
    """Decompress every file of a folder to the same place below `target`."""
    for path in packed.rglob("*.xz"):
        file = target / path.relative_to(packed).with_suffix("")
        file.parent.mkdir(parents=True, exist_ok=True)
        with lzma.open(path) as compressed, file.open("wb") as plain:
            shutil.copyfileobj(compressed, plain)


def write_archive(results: Path, archive: Path) -> int:
    """Pack the runs in `results`, but for what is large; return the size in bytes."""
    partial = archive.with_suffix(".partial")
    with tarfile.open(partial, "w:gz") as packed:
        for run in sorted(results.glob("*/run.json")):
            if not run.parent.is_symlink():
                packed.add(run.parent, arcname=run.parent.name, filter=_kept)
    partial.replace(archive)
    return archive.stat().st_size


def _kept(member: tarfile.TarInfo) -> tarfile.TarInfo | None:
    return None if _LEFT_OUT.intersection(Path(member.name).parts) else member


def _call(command: Sequence[str | Path]) -> None:
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        said = (done.stderr or done.stdout).strip()
        sys.exit(f"error: {' '.join(map(str, command[:5]))} … failed:\n{said}")
