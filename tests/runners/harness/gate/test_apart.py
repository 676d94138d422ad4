"""A gate in a process of its own brings back what it found, or why there is nothing."""

import subprocess
from datetime import datetime, timezone

import pytest

from contract.job import JobSpec
from contract.names import JOB_NAME, RESULT_NAME
from contract.result import Failure, Result
from contract.untrusted import read_record
from runners.harness.errors import RunnerError
from runners.harness.gate.apart import verify_apart
from tests.contract.examples import equivalence, trained_result
from tests.runners.harness.tiny_jobs import tiny_job


@pytest.fixture
def child(monkeypatch, tmp_path):
    """Stand in for the child process: leave a result, or none."""

    def leave(found=None, exit_code=0):
        def run(command, **_):
            if found is not None:
                (tmp_path / RESULT_NAME).write_text(found.model_dump_json())
            return subprocess.CompletedProcess(command, exit_code)

        monkeypatch.setattr(subprocess, "run", run)

    return leave


def test_the_evidence_of_the_child_is_brought_back(child, tmp_path):
    child(trained_result(equivalence=equivalence()))

    assert verify_apart(tiny_job(), tmp_path) == equivalence()


def test_the_child_is_given_the_job_as_one_to_verify(child, tmp_path):
    child(trained_result(equivalence=equivalence()))

    verify_apart(tiny_job(task="predict"), tmp_path)

    assert read_record(tmp_path / JOB_NAME, JobSpec) == tiny_job(task="verify")


def test_a_child_that_leaves_no_result_is_told_with_its_exit_code(child, tmp_path):
    child(exit_code=137)

    with pytest.raises(RunnerError, match="ended with exit code 137") as raised:
        verify_apart(tiny_job(), tmp_path)

    assert str(tmp_path) in raised.value.remedy


def test_a_child_that_ran_out_of_memory_is_told_with_its_remedy(child, tmp_path):
    spec = tiny_job()
    shortage = Failure(cause="out of memory at the limit of 1.0 GiB", remedy="raise --memory")
    now = datetime.now(timezone.utc)
    child(
        Result(status="failed", job=spec.identity, started=now, finished=now, failure=shortage), 1
    )

    with pytest.raises(RunnerError, match="carried out: out of memory at the limit") as raised:
        verify_apart(spec, tmp_path)

    assert raised.value.remedy == "raise --memory"


def test_a_child_that_fails_is_told_with_its_cause(tmp_path):
    """In a real child: the environment of these tests has no framework."""
    with pytest.raises(RunnerError, match=r"could not be carried out: .*torch"):
        verify_apart(tiny_job(contender="pytorch"), tmp_path)
