"""What the tests of benchmarks share."""

import pytest

from contract.contender import ContenderInfo, discover_contenders
from orchestrator.places import RUNNERS_DIR


@pytest.fixture
def infos() -> list[ContenderInfo]:
    """The contenders' descriptions."""
    return [info for info, _ in discover_contenders(RUNNERS_DIR).values()]
