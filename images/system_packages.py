"""What setting up needs from the system: `python -m images.system_packages [KIND]`.

`setup`: what makes environments, a compiler for the Velox plugin, Pango and fonts for the PDF;
`tests`: what the report is tested with; `bootstrap`: what makes a base image where none can be
pulled. Root on Debian and Ubuntu gets what is lacking. Anybody else is told what does not work
without it, and which packages have it; that is an error only where nothing else would work.
"""

from __future__ import annotations

import argparse
import os
import platform
import shutil
import subprocess
import sys
from collections.abc import Callable
from configparser import ConfigParser, SectionProxy
from ctypes.util import find_library
from importlib.util import find_spec
from pathlib import Path

from images.layout import IMAGES, PYTHON_VERSION, SetupError
from images.process import alone_with, print_anything, run

NEEDS = IMAGES / "system_packages.ini"
INSTALL = {
    "apt-get": "apt-get install",
    "dnf": "dnf install",
    "pacman": "pacman -S --needed",
    "zypper": "zypper install",
}
"""How a package manager is told to install; the first that is found is this system's."""
_APT_LOCK = Path("/var/lock/plumbline-apt")
_WAIT_SECONDS = 600
"""For others that install packages."""


def main(arguments: list[str] | None = None) -> int:
    """Provide what the arguments name; return the exit code."""
    parser = argparse.ArgumentParser(prog="python -m images.system_packages", description=__doc__)
    parser.add_argument("kind", nargs="?", default="setup", choices=["setup", "tests", "bootstrap"])
    try:
        provide(parser.parse_args(arguments).kind)
    except SetupError as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    return 0


def provide(kind: str) -> None:
    """Install what is lacking, or say what does not work without it.

    Raises:
        SetupError: something vital is lacking, and cannot be installed here.
    """
    lacking = [need for need in needs(kind) if not _is_there(need)]
    if not lacking:
        return
    names = packages(lacking, "apt-get")
    failure = ""
    if os.geteuid() == 0 and shutil.which("apt-get"):
        try:
            _install(names)
        except SetupError as error:
            failure = f" ({error})"
        else:
            return
    effects = "; ".join(dict.fromkeys(need["without"] for need in lacking))
    message = f"this machine lacks {', '.join(names)}{failure}: {effects}; remedy: "
    message += _remedy(lacking)
    if any(need.getboolean("vital") for need in lacking):
        raise SetupError(message)
    print(message, flush=True)


def packages(lacking: list[SectionProxy], manager: str) -> list[str]:
    """Return the packages that have what is lacking, each once, by the names of a manager."""
    names = (name for need in lacking for name in need[manager].split())
    return [name.format(version=PYTHON_VERSION) for name in dict.fromkeys(names)]


def needs(kind: str) -> list[SectionProxy]:
    """Return what a kind of set-up needs on a machine like this one."""
    parser = ConfigParser()
    parser.read(NEEDS, encoding="utf-8")
    every = [parser[name] for name in parser.sections() if parser[name]["kind"] == kind]
    return [need for need in every if need["machine"] in ("", platform.machine())]


def _is_there(need: SectionProxy) -> bool:
    checks: dict[str, Callable[[str], object]] = {
        "command": shutil.which,
        "library": find_library,
        "module": find_spec,
        "file": os.path.exists,
        "prints": _prints,
    }
    return any(check(need[name]) for name, check in checks.items() if name in need)


def _prints(command_and_word: str) -> bool:
    command, word = command_and_word.split(", ")
    try:
        done = subprocess.run(command.split(), capture_output=True, text=True, check=False)
    except OSError:
        return False
    return word in done.stdout


def _install(names: list[str]) -> None:
    print(f"installing {' '.join(names)}", flush=True)
    apt = ["apt-get", "--quiet", "--quiet", f"--option=DPkg::Lock::Timeout={_WAIT_SECONDS}"]
    quietly = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    with alone_with(_APT_LOCK):
        run([*apt, "update"], "apt-get update failed", "check the network", quietly)
        install = [*apt, "install", "--yes", "--no-install-recommends", *names]
        run(install, "apt-get install failed", "see /var/log/apt", quietly)


def _remedy(lacking: list[SectionProxy]) -> str:
    manager = next(filter(shutil.which, INSTALL), None)
    if manager is None:
        return "install them; these are Debian's names"
    as_root = "" if os.geteuid() == 0 else "sudo " if shutil.which("sudo") else "as root: "
    return f"{as_root}{INSTALL[manager]} {' '.join(packages(lacking, manager))}"


if __name__ == "__main__":
    print_anything()
    sys.exit(main())
