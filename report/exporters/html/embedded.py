"""What the page's script knows: the run's series as JSON that may stand inside a script element."""

import json
from collections.abc import Mapping
from typing import Any

from markupsafe import Markup

from report.document.document import Report
from report.run.series import Measure, Printed, Series
from report.vocabulary.presentation import (
    DEVICE_TITLES,
    PROTOCOL_NAMES,
    TASK_TITLES,
    Style,
)

_DIGITS = 5
"""Significant digits of a sample: more than any repeat repeats."""
_ESCAPED = "<>&"
"""No text can then end the element, or open a comment in it."""


def embedded_data(report: Report) -> Markup:
    """Return the data as JSON, with every sign escaped that HTML could take for markup."""
    measures = {series.metric: series.measure for series in report.series}
    data = {
        "studies": {chapter.name: chapter.title for chapter in report.chapters},
        "workloads": {
            f"{chapter.name}/{section.workload}": section.title
            for chapter in report.chapters
            for section in chapter.sections
        },
        "contenders": {name: _style(style) for name, style in report.styles.items()},
        "devices": dict(DEVICE_TITLES),
        "protocols": dict(PROTOCOL_NAMES),
        "tasks": dict(TASK_TITLES),
        "metrics": {name: _measure(measure) for name, measure in measures.items()},
        "series": [_series(series) for series in report.series],
        "printed": [_printed(number) for number in report.printed],
    }
    return Markup(script_json(data))


def script_json(data: Mapping[str, Any]) -> str:
    """Return JSON without any sign that could end the script element around it."""
    text = json.dumps(data, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    for sign in _ESCAPED:
        text = text.replace(sign, f"\\u{ord(sign):04x}")
    return text


def _style(style: Style) -> dict[str, str]:
    return {"title": style.title, "colour": style.colour}


def _measure(measure: Measure) -> dict[str, str]:
    return {"title": measure.title, "unit": measure.unit, "better": measure.better}


def _series(series: Series) -> dict[str, Any]:
    setting, summary = series.setting, series.summary
    interval = summary.interval
    return {
        "study": setting.study,
        "workload": setting.workload,
        "contender": setting.contender,
        "protocol": setting.protocol,
        "device": setting.device,
        "task": setting.task,
        "metric": series.metric,
        "median": _short(summary.median),
        "interval": [_short(interval.low), _short(interval.high)] if interval else None,
        "blocks": series.measured.blocks,
        "samples": [_short(value) for value in series.measured.samples],
        "raw": [[_short(value) for value in values] for values in series.measured.raw],
        "incomparable": series.why_incomparable,
    }


def _printed(number: Printed) -> dict[str, Any]:
    return {
        "study": number.study,
        "workload": number.workload,
        "task": number.task,
        "metric": number.metric,
        "device": number.device,
        "contenders": number.contenders,
        "value": _short(number.value),
    }


def _short(value: float) -> float:
    return float(f"{value:.{_DIGITS}g}")
