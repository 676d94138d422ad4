"""A gap in its parts, in a sentence that claims no more of each than its test bears."""

import pytest

from report.run.load import load_run
from report.run.scope import scopes_of
from report.topics.split.split import in_a_sentence, split_rows
from report.vocabulary.presentation import styles
from tests.report.conftest import MakeRun
from tests.report.run_folder import set_metric

TWO = ("pytorch", "tensorflow")
FIRST, TWICE = [10.0, 10.1, 10.2], [20.0, 20.3, 20.3]


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
    run = load_run(path)
    (scope, *_) = scopes_of(run, styles(TWO))

    split = split_rows(scope.comparisons("published"), scope.comparisons("matched"))[0]

    assert told in in_a_sentence(split, scope.styles).replace("\N{NO-BREAK SPACE}", " ")
