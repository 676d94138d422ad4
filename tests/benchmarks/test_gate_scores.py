"""What the gate said of planted defects and right contenders, counted and told."""

import pytest
from rich.console import Console

from benchmarks.gate import defects as _defects  # noqa: F401 (registers them)
from benchmarks.gate.messages import Answer, Request
from benchmarks.gate.parts import control, planted, sweep
from benchmarks.gate.parts.control import Control
from benchmarks.gate.parts.planted import Outcome
from benchmarks.gate.planted import DEFECTS
from contract.evidence import Check, Equivalence, EvidenceCase

DEFECT = DEFECTS["epoch-ignores-its-order@pytorch"]
ELSEWHERE = DEFECTS["beta-2-is-another@velox"]


def evidence(**errors):
    checks = [
        Check(kind=kind, error=error, measure="max_abs", tolerance=1.0, worst="", passed=error <= 1)
        for kind, error in errors.items()
    ]
    case = EvidenceCase(optimizer="sgd", precision="float32", checks=tuple(checks))
    return Equivalence(passed=case.passed, batch_size=1, steps=1, cases=(case,))


def answer(**errors):
    return Answer(equivalence=evidence(**errors), was_run=True, seconds=1.0)


SEEN = answer(epoch=2.0, losses=3.0)
PASSED = answer(epoch=0.5)
BROKEN = Answer(error="AnchorError: it is gone", seconds=0.0)


def told(renderable):
    console = Console(width=200, record=True)
    console.print(renderable)
    return [[cell.strip() for cell in line.split("│")[1:-1]]
            for line in console.export_text().splitlines() if "│" in line]  # fmt: skip


def test_defects_are_scored_by_class_and_contender():
    outcomes = [Outcome(DEFECT, SEEN), Outcome(DEFECT, PASSED), Outcome(ELSEWHERE, SEEN)]

    assert told(planted.score_table(outcomes)) == [
        ["optimizer", "–", "1 of 1", "1 of 1"],
        ["timed-epoch", "1 of 2", "–", "1 of 2"],
        ["all", "1 of 2", "1 of 1", "2 of 3"],
    ]


def test_evidence_is_scored_by_what_it_saw_and_what_nothing_else_saw():
    outcomes = [Outcome(DEFECT, SEEN), Outcome(DEFECT, answer(epoch=2.0, losses=0.5))]

    rows = {kind: counts for kind, *counts in told(planted.evidence_table(outcomes))}
    assert rows["epoch"] == ["2", "1"]
    assert rows["losses"] == ["1", "0"]
    assert rows["dropout"] == ["0", "0"]


def test_a_defect_that_passed_is_told_with_what_would_show_it():
    (paragraph,) = planted.survivors([Outcome(DEFECT, PASSED), Outcome(DEFECT, SEEN)])

    assert DEFECT.id in paragraph
    assert DEFECT.wrong in paragraph
    assert DEFECT.evidence in paragraph
    assert "never run" not in paragraph


def test_a_defect_that_passed_since_it_was_never_run_is_told_so():
    unused = PASSED.model_copy(update={"was_run": False})

    (paragraph,) = planted.survivors([Outcome(DEFECT, unused)])

    assert "never run" in paragraph


def test_a_defect_that_gave_no_verdict_is_told_with_its_error():
    (paragraph,) = planted.survivors([Outcome(DEFECT, BROKEN)])

    assert BROKEN.error in paragraph


def test_of_failed_checks_of_one_kind_the_worst_is_kept():
    two = evidence(losses=2.0).cases + evidence(losses=5.0, epoch=1.0).cases
    found = Answer(
        equivalence=Equivalence(passed=False, batch_size=1, steps=1, cases=two), seconds=1.0
    )

    assert {kind: check.error for kind, check in found.failed().items()} == {"losses": 5.0}


class FakeWorker:
    """Gives the answers in their order, or what `ANSWERS` makes of a request."""

    answers = []  # noqa: RUF012

    def __init__(self, _info, _threads):
        pass

    def __enter__(self):
        return self

    def __exit__(self, *_):
        pass

    def ask(self, request):
        return self.answers(request)


@pytest.fixture
def answers(monkeypatch):
    """Answers every request of every part by a function that the test sets."""

    def answer_by(function):
        monkeypatch.setattr(FakeWorker, "answers", staticmethod(function))

    for part in (planted, control, sweep):
        monkeypatch.setattr(part, "GateWorker", FakeWorker)
    return answer_by


QUIET = Console(quiet=True)


@pytest.mark.parametrize(("said", "is_well"), [(SEEN, True), (PASSED, False), (BROKEN, False)])
def test_all_is_well_where_every_defect_is_seen(answers, infos, said, is_well):
    answers(lambda _request: said)

    found = planted.run([DEFECT], infos, 1, QUIET)

    assert found.is_well == is_well
    assert [record["id"] for record in found.records] == [DEFECT.id]


@pytest.mark.parametrize(("said", "is_well"), [(PASSED, True), (SEEN, False), (BROKEN, False)])
def test_all_is_well_where_no_right_contender_is_accused(answers, infos, said, is_well):
    answers(lambda _request: said)
    asked = control.requests(["features"], seeds=2, offsets=3)

    found = control.run(infos, asked, 1, QUIET)

    assert found.is_well == is_well
    pairs = {(record["seed"], record["offset"]) for record in found.records}
    assert pairs == {(seed, offset) for seed in range(2) for offset in range(3)}


def test_false_alarms_are_counted_by_trial_and_contender():
    request = Request(trial="features")
    controls = [Control("pytorch", request, PASSED), Control("pytorch", request, SEEN)]

    assert told(control.false_alarm_table(controls)) == [["features", "1 of 2"]]


def test_a_contender_with_a_limit_of_work_is_not_tried_on_deep_networks(answers, infos):
    answers(lambda _request: PASSED)
    asked = control.requests(control.DEEP, seeds=1, offsets=1)

    tried = {record["contender"] for record in control.run(infos, asked, 1, QUIET).records}

    assert "velox" in tried
    assert "velox-stock" not in tried


@pytest.mark.parametrize(
    ("resolution", "smallest", "is_well"),
    [(2e-4, 3e-4, True), (2e-3, 3e-3, False), (1.0, None, False)],
)
def test_the_smallest_error_seen_is_found(answers, infos, resolution, smallest, is_well):
    def said(request):
        error = request.scaled_gradient.factor - 1
        return SEEN if error > resolution else PASSED

    answers(said)

    found = sweep.run(infos, 1, QUIET)

    assert found.is_well == is_well
    assert {record["smallest_seen"] for record in found.records} == {smallest}


def test_a_sweep_without_a_verdict_is_an_error(answers, infos):
    answers(lambda _request: BROKEN)

    with pytest.raises(RuntimeError, match="AnchorError"):
        sweep.run(infos, 1, QUIET)
