"""The engine, imported once, with nothing added to it."""

import pytest

from runners.velox_stock.contender import VeloxStockContender, create


@pytest.fixture(scope="session")
def contender() -> VeloxStockContender:
    """The contender on two threads, of which it computes with one."""
    contender = create()
    contender.configure("cpu", 2, seed=0)
    return contender


@pytest.fixture(scope="session")
def engine(contender: VeloxStockContender) -> None:
    """Velox, ready for queries."""
