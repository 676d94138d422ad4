"""What has to be known of a paper's text, and what of it the kit leaves out."""

from collections.abc import Sequence

from report.elements.part import Part
from report.elements.table import Header, Table, plain_rows
from report.run.scope import Scope


def remarks_part(scopes: Sequence[Scope]) -> Part:
    """Return the study's notes, and a row for each thing that it names and the kit leaves out."""
    study = scopes[0].study
    if study is None:
        return Part("remarks")
    tables: tuple[Table, ...] = ()
    if study.left_out:
        headers = (Header("Named by the paper"), Header("Left out, because"))
        caption = "What the paper names and this kit does not measure."
        rows = plain_rows([(found.what, found.because) for found in study.left_out])
        tables = (Table(f"{study.id}-left-out", caption, headers, rows),)
    return Part("remarks", tables=tables, remarks=study.notes)
