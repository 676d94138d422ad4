"""`python -m runners.harness.gate` writes what a runner takes in place of its own work."""

import subprocess
import sys

import pytest

from contract.names import GIVEN_FOLDER, REFERENCE_NAME
from runners.harness.gate.expectations import Expectations, hash_of
from runners.harness.gate.layers import LayerProbe
from runners.harness.gate.trajectory import Trajectory
from runners.harness.tasks.samples import load_samples
from tests.runners.harness.numpy_contender import NumpyContender
from tests.runners.harness.tiny_jobs import regression_job

JOB = regression_job(task="verify")


def work_out(job, output):
    """Work out what the reference shows on a job, in a process of its own."""
    file = output.with_name("job.json")
    file.write_text(job.model_dump_json())
    command = [sys.executable, "-m", "runners.harness.gate", "--job", str(file)]
    return subprocess.run([*command, "--output", str(output)], check=False, capture_output=True)


@pytest.fixture
def given(tmp_path):
    """The file that a runner looks for beside its job."""
    folder = tmp_path / GIVEN_FOLDER
    folder.mkdir()
    return folder / REFERENCE_NAME


def test_it_writes_what_was_worked_out_for_the_job(given):
    done = work_out(JOB, given)

    assert (done.returncode, done.stdout, done.stderr) == (0, b"", b"")
    of = hash_of(JOB.model, JOB.training, load_samples(JOB).to_verify())
    assert Expectations.load(given, of) is not None


def test_the_runner_takes_it(given, start, monkeypatch):
    work_out(JOB, given)

    def never(_):
        raise AssertionError("it is given")

    monkeypatch.setattr(Trajectory, "expect", never)
    monkeypatch.setattr(LayerProbe, "expect", never)

    result = start(NumpyContender(), JOB)

    assert result.equivalence.passed


def test_the_runner_works_it_out_where_it_was_for_another_training(given, start, monkeypatch):
    training = JOB.training.model_copy(update={"batch_size": 3})
    work_out(JOB.model_copy(update={"training": training}), given)
    worked_out = []
    expect = Trajectory.expect
    monkeypatch.setattr(Trajectory, "expect", lambda it: worked_out.append(it) or expect(it))

    result = start(NumpyContender(), JOB)

    assert result.equivalence.passed
    assert len(worked_out) == 1


def test_a_job_that_cannot_be_read_leaves_no_file(given):
    job = JOB.model_copy(update={"epochs": -1})

    done = work_out(job, given)

    assert done.returncode != 0
    assert b"epochs: " in done.stderr
    assert not given.exists()
