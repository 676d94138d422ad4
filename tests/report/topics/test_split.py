"""A gap in its parts, in a sentence that claims no more of each than its test bears."""

import shutil
from pathlib import Path

import pytest

from report.run.load import load_run
from report.run.scope import Scope, scopes_of
from report.topics.split.split import Split, in_a_sentence, split_rows
from report.topics.split.table import split_part
from report.vocabulary.presentation import styles
from tests.report.conftest import MakeRun
from tests.report.run_folder import set_metric

TWO = ("pytorch", "tensorflow")
FIRST, TWICE = [10.0, 10.1, 10.2], [20.0, 20.3, 20.3]


def _scope(path: Path) -> Scope:
    (scope, *_) = scopes_of(load_run(path), styles(TWO))
    return scope


@pytest.mark.parametrize(
    ("own", "equal", "told"),
    [
        (TWICE, TWICE, "the defaults 1.00 ×. Not told from none: defaults."),
        (TWICE, FIRST, "the framework made 1.00 ×, the defaults 2.00 ×. Not told from none: the "),
    ],
    ids=["all by the framework", "all by the defaults"],
)
def test_what_may_be_chance_is_named(
    make_run: MakeRun, own: list[float], equal: list[float], told: str
) -> None:
    path = make_run(repeats=3, contenders=TWO, protocols=("published", "matched"))
    for protocol, seconds in (("published", own), ("matched", equal)):
        set_metric(path, "pytorch", "train", "train_seconds", FIRST, protocol=protocol)
        set_metric(path, "tensorflow", "train", "train_seconds", seconds, protocol=protocol)
    scope = _scope(path)

    split = split_rows(scope.comparisons("published"), scope.comparisons("matched"))[0]

    assert isinstance(split, Split)
    assert told in in_a_sentence(split, scope.styles).replace("\N{NO-BREAK SPACE}", " ")


def test_own_defaults_that_ran_once_are_not_split(make_run: MakeRun) -> None:
    path = make_run(repeats=3, contenders=TWO, protocols=("published", "matched"))
    for job in path.glob("jobs/*.published.*.repeat[23]"):
        shutil.rmtree(job)

    part = split_part(_scope(path))

    assert (part.tables, part.figures) == ((), ())
    (remark,) = part.remarks
    assert remark.startswith("Not split: “Training time”, “Accuracy”, ")
    assert "which cannot tell what the defaults made from chance" in remark


def test_a_gap_to_a_number_near_zero_is_not_split(make_run: MakeRun) -> None:
    path = make_run(repeats=3, contenders=TWO, protocols=("published", "matched"))
    set_metric(path, "tensorflow", "train", "test_loss", [0.05, 0.0001, 0.05])

    part = split_part(_scope(path))

    assert "Test loss" not in [group.title for group in part.tables[0].groups]
    (remark,) = part.remarks
    assert remark.startswith("Not split: “Test loss”. ")
    assert "too near to zero for a ratio" in remark
