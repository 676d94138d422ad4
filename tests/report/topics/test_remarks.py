"""What the report says of a paper's text, and of what it leaves out."""

from report.run.load import load_run
from report.run.scope import scopes_of
from report.topics.remarks.table import remarks_part
from report.vocabulary.presentation import styles
from tests.report.conftest import MakeRun
from tests.report.run_folder import study


def test_what_is_left_out_stands_with_its_reason_below_the_notes(make_run: MakeRun) -> None:
    run = load_run(make_run())
    part = remarks_part(scopes_of(run, styles(run.contenders)))

    (table,) = part.tables
    rows = [(row[0].text, row[1].text) for group in table.groups for row in group.rows]
    assert rows == [(found.what, found.because) for found in study().left_out]
    assert part.remarks == study().notes
