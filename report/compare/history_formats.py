"""A history written down: as text, as Markdown, as JSON."""

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict
from itertools import groupby

from report.compare.formats import SCHEMA_VERSION, markdown_row
from report.compare.history import History
from report.compare.history_words import HistoryRow, HistoryValue, history_rows, period
from report.compare.words import Centre


def as_text(found: History, centre: Centre) -> str:
    """Return a line per version under each contender and workload."""
    lines = [period(found.runs), *_unreadable(found)]
    for subject, rows in groupby(history_rows(found, centre), lambda row: row.subject):
        lines += ["", subject, *map(_line, rows)]
    return "\n".join(lines) + "\n"


def as_markdown(found: History, centre: Centre) -> str:
    """Return a table for each contender and workload, a row per version."""
    lines = [f"## {period(found.runs)}", *_unreadable(found)]
    for subject, group in groupby(history_rows(found, centre), lambda row: row.subject):
        rows = list(group)
        heads = ["Version", "Runs", *(value.metric for value in rows[0].values)]
        lines += ["", f"### {subject}", "", markdown_row(heads), markdown_row(["---"] * len(heads))]
        lines += [markdown_row([r.version, r.runs, *map(_cell, r.values)]) for r in rows]
    return "\n".join(lines) + "\n"


def as_json(found: History, centre: Centre) -> str:
    """Return every row, and what is slower since the last change, as an object."""
    record = {
        "schema_version": SCHEMA_VERSION,
        "runs": [run.name for run in found.runs],
        "unreadable": found.unreadable,
        "percent": found.percent,
        "versions": [asdict(row) for row in history_rows(found, centre)],
        "slower": [
            asdict(change.first.setting) | {"metric": change.first.metric}
            for change in found.slower
        ],
    }
    return json.dumps(record, indent=1, ensure_ascii=False) + "\n"


HISTORY_FORMATS: Mapping[str, Callable[[History, Centre], str]] = {
    "text": as_text,
    "json": as_json,
    "md": as_markdown,
}


def _unreadable(found: History) -> Iterator[str]:
    return (f"- not read: {problem}" for problem in found.unreadable)


def _line(row: HistoryRow) -> str:
    values = (f"{v.metric[0].lower()}{v.metric[1:]} {_cell(v)}" for v in row.values if v.value)
    return f"- {row.version} ({row.runs}): {'; '.join(values)}"


def _cell(value: HistoryValue) -> str:
    return f"{value.value or '—'}{f' ({value.change})' if value.change else ''}"
