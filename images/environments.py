"""Virtual environments from the locks: `python -m images.environments create NAME…`, `… list`.

An environment is a folder of `.environments/`. It holds what its lock says and nothing else, a copy
of that lock, how long it took to install, and a digest of what it was made from. The digest is
written last: an environment without it is not finished, and is remade. The images are filled by
this same code.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import sys
import tempfile
import time
from hashlib import sha256
from pathlib import Path
from typing import Literal

from images.installation import (
    build_plugin,
    check_compiler,
    install,
    install_project,
    make_relocatable,
    make_venv,
)
from images.layout import (
    ENVIRONMENTS,
    IMAGES,
    ORCHESTRATOR,
    PYTHON_VERSION,
    ROOT,
    TEST_TOOLS,
    LeftOutError,
    SetupError,
    check_machine,
    contenders,
    devices,
    lock_path,
)
from images.process import alone_with, print_anything, told_where_unwritable
from images.wheelhouse import fill

INSTALLATION_NAME = "installation.json"

State = Literal["fresh", "stale", "absent"]
"""stale: lock, plugin or Python are others than those that it was made from."""
LEFT_OUT = "left out:"
"""Said of an environment that this machine cannot have, with the reason."""


def main(arguments: list[str] | None = None) -> int:
    """Create environments; return the exit code."""
    parser = _parser()
    options = parser.parse_args(arguments)
    if options.command == "list":
        for name in [*contenders(), ORCHESTRATOR]:
            reason = _note(name).read_text("utf-8") if _note(name).exists() else ""
            print(f"{name} {LEFT_OUT} {reason}" if reason else f"{name} {state(name)}")
        return 0
    if options.prefix and len(options.names) != 1:
        parser.error("--prefix goes with a single NAME")
    failed = False
    for name in options.names or [*contenders(), TEST_TOOLS]:
        try:
            _create_or_leave_out(name, options)
        except SetupError as error:
            print(f"error: {error}", file=sys.stderr)
            failed = True
    return int(failed)


@told_where_unwritable()
def _create_or_leave_out(name: str, options: argparse.Namespace) -> None:
    """Make an environment; note why there cannot be one, unless it was asked for by name."""
    prefix = options.prefix or ENVIRONMENTS / name
    try:
        create(name, options.device or _device(name), prefix, options.wheelhouse)
    except LeftOutError as error:
        if options.names:
            raise
        print(f"{name} is left out: {error}", flush=True)
        ENVIRONMENTS.mkdir(exist_ok=True)
        _note(name).write_text(str(error), encoding="utf-8")


def create(name: str, device: str, prefix: Path, wheelhouse: Path | None = None) -> None:
    """Make an environment, unless it is there and unchanged.

    Args:
        name: a contender's environment, `plumbline` or `test-tools`.
        device: `cpu` or `cuda`; of no matter to the last two.
        prefix: where to.
        wheelhouse: a folder of wheels to take instead of downloading.

    Raises:
        LeftOutError: this machine cannot have it.
        SetupError: it cannot be made; what is there stays marked as unfinished.
    """
    lock = lock_path(name, device)
    check_machine(name)
    digest = inputs_sha256(name, lock)
    started = time.monotonic()
    with alone_with(prefix):
        _note(name).unlink(missing_ok=True)
        if finished_digest(name, prefix) == digest:
            print(f"{name}: unchanged")
            return
        if prefix.resolve() == Path(sys.prefix).resolve():
            raise SetupError(f"{name} has changed and cannot replace itself; use another Python")
        _check_owner(name, prefix)
        _marker(prefix).unlink(missing_ok=True)
        seconds = _fill(name, device, lock, prefix, wheelhouse)
        kept = _marker(prefix).parent
        shutil.copyfile(lock, kept / "requirements.lock")
        # For `orchestrator.records.development`, and for `images.build` too.
        record = {"install_seconds": seconds, "finished_unix_seconds": time.time()}
        (kept / INSTALLATION_NAME).write_text(f"{json.dumps(record)}\n", encoding="utf-8")
        _marker(prefix).write_text(digest, encoding="utf-8")
    print(f"{name}: ready in {time.monotonic() - started:.0f} s")


def state(name: str) -> State:
    """Say whether an environment is finished, and still made from what it would be made from now.

    For any of its devices: a user has one of them.
    """
    found = finished_digest(name, ENVIRONMENTS / name)
    if found is None:
        return "absent"
    wanted = (inputs_sha256(name, lock_path(name, device)) for device in devices(name) or ["cpu"])
    return "fresh" if found in wanted else "stale"


def _device(name: str) -> str:
    """Return what device an environment is for: as a variable says, or as it is made already."""
    found = finished_digest(name, ENVIRONMENTS / name)
    made = [d for d in devices(name) if found == inputs_sha256(name, lock_path(name, d))]
    return os.environ.get(f"{name.upper()}_WHEELS") or next(iter(made), "cpu")


def _check_owner(name: str, prefix: Path) -> None:
    """Raise SetupError where an environment that is to be remade is linked from another clone."""
    owner = prefix.resolve().parents[1]
    if owner != ROOT and (owner / "images" / "environments.py").exists():
        raise SetupError(
            f"{name} differs from what this clone needs, but {prefix} belongs to the clone in "
            f"{owner}; remove the link {ENVIRONMENTS}, and this one gets environments of its own"
        )


def inputs_sha256(name: str, lock: Path) -> str:
    """Digest of all that an environment is made from."""
    digest = sha256(f"{PYTHON_VERSION}\n".encode())
    project = [ROOT / "pyproject.toml"] if name == ORCHESTRATOR else []
    for path in [lock, *project, IMAGES / "installation.py", *plugin_sources(name)]:
        digest.update(sha256(path.read_bytes()).digest())
    return digest.hexdigest()


def plugin_folder(name: str) -> Path:
    """Return where a contender keeps what is compiled into its environment, if anything is."""
    return IMAGES / name / "ml_functions"


def plugin_sources(name: str) -> list[Path]:
    """Return the source files of a contender's plugin; most have none."""
    folder = plugin_folder(name)
    built = {"build", "__pycache__"}
    return sorted(
        path
        for path in folder.rglob("*")
        if path.is_file() and not built.intersection(path.relative_to(folder).parts)
    )


def finished_digest(name: str, prefix: Path) -> str | None:
    """Return what a finished environment was made from; None if there is none.

    One whose Python is gone, as when the system's was replaced, is finished no more.
    """
    needed = [_marker(prefix)] if name == TEST_TOOLS else [_marker(prefix), _python(prefix)]
    return needed[0].read_text(encoding="utf-8") if all(p.exists() for p in needed) else None


def _fill(name: str, device: str, lock: Path, prefix: Path, wheelhouse: Path | None) -> float:
    """Install everything; return the seconds that it took once the wheels were there."""
    if plugin_folder(name).exists():
        check_compiler()
    print(f"{name}: installing in {prefix}", flush=True)
    shutil.rmtree(prefix, ignore_errors=True)
    apart = name == TEST_TOOLS
    with tempfile.TemporaryDirectory() as scratch:
        pip = make_venv(Path(scratch) if apart else prefix)
        label = name if name in (TEST_TOOLS, ORCHESTRATOR) else f"{name}-{device}"
        wheels = wheelhouse or fill(lock, label, PYTHON_VERSION, pip)
        started = time.monotonic()
        install(pip, lock, wheels, prefix if apart else None)
        _marker(prefix).parent.mkdir(parents=True, exist_ok=True)
        if name == ORCHESTRATOR:
            install_project(pip)
        if not apart:
            make_relocatable(prefix)
        if plugin_folder(name).exists():
            build_plugin(plugin_folder(name), prefix)
        return time.monotonic() - started


def _marker(prefix: Path) -> Path:
    return prefix / "lib" / "plumbline" / "inputs.sha256"


def _python(prefix: Path) -> Path:
    return prefix / "bin" / "python"


def _note(name: str) -> Path:
    """Return where it stands why this machine cannot have an environment."""
    return ENVIRONMENTS / f".{name}.left-out"


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m images.environments", description=__doc__)
    commands = parser.add_subparsers(required=True, dest="command")
    commands.add_parser("list", help="print whether each is fresh, stale or absent")
    command = commands.add_parser("create", help="make what is missing or has changed")
    command.add_argument("names", nargs="*", metavar="NAME", help="default: all contenders")
    command.add_argument("--device", choices=["cpu", "cuda"], help="default: as it is, or cpu")
    command.add_argument("--wheelhouse", type=Path, help="install from here, without network")
    command.add_argument("--prefix", type=Path, help="make it here; for a single NAME")
    return parser


if __name__ == "__main__":
    print_anything()
    sys.exit(main())
