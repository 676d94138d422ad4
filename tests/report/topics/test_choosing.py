"""A recommendation rests on what those who can be compared have in common."""

import shutil

from contract.comparison import DEVELOPMENT_METRICS
from contract.result import Failure
from report.run.common_ground import CellValues, Ground, cells_of, common_ground, rarely_measured
from report.run.load import load_run
from report.run.scope import scopes_of
from report.topics.choosing.development import DevelopmentCriterion
from report.topics.choosing.recommendation import by_ranks
from report.topics.choosing.table import write_needs
from report.vocabulary.presentation import Criterion, Need, presentation, styles
from tests.report.conftest import MakeRun

BOTH = ("pytorch", "velox")


def _cell(*contenders: str) -> CellValues:
    return {name: {1: 1.0} for name in contenders}


def _ground(workload: str) -> Ground:
    return Ground(workload, "train", "train_seconds")


def test_who_took_part_in_fewer_than_half_does_not_narrow_the_comparison() -> None:
    cells = {
        _ground("a"): _cell("pytorch", "velox", "velox-stock"),
        _ground("b"): _cell("pytorch", "velox"),
        _ground("c"): _cell("pytorch", "velox"),
    }
    assert rarely_measured(cells) == ["velox-stock"]


def test_who_took_part_in_half_counts() -> None:
    cells = {_ground("a"): _cell("pytorch", "velox"), _ground("b"): _cell("pytorch")}
    assert rarely_measured(cells) == []


def test_who_failed_in_most_blocks_does_not_narrow_the_comparison() -> None:
    others = dict.fromkeys(("pytorch", "keras"), dict.fromkeys((1, 2, 3), 1.0))

    found = common_ground({_ground("a"): others | _cell("velox")})

    assert found.rare == ("velox",)
    assert found.blocks == (1, 2, 3)


def test_two_metrics_of_one_task_are_two_cells(make_run: MakeRun) -> None:
    run = load_run(make_run(contenders=BOTH))
    scopes = scopes_of(run, styles(run.contenders))
    metrics = [Criterion(metric=m, task="train") for m in ("train_seconds", "peak_memory_bytes")]

    common = common_ground(cells_of(metrics, scopes))

    assert [cell.metric for cell in common.cells] == ["train_seconds", "peak_memory_bytes"]


def test_a_contender_that_gave_no_result_is_recommended_for_nothing(make_run: MakeRun) -> None:
    """Keras needs the fewest lines, and does not run."""
    broken = Failure(cause="it does not start", remedy="fix it")
    path = make_run(develops=True, tasks=("train",), failing={"keras": broken})
    for predicting in path.glob("jobs/*.keras.*.predict.*"):
        shutil.rmtree(predicting)
    run = load_run(path)
    styled = styles(run.contenders)

    needs = write_needs(run, scopes_of(run, styled), styled)

    assert needs.sentences
    assert not [found.topic for found in needs.sentences if "Keras" in found.text]


def test_a_run_without_any_result_recommends_nobody(make_run: MakeRun) -> None:
    run = load_run(make_run(develops=True, tasks=(), contenders=BOTH))

    assert write_needs(run, (), styles(run.contenders)).sentences == ()


def test_without_any_cell_nobody_is_rare() -> None:
    assert rarely_measured({}) == []


def _criterion(aspect: str, **values: float) -> DevelopmentCriterion:
    return DevelopmentCriterion(aspect, f"{aspect} {values}", "", "lower", values, {})


def _development() -> Need:
    return next(need for need in presentation().needs if not need.metrics)


def test_aspects_of_development_weigh_alike_however_many_criteria_they_have() -> None:
    writing = _criterion("writing", pytorch=400, velox=2800)
    errors = _criterion("failing", pytorch=1, velox=3)
    installing = [_criterion("installing", pytorch=n + 1, velox=n) for n in range(5)]
    found = by_ranks(_development(), [writing, errors, *installing], BOTH)
    assert found.recommended == ("pytorch",)
    assert [place.figure for place in found.places] == ["mean rank 1.33", "mean rank 1.67"]


def test_a_criterion_without_a_value_for_all_is_left_out_and_named() -> None:
    partial = DevelopmentCriterion("starting", "Import", "s", "lower", {"velox": 0.1}, {})
    both = _criterion("writing", pytorch=1, velox=2)
    found = by_ranks(_development(), [both, partial], BOTH)
    assert found.recommended == ("pytorch",)
    assert "left out, without a value for all: import" in found.basis


def test_every_criterion_of_development_belongs_to_an_aspect() -> None:
    named = [name for criteria in presentation().aspects.values() for name in criteria]
    assert sorted(named) == sorted(
        [*DEVELOPMENT_METRICS, "import_seconds", "build_seconds", "clarity"]
    )


def test_who_passed_its_gate_and_measured_nothing_is_recommended_for_nothing(
    make_run: MakeRun,
) -> None:
    """All that was to be timed failed; the gates did not."""
    broken = dict.fromkeys(BOTH, Failure(cause="no memory left", remedy="give it more"))
    path = make_run(contenders=BOTH, develops=True, tasks=("verify", "train"), failing=broken)
    for predicting in path.glob("jobs/*.predict.*"):
        shutil.rmtree(predicting)
    run = load_run(path)
    styled = styles(run.contenders)

    assert write_needs(run, scopes_of(run, styled), styled).sentences == ()


def test_who_was_never_proved_is_not_recommended_for_development(make_run: MakeRun) -> None:
    run = load_run(make_run(contenders=BOTH, develops=True, unproven=("velox",)))
    styled = styles(run.contenders)

    topics = [found.topic for found in write_needs(run, scopes_of(run, styled), styled).sentences]

    assert "Fast development" not in topics
