"""What the environments and images would be made from now, as the `images` package tells.

That package runs as a process of its own: it has to do on a bare Python, before anything is
installed, and nothing here imports it.
"""

from __future__ import annotations

import subprocess
import sys

from contract.base import Device
from orchestrator.errors import PlumblineError
from orchestrator.places import ROOT

WHY_STALE = "made from another lock, source or Python"


def environment_states() -> dict[str, str]:
    """Return the state of each environment by name: `fresh`, `stale` or `absent`.

    Raises:
        PlumblineError: nobody can tell.
    """
    return _ask("images.environments", "list")


def image_sources(device: Device) -> dict[str, str]:
    """Return by image a hash of all that it would hold if it were built now.

    Raises:
        PlumblineError: nobody can tell.
    """
    return _ask("images.context", "--device", device)


def _ask(module: str, *arguments: str) -> dict[str, str]:
    """Return what a module prints, a name and its value a line."""
    command = [sys.executable, "-m", module, *arguments]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        reason = (done.stderr.splitlines() or ["it printed nothing"])[-1]
        cause = f"{' '.join(command[1:])} failed: {reason}"
        raise PlumblineError(cause, "restore the folder `images` of this checkout")
    return dict(line.split(" ", 1) for line in done.stdout.splitlines())
