"""Says in a sentence that a Python lacks what Plumbline imports."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager

from orchestrator.places import ENVIRONMENTS_DIR


@contextmanager
def needs_own_packages() -> Iterator[None]:
    """End the program, with the remedy, where a package that is imported meanwhile is missing."""
    try:
        yield
    except ModuleNotFoundError as error:
        sys.exit(
            f"error: {sys.executable} lacks the package {error.name}\n"
            f"remedy: run `make setup`, then use {ENVIRONMENTS_DIR / 'plumbline' / 'bin'}"
        )
