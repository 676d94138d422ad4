"""What is up to date is asked of the `images` package, and never guessed."""

from subprocess import CompletedProcess

import pytest

from orchestrator.engines import environments as freshness
from orchestrator.errors import PlumblineError


@pytest.fixture
def printing(monkeypatch):
    """Let the asked process print something and end."""

    def printing(stdout, stderr="", code=0):
        done = CompletedProcess([], code, stdout, stderr)
        monkeypatch.setattr(freshness.subprocess, "run", lambda *command, **options: done)

    return printing


def test_each_line_is_a_name_and_a_state(printing):
    printing("pytorch fresh\nvelox stale\n")

    assert freshness.environment_states() == {"pytorch": "fresh", "velox": "stale"}


@pytest.mark.parametrize(
    ("stderr", "reason"),
    [("Traceback\nImportError: no module\n", "ImportError: no module"), ("", "printed nothing")],
)
def test_a_process_that_fails_is_told_with_the_end_of_its_output(printing, stderr, reason):
    printing("", stderr, code=1)

    with pytest.raises(PlumblineError, match=f"images.context --device cpu failed: .*{reason}"):
        freshness.image_sources("cpu")
