"""Axes: where a value lies, and which values get a tick."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from report.elements.drawing.letters import width, wrapped
from report.elements.drawing.scale import Axis, Scale

FINITE = st.floats(min_value=-1e12, max_value=1e12)
POSITIVE = st.floats(min_value=1e-12, max_value=1e12)


@given(st.lists(FINITE, min_size=1, max_size=8))
def test_every_value_lies_on_its_axis(values: list[float]) -> None:
    scale = Axis().scale(values)
    assert all(0 <= scale.share(value) <= 1 for value in values)


@given(st.lists(POSITIVE, min_size=1, max_size=8))
def test_every_positive_value_lies_on_its_logarithmic_axis(values: list[float]) -> None:
    scale = Axis(is_log=True).scale(values)
    assert all(-1e-9 <= scale.share(value) <= 1 + 1e-9 for value in values)


@given(st.lists(FINITE, min_size=1, max_size=8))
def test_ticks_are_few_and_lie_on_the_axis(values: list[float]) -> None:
    axis = Axis()
    scale = axis.scale(values)
    ticks = [value for value, _ in axis.ticks(scale)]
    assert len(ticks) <= axis.most_ticks + 1
    assert all(-1e-6 <= scale.share(value) <= 1 + 1e-6 for value in ticks)


@given(st.lists(st.integers(0, 10_000), min_size=1, max_size=8))
def test_what_is_counted_has_whole_ticks(values: list[int]) -> None:
    axis = Axis(is_integer=True)
    ticks = [value for value, _ in axis.ticks(axis.scale(values))]
    assert 1 <= len(ticks) <= axis.most_ticks + 1
    assert all(value == int(value) for value in ticks)


@pytest.mark.parametrize(
    ("low", "high", "labels"),
    [
        (0, 1, ["0", "0.2", "0.4", "0.6", "0.8", "1"]),
        (0, 2500, ["0", "500", "1,000", "1,500", "2,000", "2,500"]),
        (-0.02, 0.01, ["-0.02", "-0.015", "-0.01", "-0.005", "0", "0.005", "0.01"]),
    ],
)
def test_round_values_have_ticks(low: float, high: float, labels: list[str]) -> None:
    assert [label for _, label in Axis().ticks(Scale(low, high))] == labels


def test_few_decades_have_ticks_within() -> None:
    ticks = Axis(unit=" ×", is_log=True).ticks(Scale(0.4, 6, is_log=True))
    assert [label for _, label in ticks] == ["0.5 ×", "1 ×", "2 ×", "5 ×"]


def test_many_decades_have_as_many_ticks_as_are_legible() -> None:
    ticks = [value for value, _ in Axis(is_log=True).ticks(Scale(1e-9, 1e9, is_log=True))]
    assert len(ticks) <= 7
    assert all(math.log10(value) == pytest.approx(round(math.log10(value))) for value in ticks)


def test_a_logarithmic_axis_within_one_decade_has_round_ticks_too() -> None:
    assert len(Axis(is_log=True).ticks(Scale(2.1, 4.7, is_log=True))) > 1


def test_equal_values_still_have_an_axis() -> None:
    scale = Axis().scale([3.0, 3.0])
    assert scale.low < 3 < scale.high


def test_categories_have_a_place_each() -> None:
    axis = Axis(categories=("a", "b"))
    scale = axis.scale([])
    assert [(scale.share(value), label) for value, label in axis.ticks(scale)] == [
        (0.25, "a"),
        (0.75, "b"),
    ]


def test_wide_titles_are_broken_between_words() -> None:
    lines = wrapped("ResNet-18 on CIFAR-10, Adam, before", 9, 100)
    assert " ".join(lines) == "ResNet-18 on CIFAR-10, Adam, before"
    assert len(lines) == 2
    assert all(width(line, 9) <= 100 for line in lines)
