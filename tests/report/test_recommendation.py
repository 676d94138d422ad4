"""A recommendation rests on what those who can be compared have in common."""

from __future__ import annotations

from report.recommendation import Cell, rarely_measured


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
