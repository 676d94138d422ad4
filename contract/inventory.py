"""What is installed in a contender's environment, as seen from inside it."""

from pydantic import Field

from contract.base import Record


class Package(Record):
    """A Python distribution."""

    name: str
    version: str
    licences: tuple[str, ...]
    """As its authors say: an SPDX expression, else what its classifiers name; often nothing."""
    locked_sha256: tuple[str, ...]
    """Every file that the environment's lock admits for this version; one of them is installed."""


class SystemPackage(Record):
    """A package of the operating system."""

    name: str
    version: str
    architecture: str


class Inventory(Record):
    """All of it."""

    python: str
    distribution: str
    """Of the operating system, as in `debian-12`."""
    packages: tuple[Package, ...] = Field(min_length=1)
    system_packages: tuple[SystemPackage, ...]
    """Of a container; on a machine of one's own, what belongs to the environment nobody knows."""
    built_sha256: dict[str, str]
    """Hash by name of each library that was compiled into the environment."""
    lock_sha256: str | None
    """Of the lock that the environment was made from; None where none is kept in it."""
