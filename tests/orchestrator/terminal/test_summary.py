"""What a run comes to: skipped is no failure, and a gate that sees no defect is one."""

from contract.result import Failure
from orchestrator.run.outcome import RunOutcome
from orchestrator.terminal.summary import problems, summary_lines
from tests.contract.examples import equivalence, failed_result, job, trained_result

GATE = {"job": job(task="verify").identity, "metrics": None, "history": ()}
MUST_FAIL = {("s2", "mnist-cnn"): "its loss broadcasts"}
ABSENT = Failure(cause="data set mnist is not available", remedy="plumbline data fetch mnist")


def gate(error):
    return trained_result(**GATE, equivalence=equivalence(error))


def outcome(tmp_path, *results, must_fail=None):
    return RunOutcome(tmp_path, list(results), must_fail or {})


def skipped(**identity):
    return failed_result().model_copy(
        update={"status": "skipped", "failure": ABSENT, "job": job(**identity).identity}
    )


def test_skipped_jobs_are_counted_and_told_once_and_are_no_problem(tmp_path):
    found = outcome(tmp_path, trained_result(), skipped(seed=1), skipped(seed=2))

    lines = list(summary_lines(found))

    assert lines[0] == (
        "2 skipped: data set mnist is not available (remedy: plumbline data fetch mnist)"
    )
    assert lines[1].startswith("1 ok, 2 skipped; results: ")
    assert problems(found) == []


def test_a_failed_job_is_a_problem_with_its_cause(tmp_path):
    found = problems(outcome(tmp_path, failed_result()))

    assert [problem.cause.endswith(": out of memory") for problem in found] == [True]
    assert found[0].remedy == "raise --memory"


def test_a_gate_that_should_pass_and_does_not_is_a_problem(tmp_path):
    assert problems(outcome(tmp_path, gate(1e-8))) == []

    found = problems(outcome(tmp_path, gate(1)))

    assert "pytorch does not compute mnist-cnn: its gate failed" in found[0].cause


def test_a_gate_that_must_fail_is_a_problem_only_where_it_passes(tmp_path):
    caught = outcome(tmp_path, gate(1), must_fail=MUST_FAIL)
    assert problems(caught) == []
    assert next(summary_lines(caught)) == (
        "the gate of pytorch on mnist-cnn failed, as it should: its loss broadcasts"
    )

    found = problems(outcome(tmp_path, gate(1e-8), must_fail=MUST_FAIL))

    assert found[0].cause == (
        "the gate of pytorch on mnist-cnn passed, but should fail: its loss broadcasts"
    )
