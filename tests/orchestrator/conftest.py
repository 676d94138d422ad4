"""What several tests of the orchestrator need."""

import io

import pytest
from rich.console import Console


@pytest.fixture
def console():
    """A console whose `file` holds what was printed."""
    return Console(file=io.StringIO(), width=200)
