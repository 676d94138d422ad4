"""Axes: which values are seen, and which get a tick."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from report.elements.charts.axes import finish_axes, number, set_scales
from report.elements.charts.chart import Axis

FINITE = st.floats(min_value=-1e12, max_value=1e12)
POSITIVE = st.floats(min_value=1e-12, max_value=1e12)


def _axes(axis: Axis, values: list[float]) -> Axes:
    """A panel with a point per value along its upright axis."""
    axes = Figure().add_subplot()
    set_scales(axes, Axis(), axis)
    axes.plot(range(len(values)), values, ".")
    finish_axes(axes, Axis(), axis)
    return axes


def _ticks(axes: Axes) -> list[float]:
    """The values with a tick that are seen."""
    low, high = sorted(axes.get_ylim())
    low, high = low - 1e-6 * abs(low), high + 1e-6 * abs(high)
    return [tick for tick in axes.get_yticks() if low <= tick <= high]


def _labels(axis: Axis, low: float, high: float) -> list[str]:
    axes = _axes(Axis(axis.label, axis.unit, low, high, axis.is_log), [low, high])
    return [axes.yaxis.get_major_formatter()(tick) for tick in _ticks(axes)]


@given(st.lists(FINITE, min_size=1, max_size=8), st.booleans())
def test_every_value_lies_on_its_axis(values: list[float], is_log: bool) -> None:
    shown = [abs(value) + 1e-12 for value in values] if is_log else values
    low, high = _axes(Axis(is_log=is_log), shown).get_ylim()
    # The ends of a logarithmic axis come from logarithms: they are right to a few last bits.
    assert low <= min(shown) or low == pytest.approx(min(shown), rel=1e-14)
    assert max(shown) <= high or high == pytest.approx(max(shown), rel=1e-14)


@given(st.lists(POSITIVE, min_size=1, max_size=8), st.booleans())
def test_ticks_are_few(values: list[float], is_log: bool) -> None:
    axis = Axis(is_log=is_log, most_ticks=6)
    assert len(_ticks(_axes(axis, values))) <= 10


@given(st.lists(st.integers(0, 10_000), min_size=1, max_size=8))
def test_what_is_counted_has_whole_ticks(values: list[int]) -> None:
    ticks = _ticks(_axes(Axis(is_integer=True), [float(value) for value in values]))
    assert ticks
    assert all(tick == int(tick) for tick in ticks)


@pytest.mark.parametrize(
    ("low", "high", "labels"),
    [
        (0, 1, ["0", "0.2", "0.4", "0.6", "0.8", "1"]),
        (0, 2500, ["0", "500", "1,000", "1,500", "2,000", "2,500"]),
        (-0.02, 0.01, ["−0.02", "−0.015", "−0.01", "−0.005", "0", "0.005", "0.01"]),
    ],
)
def test_round_values_have_ticks(low: float, high: float, labels: list[str]) -> None:
    assert _labels(Axis(), low, high) == labels


def test_few_decades_have_ticks_within() -> None:
    assert _labels(Axis(unit=" ×", is_log=True), 0.4, 6) == ["0.5 ×", "1 ×", "2 ×", "5 ×"]


def test_many_decades_have_as_many_ticks_as_are_legible() -> None:
    ticks = _ticks(_axes(Axis(is_log=True, low=1e-9, high=1e9), [1.0]))
    assert 3 <= len(ticks) <= 7
    assert all(math.log10(value) == pytest.approx(round(math.log10(value))) for value in ticks)


def test_a_logarithmic_axis_within_one_decade_has_round_ticks_too() -> None:
    assert len(_ticks(_axes(Axis(is_log=True, low=2.1, high=4.7), [3.0]))) > 1


def test_given_ticks_are_the_only_ones() -> None:
    axes = _axes(Axis(is_log=True, ticks=(10_000, 1_000_000)), [1e4, 1e6])
    assert _ticks(axes) == [10_000, 1_000_000]


def test_an_end_that_is_given_is_where_the_axis_ends() -> None:
    low, high = _axes(Axis(low=0), [3.0, 5.0]).get_ylim()
    assert low == 0
    assert high > 5


def test_equal_values_still_have_an_axis() -> None:
    low, high = _axes(Axis(), [3.0, 3.0]).get_ylim()
    assert low < 3 < high


def test_tiny_numbers_are_short() -> None:
    assert number(1e-5) == "1e−5"
