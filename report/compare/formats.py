"""A comparison written down: as text, as Markdown, as JSON."""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, fields
from typing import Any

from report.compare.between import Between
from report.compare.changes import Change
from report.compare.words import Centre, ChangeRow, answer, obstacle_in_words, rows

SCHEMA_VERSION = 1


def as_text(between: Between, centre: Centre) -> str:
    """Return sentences for a terminal; of the comparisons only those over all workloads."""
    every = rows(between, centre)
    overall = [row for row, c in zip(every, between.changes, strict=True) if c.is_overall]
    return "\n".join(_lines(between, overall or every, _plain, "")) + "\n"


def as_markdown(between: Between, centre: Centre) -> str:
    """Return the same with headings, and every comparison in a table."""
    return "\n".join(_lines(between, rows(between, centre), _table, "## ")) + "\n"


def as_json(between: Between, centre: Centre) -> str:
    """Return every comparison with its samples and tests, as an object of `schema_version` 1."""
    record = {
        "schema_version": SCHEMA_VERSION,
        "first": between.first.name,
        "second": between.second.name,
        "percent": between.percent,
        "drift": between.drift,
        "sentinel": asdict(between.machine) if between.machine else None,
        "answer": list(answer(between)),
        "slower": [_identity(change) for change in between.slower],
        "changes": [
            _change(between, change) | {"words": asdict(row)}
            for change, row in zip(between.changes, rows(between, centre), strict=True)
        ],
        "not_compared": [
            {"reason": found.reason, "settings": [asdict(setting) for setting in found.settings]}
            for found in between.obstacles
        ],
        "machines": [asdict(difference) for difference in between.machines],
        "differences": [asdict(difference) for difference in between.differences],
        "problems": [{"run": run} | asdict(problem) for run, problem in between.problems],
    }
    return json.dumps(record, indent=1) + "\n"


FORMATS: Mapping[str, Callable[[Between, Centre], str]] = {
    "text": as_text,
    "json": as_json,
    "md": as_markdown,
}


def _lines(
    between: Between,
    shown: Sequence[ChangeRow],
    arrange: Callable[[Sequence[ChangeRow]], Iterator[str]],
    heading: str,
) -> Iterator[str]:
    yield f"{heading}{between.first.name} against {between.second.name}"
    yield ""
    yield from (f"- {sentence}" for sentence in answer(between))
    if shown:
        yield from ("", f"{heading}Second run ÷ first run", "")
        yield from arrange(shown)
    if between.obstacles:
        yield from ("", f"{heading}Not compared", "")
        yield from (f"- {obstacle_in_words(between, found)}" for found in between.obstacles)
    yield from ("", f"{heading}What else changed", "")
    if not between.differences:
        yield "- nothing that the runs recorded"
    for found in between.differences:
        whose = f" ({', '.join(found.contenders)})" if found.contenders else ""
        yield f"- {found.name}{whose}: {found.before} → {found.after}"
    problems = [
        f"- {run}: {found.where}: {found.cause}: {found.remedy}" for run, found in between.problems
    ]
    if problems:
        yield from ("", f"{heading}Files that could not be used", "", *problems)


def _plain(shown: Sequence[ChangeRow]) -> Iterator[str]:
    for row in shown:
        details = [row.change, row.p, row.notes]
        yield f"- {row.subject}: {row.metric}: {row.verdict}; {', '.join(filter(None, details))}"


def _table(shown: Sequence[ChangeRow]) -> Iterator[str]:
    names = [field.name for field in fields(ChangeRow)]
    yield markdown_row(names)
    yield markdown_row(["---"] * len(names))
    for row in shown:
        yield markdown_row([getattr(row, name) for name in names])


def markdown_row(cells: Sequence[str]) -> str:
    """Return a row of a table."""
    return f"| {' | '.join(cell.replace('|', '&#124;') for cell in cells)} |"


def _identity(change: Change) -> dict[str, Any]:
    which = asdict(change.first.setting)
    workloads = [cell.setting.workload for cell in change.cells]
    return which | {"workload": workloads, "metric": change.first.metric}


def _change(between: Between, change: Change) -> dict[str, Any]:
    return _identity(change) | {
        "samples": [{"before": dict(c.before), "after": dict(c.after)} for c in change.cells],
        "test": asdict(change.test) if change.test else None,
        "against_blocks": asdict(change.beside_test) if change.beside_test else None,
        "p": change.p,
        "cliffs_delta": change.effect,
        "rank_p": change.rank_p,
        "verdict": change.verdict,
        "repeats_needed": between.repeats_needed.get(change),
    }
