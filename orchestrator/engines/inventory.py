"""Takes the inventory of an environment on this machine; an engine takes those of images."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from contract.inventory import Inventory
from contract.untrusted import UntrustedError, parse_record
from orchestrator.errors import PlumblineError
from orchestrator.places import ROOT

MODULE = "runners.harness.job.inventory"
_REMEDY = "remake the environment: make setup"
_DEADLINE_SECONDS = 60.0


def own_inventory() -> Inventory:
    """Look into the orchestrator's own environment."""
    return local_inventory(Path(sys.executable))


def local_inventory(python: Path) -> Inventory:
    """Look into the environment of a Python; raise PlumblineError where that fails."""
    try:
        ended = subprocess.run(
            [python, "-m", MODULE],
            env={"PYTHONPATH": str(ROOT)},
            capture_output=True,
            timeout=_DEADLINE_SECONDS,
            check=True,
        )
    except (OSError, subprocess.SubprocessError) as error:
        raise PlumblineError(f"its inventory failed: {error}", _REMEDY) from error
    return read_inventory(ended.stdout)


def read_inventory(printed: bytes) -> Inventory:
    """Return the inventory that was printed; raise PlumblineError where it is not one."""
    try:
        return parse_record(printed, Inventory)
    except UntrustedError as error:
        raise PlumblineError(f"its inventory cannot be read: {error}", _REMEDY) from error
