"""What the person who waits is told, on a terminal and in a log."""

import io

import pytest
from rich.console import Console

from contract.metrics import Metrics
from orchestrator.plan.estimate import Estimate
from orchestrator.run.display import label
from orchestrator.run.outcome import JobOutcome
from orchestrator.terminal.progress import RichDisplay, outcome_line
from tests.contract.examples import equivalence, failed_result, job, trained_result, untimed_result


def untimed(task):
    return untimed_result(job().identity.model_copy(update={"task": task}))


def regression():
    measured = trained_result().metrics.model_dump()
    unmeasured = measured["unmeasured"] | {"test_accuracy": "a regression has no classes"}
    changes = {"test_accuracy": None, "test_loss": 0.25, "unmeasured": unmeasured}
    return trained_result(metrics=Metrics.model_validate(measured | changes))


@pytest.mark.parametrize(
    ("result", "line"),
    [
        (trained_result(), "trained in 12.5 s, test accuracy 50.00 % (2.0 s)"),
        (regression(), "trained in 12.5 s, test loss 0.25 (2.0 s)"),
        (
            untimed("transfer"),
            "weights of keras: logits differ by up to 3e-06 (2.0 s)",
        ),
        (
            untimed("mistakes"),
            "2 mistakes, 6 points for the error messages (2.0 s)",
        ),
        (
            untimed("score"),
            "1,000 rows scored, 4,000 a second (2.0 s)",
        ),
        (
            untimed("turns"),
            "3 turns, 0 disturbed; a step takes 10.00 ms (2.0 s)",
        ),
        (failed_result(), "failed: out of memory (remedy: raise --memory)"),
    ],
    ids=["training", "regression", "transfer", "mistakes", "score", "turns", "failure"],
)
def test_a_job_ends_with_what_it_found(result, line):
    assert outcome_line(JobOutcome(result, 2.0)) == line


def test_a_gate_that_did_not_run_tells_when_it_did():
    gate = {"job": job(task="verify").identity, "metrics": None, "history": ()}
    proved = trained_result(**gate, equivalence=equivalence(1e-8))
    line = f"equivalence gate passed (earlier, on {proved.finished:%Y-%m-%d})"
    assert outcome_line(JobOutcome(proved)) == line


def test_a_measurement_of_before_an_interruption_is_told_as_such():
    line = "trained in 12.5 s, test accuracy 50.00 % (finished before)"
    assert outcome_line(JobOutcome(trained_result())) == line


def test_a_job_is_named_with_its_block_and_what_is_special_about_it():
    assert label(job(repeat=3)) == "train mnist-cnn pytorch #3"
    assert label(job(protocol="published")) == "train mnist-cnn pytorch #1 published"


def test_a_terminal_shows_how_much_of_the_run_is_left():
    console = Console(file=io.StringIO(), force_terminal=True, width=200)

    with RichDisplay(console) as display:
        display.job_starts(job(), 12, 300, Estimate(seconds=1800, known=289, unknown=0))
        display.job_ends(JobOutcome(trained_result(), 2.0))

    printed = console.file.getvalue()
    assert "job 12 of 300; left: 30 min" in printed
    assert "test accuracy 50.00 %" in printed
