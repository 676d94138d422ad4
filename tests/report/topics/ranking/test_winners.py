"""Who wins a row, and why nobody does."""

import shutil
from pathlib import Path

from report.run.load import load_run
from report.run.scope import scopes_of
from report.topics.ranking.winners import Award, award, contests
from report.vocabulary.presentation import styles
from tests.report.conftest import MakeRun
from tests.report.run_folder import STUDIES, set_metric

TIMES = {
    "pytorch": [40.0, 41.0, 42.0, 41.0],
    "tensorflow": [60.0, 61.5, 62.0, 61.0],
    "keras": [50.0, 51.0, 52.5, 51.0],
}


def _run(make_run: MakeRun) -> Path:
    path = make_run(contenders=tuple(TIMES), repeats=4)
    for contender, seconds in TIMES.items():
        set_metric(path, contender, "train", "train_seconds", seconds)
    return path


def _without(path: Path, contender: str, blocks: str) -> None:
    for folder in path.glob(f"jobs/*.{contender}.*.train.*.repeat[{blocks}]"):
        shutil.rmtree(folder)


def _award(path: Path) -> Award:
    run = load_run(path)
    (scope,) = scopes_of(run, styles(run.contenders))
    times = next(row for row in scope.comparisons("matched") if row.row.metric == "train_seconds")
    return award(scope, times, "cpu")


def test_the_winner_is_named_with_its_lead_over_the_next(make_run: MakeRun) -> None:
    found = _award(_run(make_run))

    assert found.winner == "pytorch"
    assert found.reason.startswith("Keras (TensorFlow) 1.24 times as long, p ")


def test_who_has_few_blocks_keeps_nobody_from_winning(make_run: MakeRun) -> None:
    path = _run(make_run)
    _without(path, "keras", "234")

    found = _award(path)

    assert found.winner == "pytorch"
    assert found.reason.endswith("; Keras (TensorFlow) measured in fewer than half of the blocks")


def test_nobody_wins_without_a_common_block(make_run: MakeRun) -> None:
    path = _run(make_run)
    for contender, blocks in (("pytorch", "12"), ("tensorflow", "34"), ("keras", "1234")):
        _without(path, contender, blocks)

    assert _award(path) == Award(None, "no two contenders have enough blocks in common")


def test_one_contender_alone_wins_nothing(make_run: MakeRun) -> None:
    path = _run(make_run)
    for contender in ("tensorflow", "keras"):
        _without(path, contender, "1234")

    assert _award(path) == Award(None, "fewer than two contenders can be compared")


def test_a_winner_on_a_gpu_is_set_against_this_runs_device(make_run: MakeRun) -> None:
    """S4 measured with a GPU; this run used the CPU."""
    path = make_run(study_file=STUDIES / "s4-keras-pytorch.toml", contenders=("keras", "pytorch"))
    run = load_run(path)
    scope = scopes_of(run, styles(run.contenders))[0]

    named = [contest for contest in contests(scope) if contest.published]

    assert [(contest.criterion, contest.device, contest.place) for contest in named] == [
        ("Classification, accuracy", "cpu", "Table 3, on the GPU"),
        ("Classification, time", "cpu", "Table 3, on the GPU"),
    ]
