"""A local job runs in an environment that is made from what it would be made from now."""

import pytest

from orchestrator.engines.local import launcher as module
from orchestrator.engines.local.launcher import LocalLauncher
from orchestrator.errors import PlumblineError
from orchestrator.store.source import Source
from tests.contract.examples import contender_info

PYTORCH = contender_info()
VELOX = contender_info(name="velox", title="Velox", environment="velox")


@pytest.fixture
def check(monkeypatch):
    """Check the contenders where the environments are in the given states."""

    def check(**states):
        monkeypatch.setattr(module, "environment_states", lambda: states)
        LocalLauncher(Source("1", None, None), "0" * 32).check([PYTORCH, VELOX], "cpu")

    return check


def test_fresh_environments_are_accepted_whatever_others_are(check):
    check(pytorch="fresh", velox="fresh", tensorflow="stale")


def test_a_stale_environment_is_refused_with_the_command_that_remakes_it(check):
    with pytest.raises(PlumblineError) as refused:
        check(pytorch="stale", velox="fresh")

    expected = "the environment pytorch is stale: made from another lock, source or Python"
    assert (refused.value.cause, refused.value.remedy) == (expected, "make setup")


def test_unfinished_and_unknown_environments_are_refused(check):
    with pytest.raises(PlumblineError) as refused:
        check(pytorch="absent")

    assert "no finished environment pytorch in" in refused.value.cause
    assert "no finished environment velox in" in refused.value.cause


def test_what_could_not_be_made_when_this_machine_was_set_up_is_left_out(monkeypatch):
    states = {"pytorch": "fresh", "velox": "left out: no compiler"}
    monkeypatch.setattr(module, "environment_states", lambda: states)

    left_out = LocalLauncher(Source("1", None, None), "0" * 32).left_out([PYTORCH, VELOX])

    assert {name: failure.cause for name, failure in left_out.items()} == {
        "velox": "Velox: left out: no compiler"
    }
