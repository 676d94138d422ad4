"""Says what is installed here, as a contract.Inventory: `python -m runners.harness.job.inventory`.

It runs inside an environment or an image, which alone know what is in them.
"""

import platform
import re
import sys
from collections.abc import Iterator
from importlib.metadata import Distribution
from pathlib import Path

from contract.inventory import Inventory, Package, SystemPackage
from data.content import hash_bytes
from runners.harness.job.fingerprint import LOCK_PATH, installed, normal

DPKG_STATUS = Path("/var/lib/dpkg/status")
_LOCKED = re.compile(r"^(?P<name>[A-Za-z0-9._-]+)==(?P<version>[^\s;\\]+)")
_HASH = re.compile(r"--hash=sha256:(?P<digest>[0-9a-f]{64})")
_LONGEST_LICENCE = 100
"""Characters; some distributions put the whole text where its name belongs."""

Locked = dict[tuple[str, str], list[str]]
"""Hashes by normalised name and version."""


def take_inventory(prefix: Path, system: bool) -> Inventory:
    """Return what is installed.

    Args:
        prefix: Of this process's environment.
        system: Whether the operating system's packages belong to it, as in a container.
    """
    lock = prefix / LOCK_PATH
    content = lock.read_bytes() if lock.is_file() else None
    locked = locked_hashes(content.decode()) if content else {}
    built = (prefix / LOCK_PATH).parent.glob("*.so")
    return Inventory(
        python=platform.python_version(),
        distribution=_distribution(),
        packages=tuple(sorted(_packages(locked), key=lambda package: package.name.lower())),
        system_packages=tuple(system_packages(DPKG_STATUS.read_text())) if system else (),
        built_sha256={path.name: hash_bytes(path.read_bytes()) for path in sorted(built)},
        lock_sha256=hash_bytes(content) if content else None,
    )


def locked_hashes(lock: str) -> Locked:
    """Return the hashes that a lock admits."""
    found: Locked = {}
    hashes: list[str] = []
    for line in lock.splitlines():
        if start := _LOCKED.match(line):
            hashes = found.setdefault((normal(start["name"]), start["version"]), [])
        hashes += [match["digest"] for match in _HASH.finditer(line)]
    return found


def system_packages(status: str) -> Iterator[SystemPackage]:
    """Yield the installed packages of dpkg's database (deb-control(5))."""
    for entry in status.split("\n\n"):
        lines = (line.split(": ", 1) for line in entry.splitlines() if not line.startswith(" "))
        fields = {line[0]: line[1] for line in lines if len(line) == 2}
        if fields.get("Status") == "install ok installed":
            name, version = fields["Package"], fields["Version"]
            yield SystemPackage(name=name, version=version, architecture=fields["Architecture"])


def _packages(locked: Locked) -> Iterator[Package]:
    for found in installed():
        name, version = found.name, found.version
        hashes = tuple(sorted(locked.get((normal(name), version), ())))
        yield Package(name=name, version=version, licences=_licences(found), locked_sha256=hashes)


def _licences(found: Distribution) -> tuple[str, ...]:
    expression = _field(found, "License-Expression")
    if expression:
        return (expression,)
    classifiers = found.metadata.get_all("Classifier") or []
    prefix = "License :: "
    named = [line.rpartition(" :: ")[2] for line in classifiers if line.startswith(prefix)]
    named = [name for name in dict.fromkeys(named) if name != "OSI Approved"]
    written = _field(found, "License").strip()
    short = len(written) <= _LONGEST_LICENCE and "\n" not in written
    return tuple(named) or ((written,) if written and short else ())


def _field(found: Distribution, name: str) -> str:
    """Return a field of the metadata, "" where it is not given."""
    return str((found.metadata.get_all(name) or [""])[0])


def _distribution() -> str:
    try:
        release = platform.freedesktop_os_release()
    except OSError:
        return platform.system().lower()
    return f"{release['ID']}-{release.get('VERSION_ID', 'unknown')}"


if __name__ == "__main__":
    print(take_inventory(Path(sys.prefix), "--system" in sys.argv[1:]).model_dump_json())
