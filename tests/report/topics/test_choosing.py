"""A recommendation rests on what those who can be compared have in common."""

from __future__ import annotations

from contract.claim import DEVELOPMENT_METRICS
from report.run.common_ground import Cell, rarely_measured
from report.topics.choosing.development import DevelopmentCriterion
from report.topics.choosing.recommendation import by_ranks
from report.vocabulary.presentation import Need, presentation


def _cell(*contenders: str) -> Cell:
    return {name: {1: 1.0} for name in contenders}


def test_who_took_part_in_less_than_half_does_not_narrow_the_comparison() -> None:
    cells = {
        "a": _cell("pytorch", "velox", "velox-stock"),
        "b": _cell("pytorch", "velox"),
        "c": _cell("pytorch", "velox"),
    }
    assert rarely_measured(cells) == ["velox-stock"]


def test_who_took_part_in_half_counts() -> None:
    assert rarely_measured({"a": _cell("pytorch", "velox"), "b": _cell("pytorch")}) == []


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
    found = by_ranks(_development(), [writing, errors, *installing])
    assert found.recommended == ("pytorch",)
    assert [place.figure for place in found.places] == ["mean rank 1.33", "mean rank 1.67"]


def test_a_criterion_without_a_value_for_all_is_left_out_and_named() -> None:
    partial = DevelopmentCriterion("starting", "Import", "s", "lower", {"velox": 0.1}, {})
    both = _criterion("writing", pytorch=1, velox=2)
    found = by_ranks(_development(), [both, partial])
    assert found.recommended == ("pytorch",)
    assert "left out, without a value for all: import" in found.basis


def test_every_criterion_of_development_belongs_to_an_aspect() -> None:
    named = [name for criteria in presentation().aspects.values() for name in criteria]
    assert sorted(named) == sorted(
        [*DEVELOPMENT_METRICS, "import_seconds", "build_seconds", "clarity"]
    )
