"""What a run comes to: skipped is no failure, and a gate that sees no defect is one."""

from contract.journal import TakenOver
from contract.result import Failure
from orchestrator.run.outcome import RunOutcome
from orchestrator.terminal.summary import problems, summary_lines
from tests.contract.examples import MOMENT, equivalence, failed_result, job, trained_result

GATE = {"job": job(task="verify").identity, "metrics": None, "history": ()}
MUST_FAIL = {("s2", "mnist-cnn"): "its loss broadcasts"}
ABSENT = Failure(cause="data set mnist is not available", remedy="plumbline data fetch mnist")


def gate(error):
    return trained_result(**GATE, equivalence=equivalence(error))


def outcome(tmp_path, *results, must_fail=None, proved_by=""):
    """`proved_by`: the run that all proofs are taken over from."""
    taken_over = {
        result.job.job_id: TakenOver(
            kind="proved_before",
            time=MOMENT,
            job_id=result.job.job_id,
            by_run=proved_by,
            by_job_id="s2.x",
        )
        for result in results
        if proved_by
    }
    return RunOutcome(tmp_path, list(results), must_fail or {}, taken_over)


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
    assert found[0].remedy == "its measurements are kept, but cannot be compared"


def test_a_gate_that_failed_in_an_earlier_run_can_be_run_again(tmp_path):
    (found,) = problems(outcome(tmp_path, gate(1), proved_by="20260301-quick"))

    assert found.remedy == (
        "its measurements are kept, but cannot be compared; that was found on "
        f"{gate(1).finished:%Y-%m-%d}, by 20260301-quick: start a run with --fresh to run the gate "
        "again"
    )


def test_a_gate_that_failed_in_this_run_for_another_workload_need_not_run_again(tmp_path):
    (found,) = problems(outcome(tmp_path, gate(1), proved_by=tmp_path.name))

    assert "--fresh" not in found.remedy


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


def image_classes(*right, of=1000):
    """The confusion matrix of so many images in two classes, of which `right` are right."""
    return ((right[0], of // 2 - right[0]), (of // 2 - right[1], right[1]))


def learned(share, confusion, **identity):
    result = trained_result(job=job(**identity).identity, confusion_matrix=confusion)
    metrics = result.metrics.model_copy(update={"test_accuracy": share})
    return result.model_copy(update={"metrics": metrics})


def warnings_of(found):
    return [line for line in summary_lines(found) if line.startswith("warning")]


def test_a_network_that_learned_nothing_is_told_once_for_all_blocks(tmp_path):
    guessed = image_classes(250, 250)
    found = outcome(tmp_path, *(learned(0.5, guessed, repeat=n) for n in (1, 2)))

    assert warnings_of(found) == [
        "warning: pytorch on mnist-cnn (matched): no better than a guess: test accuracy 50.00 % of "
        "1,000 images (95 % interval 46.9 – 53.1 %); always answering the most frequent class "
        "gives 50.00 %"
    ]
    assert problems(found) == []


def test_an_accuracy_on_one_image_is_told_with_its_interval(tmp_path):
    (line, _) = warnings_of(outcome(tmp_path, learned(1.0, ((1, 0), (0, 0)))))

    assert "too few test images: test accuracy 100.00 % of 1 image (95 % interval 20.7" in line


def test_a_network_that_learned_needs_no_warning(tmp_path):
    assert warnings_of(outcome(tmp_path, learned(0.9, image_classes(450, 450)))) == []


def test_a_network_that_is_meant_to_fail_need_not_learn(tmp_path):
    guessed = learned(0.5, image_classes(250, 250))

    assert warnings_of(outcome(tmp_path, guessed, must_fail=MUST_FAIL)) == []
