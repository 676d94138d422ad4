"""The ML functions, loaded once: a process registers them once."""

import pytest

from runners.velox.contender import VeloxContender, create


@pytest.fixture(scope="session")
def contender() -> VeloxContender:
    """The contender on two threads."""
    contender = create()
    contender.configure("cpu", 2, seed=0)
    return contender


@pytest.fixture(scope="session")
def functions(contender: VeloxContender) -> None:
    """The engine with the ML functions in it."""
