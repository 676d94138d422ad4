"""How the jobs went: the first epoch apart, and what was used, each workload in one place."""

import pytest

from report.document.document import Report
from report.elements.charts.chart import LinePanel, MatrixPanel
from report.run.load import load_run
from report.run.records import Run
from report.run.scope import Scope, scopes_of
from report.topics.learning.first_epoch import epochs_of, first_epoch_table
from report.topics.learning.part import confusions_part, first_epoch_part, usage_part
from report.vocabulary.presentation import styles
from tests.report.conftest import MakeRun


def _scope(run: Run) -> Scope:
    return scopes_of(run, styles(run.contenders))[0]


@pytest.fixture
def both(make_run: MakeRun) -> Scope:
    """A run under both protocols."""
    return _scope(load_run(make_run(protocols=("published", "matched"), repeats=1)))


def test_the_first_epoch_beside_the_later_ones() -> None:
    epochs = epochs_of("pytorch", [[3.0, 1.0, 1.2], [3.4, 1.1, 1.1], [3.2, 1.0, 1.0]])
    assert epochs is not None

    table = first_epoch_table("f", {"matched": [epochs]}, styles(["pytorch"]))

    (group,) = table.groups
    assert [cell.text for cell in group.rows[0]] == ["PyTorch", "3.20", "1.10", "2.20", "3"]


def test_a_run_of_one_epoch_sets_none_apart(make_run: MakeRun) -> None:
    assert first_epoch_part(_scope(load_run(make_run(epochs=1)))).tables == ()


def test_first_epochs_stand_in_one_table_by_protocol(both: Scope) -> None:
    (table,) = first_epoch_part(both).tables
    assert [group.title for group in table.groups] == ["own defaults", "matched"]


def test_use_is_shown_in_one_figure_by_protocol(both: Scope) -> None:
    (figure,) = usage_part(both).figures
    titles = [panel.title for row in figure.chart.panels for panel in row]
    assert titles == [
        "Processor, own defaults",
        "Memory, own defaults",
        "Processor, matched",
        "Memory, matched",
    ]
    assert figure.description.count("of the processors on average") == 8
    assert all(isinstance(panel, LinePanel) for row in figure.chart.panels for panel in row)


def test_matrices_of_all_contenders_stand_in_one_figure(both: Scope) -> None:
    (figure,) = confusions_part(both).figures
    panels = [panel for row in figure.chart.panels for panel in row]
    assert [len(row) for row in figure.chart.panels] == [2, 2]
    assert [panel.title.split(":")[0] for panel in panels] == [
        "PyTorch",
        "TensorFlow",
        "Keras (TensorFlow)",
        "Velox ML functions",
    ]
    assert all(isinstance(panel, MatrixPanel) for panel in panels)
    assert "everything equal but the framework" in figure.caption


def test_a_run_without_networks_to_classify_has_no_matrix(plain_report: Report) -> None:
    run = plain_report.run
    (scope,) = scopes_of(Run(run.name, run.record, (), run.studies, {}, ()), plain_report.styles)
    assert confusions_part(scope).figures == ()
    assert usage_part(scope).figures == ()
