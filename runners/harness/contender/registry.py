"""Finds contenders: a folder under `runners/` with a `contender.toml` is one."""

import importlib
from pathlib import Path

from contract.contender import ContenderInfo, discover_contenders
from runners.harness.contender.contender import Contender
from runners.harness.errors import RunnerError

RUNNERS_DIR = Path(__file__).parents[2]


def find_contender(name: str) -> tuple[ContenderInfo, Path]:
    """Return a contender's description and its folder.

    Raises:
        RunnerError: there is no contender of this name here.
        ContenderError: a description cannot be used.
    """
    found = discover_contenders(RUNNERS_DIR)
    if name not in found:
        known = ", ".join(found) or "none is installed"
        raise RunnerError(f"no contender {name!r} here", f"choose one of: {known}")
    return found[name]


def create(name: str) -> Contender:
    """Import a contender's module and create it.

    Raises:
        RunnerError: as `find_contender`.
    """
    _, folder = find_contender(name)
    module = importlib.import_module(f"runners.{folder.name}.contender")
    contender: Contender = module.create()
    return contender
