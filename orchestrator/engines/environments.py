"""What environments and images hold, and whether that is what they would be made from now.

An environment is asked by its own Python. What it would be made from the `images` package tells,
which runs as a process of its own: it has to do on a bare Python, before anything is installed, and
nothing here imports it.
"""

import re
import subprocess
import sys
from pathlib import Path

from contract.base import Device
from contract.inventory import Inventory
from contract.untrusted import UntrustedError, parse_record
from orchestrator.errors import PlumblineError
from orchestrator.places import ROOT

INVENTORY_MODULE = "runners.harness.job.inventory"
WHY_STALE = "made from another lock, source or Python"
LEFT_OUT = "left out: "
"""How the state of an environment begins that this machine cannot have; the reason follows."""
_REMEDY = "remake the environment: make setup"
_DEADLINE_SECONDS = 60.0
_GIVEN_REASON = re.compile(r"error: (.*)\nremedy: (.*)\n")


def environment_states() -> dict[str, str]:
    """Return `fresh`, `stale`, `absent` or `left out: …`, with the reason, by environment.

    Raises:
        PlumblineError: it cannot be told.
    """
    return ask_images("images.environments", "list")


def image_sources(device: Device) -> dict[str, str]:
    """Return by image a hash of what it would hold now; raise PlumblineError if it is unknown."""
    return ask_images("images.context", "--device", device)


def ask_images(module: str, *arguments: str) -> dict[str, str]:
    """Return what a module of `images` prints, a name and its value a line.

    Raises:
        PlumblineError: it fails, for the reason that it gives.
    """
    command = [sys.executable, "-m", module, *arguments]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        if given := _GIVEN_REASON.fullmatch(done.stderr):
            raise PlumblineError(*given.groups())
        reason = (done.stderr.splitlines() or ["it printed nothing"])[-1]
        cause = f"{' '.join(command[1:])} failed: {reason}"
        raise PlumblineError(cause, "restore the folder `images` of this checkout")
    return dict(line.split(" ", 1) for line in done.stdout.splitlines())


def own_inventory() -> Inventory:
    """Look into the orchestrator's own environment."""
    return local_inventory(Path(sys.executable))


def local_inventory(python: Path) -> Inventory:
    """Look into the environment of a Python; raise PlumblineError where that fails."""
    try:
        ended = subprocess.run(
            [python, "-m", INVENTORY_MODULE],
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
