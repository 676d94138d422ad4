"""Every chart shows what its data say, where they say it."""

from dataclasses import replace

import numpy as np
import pytest
from matplotlib import style
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import PathPatch, Rectangle
from matplotlib.text import Annotation

from report.document.document import Report
from report.document.numbering import figures
from report.elements.charts.chart import (
    MARKERS,
    MUTED,
    WIDTH,
    Axis,
    Bar,
    BarPanel,
    Chart,
    Key,
    Line,
    LinePanel,
    MatrixPanel,
    in_rows,
)
from report.elements.charts.layout import STYLE, draw

COLOUR = "#d1495b"
BAR = Bar(0, 4.0, COLOUR, "4.00")


def _bars(*bars: Bar, axis: Axis | None = None, title: str = "") -> BarPanel:
    return BarPanel(axis or Axis(low=0, high=10), ("PyTorch", "Keras"), bars, title)


def _drawn(*panels: BarPanel | LinePanel | MatrixPanel, keys: tuple[Key, ...] = ()) -> Figure:
    with style.context(STYLE, after_reset=True):
        return draw(Chart((panels,), 60, keys))


def _axes(panel: BarPanel | LinePanel | MatrixPanel) -> Axes:
    return _drawn(panel).axes[0]


def _pixels(figure: Figure) -> bytes:
    with style.context(STYLE, after_reset=True):
        canvas = FigureCanvasAgg(figure)
        canvas.draw()
    return bytes(canvas.buffer_rgba())


def _boxes(axes: Axes) -> list[tuple[float, float, float, float]]:
    boxes = [patch for patch in axes.patches if isinstance(patch, Rectangle)]
    return [(*box.get_xy(), box.get_width(), box.get_height()) for box in boxes]


def test_a_bar_goes_from_its_start_to_its_value() -> None:
    axes = _axes(_bars(replace(BAR, start=1.0, height=0.5)))
    assert _boxes(axes) == [(1.0, -0.25, 3.0, 0.5)]


def test_a_bar_begins_no_earlier_than_its_axis() -> None:
    axis = Axis(low=0.1, high=10, is_log=True)
    assert _boxes(_axes(_bars(BAR, axis=axis))) == [(0.1, -0.31, pytest.approx(3.9), 0.62)]


def test_the_first_row_stands_on_top() -> None:
    axes = _axes(_bars(BAR))
    low, high = axes.get_ylim()
    assert low > high
    assert [label.get_text() for label in axes.get_yticklabels()] == ["PyTorch", "Keras"]


def test_notes_stand_right_of_their_rows_and_titles_lead_where_they_say() -> None:
    panel = BarPanel(Axis(), ("S2.1", "S2.2"), (BAR,), notes=("holds", "open"),
                     links=("#S2.1", "#S2.2"))  # fmt: skip
    axes = _axes(panel)
    notes = {text.get_text(): text.xy for text in axes.texts if isinstance(text, Annotation)}
    assert notes["holds"] == (1, 0)
    assert notes["open"] == (1, 1)
    assert [label.get_url() for label in axes.get_yticklabels()] == ["#S2.1", "#S2.2"]


def test_samples_are_dots_at_their_values() -> None:
    axes = _axes(_bars(replace(BAR, samples=(3.0, 4.0, 6.0))))
    (dots,) = (patch for patch in axes.patches if isinstance(patch, PathPatch))
    across = 10 * np.asarray(dots.get_path().vertices)[::2, 0]
    assert sorted(across) == pytest.approx([3, 4, 6], abs=0.01)


def test_samples_on_one_place_are_one_dot() -> None:
    """A picture of very many samples stays small."""
    axes = _axes(_bars(replace(BAR, samples=(4.0,) * 3 + (4.0 + 1e-9,) * 100_000)))
    (dots,) = (patch for patch in axes.patches if isinstance(patch, PathPatch))
    assert len(dots.get_path().vertices) < 10_000


def test_an_interval_is_a_line_from_end_to_end() -> None:
    axes = _axes(_bars(replace(BAR, interval=(3.5, 4.5))))
    (line,) = axes.lines
    assert line.get_xydata().tolist() == [[3.5, 0], [4.5, 0]]


def test_a_label_stands_behind_the_largest_sample() -> None:
    (text,) = _axes(_bars(replace(BAR, samples=(3.0, 6.0)))).texts
    assert (text.get_text(), text.xy) == ("4.00", (6.0, 0))


def test_a_reference_is_an_upright_line() -> None:
    axes = _axes(replace(_bars(BAR), reference=1.0))
    assert [line.get_xdata() for line in axes.lines] == [[1.0, 1.0]]


@pytest.mark.parametrize("other", [
    replace(BAR, is_light=True),
    replace(BAR, marker="D"),
    replace(BAR, marker="o", is_hollow=True),
    replace(BAR, label=""),
    replace(BAR, samples=(7.0,)),
    replace(BAR, interval=(6.0, 7.0)),
])  # fmt: skip
def test_every_trait_of_a_bar_is_seen(other: Bar) -> None:
    assert _pixels(_drawn(_bars(other))) != _pixels(_drawn(_bars(BAR)))


def test_a_line_goes_through_its_points() -> None:
    points = ((1.0, 2.0), (2.0, 3.0), (4.0, 1.0))
    axes = _axes(LinePanel(Axis("Epoch"), Axis("s"), (Line(points, COLOUR, marker="^"),)))
    (line,) = axes.lines
    assert tuple(map(tuple, line.get_xydata())) == points
    assert (line.get_color(), line.get_marker()) == (COLOUR, "^")


def test_every_marker_looks_different() -> None:
    drawn = [_drawn(_bars(replace(BAR, marker=marker, label=""))) for marker in MARKERS]
    assert len({_pixels(figure) for figure in drawn}) == len(MARKERS)


def test_a_matrix_shows_its_counts_and_colours_errors_alone() -> None:
    axes = _axes(MatrixPanel(((5, 1), (4, 0)), COLOUR))
    shown = {text.get_position(): text.get_text() for text in axes.texts}
    assert shown == {(0, 0): "5", (1, 0): "1", (0, 1): "4"}
    cells = axes.collections[0]
    middles = [path.vertices[:4].mean(axis=0).tolist() for path in cells.get_paths()]
    assert middles == [[1, 0], [0, 1]]
    shades = cells.get_facecolor()[:, 3].tolist()
    assert shades == pytest.approx([0.2, 0.8])


def test_a_key_is_drawn_per_line_of_the_legend() -> None:
    keys = (Key("hollow", COLOUR, "o", is_hollow=True), Key("light", MUTED, opacity=0.4))
    (legend,) = _drawn(_bars(BAR), keys=keys).legends
    signs = [sign for sign in legend.legend_handles if isinstance(sign, Line2D)]
    assert [text.get_text() for text in legend.get_texts()] == ["hollow", "light"]
    assert [sign.get_markerfacecolor() for sign in signs] == ["none", MUTED]
    assert [sign.get_alpha() for sign in signs] == [1.0, 0.4]


def test_panels_of_a_row_with_one_axis_tell_it_once() -> None:
    panel = _bars(BAR)
    with style.context(STYLE, after_reset=True):
        first, second = draw(Chart(((panel, panel),), 60, shares_y=True)).axes
    assert first.get_ylim() == second.get_ylim()
    assert [axes.yaxis.get_tick_params()["labelleft"] for axes in (first, second)] == [True, False]


def test_panels_are_as_high_as_asked_for() -> None:
    panels = in_rows([_bars(BAR, title="A title of many words")] * 5, 3)
    with style.context(STYLE, after_reset=True):
        figure = draw(Chart(panels, 60, (Key("PyTorch", COLOUR),), "seconds"))
    assert len(figure.axes) == 5
    for axes in figure.axes:
        assert axes.bbox.height * 72 / figure.dpi == pytest.approx(60)


def test_nothing_is_cut_off_and_no_panel_covers_another(plain_report: Report) -> None:
    """Titles, ticks, labels and legends of all figures stay within them, and panels apart."""
    for chart in (figure.chart for figure in figures(plain_report)):
        with style.context(STYLE | {"font.family": "Liberation Sans"}, after_reset=True):
            figure = draw(chart)
            renderer = FigureCanvasAgg(figure).get_renderer()
            boxes = [axes.get_tightbbox(renderer, for_layout_only=True) for axes in figure.axes]
            boxes += [legend.get_window_extent(renderer) for legend in figure.legends]
            boxes += [text.get_window_extent(renderer) for text in figure.texts if text.get_text()]
        slack = figure.dpi / 72
        assert figure.bbox.width == pytest.approx(chart.width * slack)
        for index, box in enumerate(boxes):
            assert box.x0 >= -slack
            assert box.x1 <= figure.bbox.x1 + slack
            assert box.y0 >= -slack
            assert box.y1 <= figure.bbox.y1 + slack
            for other in boxes[:index]:
                covered = box.intersection(box, other)
                assert covered is None or min(covered.width, covered.height) <= slack


def test_titles_of_rows_leave_room_for_panels_however_long_they_are() -> None:
    panel = BarPanel(Axis(low=0, high=10), ("PyTorch " * 100,), (BAR,))
    for axes in _drawn(panel, panel).axes:
        assert axes.bbox.width > 0


@pytest.mark.parametrize("values", [(), (0.0, 0.0), (5.0,), (1e300, 1e300), (1e-300, 1.0)])
@pytest.mark.parametrize("is_log", [False, True])
def test_curves_of_extreme_values_are_drawn(values: tuple[float, ...], is_log: bool) -> None:
    """A diverged loss is a number too."""
    lines = (Line(tuple(enumerate(values)), COLOUR),) if values else ()
    assert _pixels(_drawn(LinePanel(Axis("Epoch"), Axis("Loss", is_log=is_log), lines)))


def test_a_matrix_without_an_error_is_drawn() -> None:
    assert len(_axes(MatrixPanel(((3, 0), (0, 3)), COLOUR)).texts) == 2


def test_a_chart_is_plain_data() -> None:
    chart = Chart(((_bars(BAR),),), 60)
    assert chart == Chart(((_bars(BAR),),), 60)
    assert hash(chart) == hash(Chart(((_bars(BAR),),), 60))
    assert chart.width == WIDTH
