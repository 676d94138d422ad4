"""Runs jobs of the tests' own contenders."""

import pytest

from contract.environment import thread_environment
from runners.harness.job import session
from runners.harness.job.session import run
from runners.harness.tasks import samples
from tests.runners.harness.tiny_jobs import PROOF, TinyArrays, granted


@pytest.fixture
def start(monkeypatch, tmp_path):
    """Run a job with a contender of the test's, as if all threads had been pinned."""
    for name, value in thread_environment(granted().threads).items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr(samples, "load", lambda name, root, parts: TinyArrays())

    def start(contender, spec, evidence=PROOF):
        monkeypatch.setattr(session, "create", lambda name: contender)
        return run(spec, tmp_path, evidence, quiet=True)

    return start
