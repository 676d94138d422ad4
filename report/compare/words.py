"""What a comparison of two runs says, in sentences and rows that every format shares."""

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from statistics import median
from typing import Literal

from contract.words import counted
from report.compare.between import Between
from report.compare.cells import Obstacle
from report.compare.changes import Change, ChangeVerdict
from report.run.drift import drifted_blocks
from report.run.measurements import Setting
from report.statistics.summary import POWER, olympic_mean, outliers
from report.statistics.unpaired import UnpairedTest
from report.vocabulary.numbers import listed, percent, rounded
from report.vocabulary.presentation import DEVICE_TITLES, PROTOCOL_NAMES, presentation, shown
from report.vocabulary.tests_in_words import p_in_words

Centre = Literal["median", "olympic"]
CENTRES: Mapping[Centre, Callable[[Sequence[float]], float]] = {
    "median": median,
    "olympic": olympic_mean,
}
"""How the samples of a run are summed up beside a ratio; no test depends on it."""

_MOST_SETTINGS = 4
_VERDICTS: Mapping[ChangeVerdict, str] = {
    "as its blocks": "moved as its blocks did",
    "against its blocks": "did not move as its blocks did",
}
_TIME_VERDICTS = {**_VERDICTS, "worse": "slower", "better": "faster"}


@dataclass(frozen=True)
class ChangeRow:
    """One comparison in words."""

    subject: str
    metric: str
    before: str
    after: str
    change: str
    p: str
    verdict: str
    notes: str


def answer(between: Between) -> Iterator[str]:
    """Yield what is to be known, the most important first."""
    if between.machines:
        told = "; ".join(f"{d.name.lower()}: {d.before} → {d.after}" for d in between.machines)
        yield f"The runs are of different machines, so nothing is said about any change: {told}."
        yield "Run both on one machine to compare them."
        return
    if between.are_of_twins:
        yield (
            "The second run is of another machine of the same make: whatever differs may be the "
            "machine's doing."
        )
    tested = [change for change in between.changes if change.test is not None]
    if not tested:
        yield (
            "Nothing can be concluded: a single repeat does not show the noise. "
            "Run both again with `--repeats 3` or more."
        )
        return
    among = f"5 % for all {counted(len(tested), 'comparison')} together, by Holm's correction"
    if not between.found:
        yield _without_change(between, among)
    for change in between.found:
        yield f"{_subject(between, change)}: {_metric(change)} {_what_happened(change)}."
    yield from _about_drift(between)
    for run in (between.first, between.second):
        for block, figures in drifted_blocks(run).items():
            yield f"Block {block} of {run.name} drifted: {figures}."
    yield from _about_repeats(between)


def _without_change(between: Between, among: str) -> str:
    """Say that nothing changed; or that what did, did so with its blocks, or against them."""
    if all(change.verdict in ("no difference", "too few repeats") for change in between.changes):
        return f"No difference: nothing that both runs measured differs beyond chance ({among})."
    return (
        "No contender changed by itself: what differs by more than chance moved as the others of "
        f"its blocks did, or stood still while they moved ({among})."
    )


def rows(between: Between, centre: Centre = "median") -> list[ChangeRow]:
    """Return a row per comparison, contenders over all workloads first."""
    return [_row(between, change, centre) for change in between.changes]


def title(between: Between, setting: Setting) -> str:
    """Return a setting as readers call it."""
    workload = between.first.workload(setting.study, setting.workload)
    place = f"{setting.study.upper()} {workload.title if workload else setting.workload}"
    name = between.styles[setting.contender].title
    return f"{name}, {place} ({_conditions(setting)})"


def obstacle_in_words(between: Between, obstacle: Obstacle) -> str:
    """Return a reason with what it keeps from being compared."""
    named = [title(between, setting) for setting in obstacle.settings[:_MOST_SETTINGS]]
    more = len(obstacle.settings) - len(named)
    others = [f"{more:,} others"] if more else []
    return f"{obstacle.reason}: {listed([*named, *others])}"


def _about_drift(between: Between) -> Iterator[str]:
    if between.drift is not None:
        yield (
            f"At the median, times changed by {between.drift - 1:+.1%} from the first run to the "
            "second. A shift that all contenders of a block share comes from the machine, or from "
            "something else they have in common, and is not attributed to any of them."
        )
    if between.machine is not None:
        yield (
            f"The sentinel, a fixed computation beside the jobs, took "
            f"{_interval(between.machine)} as long in the second run."
        )
    along = [change for change in between.changes if change.verdict == "as its blocks"]
    if along:
        yield (
            f"Different as measured, but not relative to the other contenders of a block: "
            f"{counted(len(along), 'comparison')}. Repeat both runs, alternating, on a quiet "
            "machine, to tell a change from what the machine did."
        )
    if any(c.test and c.first.is_time and not c.beside_test for c in between.found):
        yield (
            "Without more contenders or a sentinel this cannot be told from a machine that became "
            "slower or faster."
        )


def _about_repeats(between: Between) -> Iterator[str]:
    parts = []
    for overall, kind in ((True, "of a contender over all workloads"), (False, "of a single time")):
        needed = [
            math.inf if repeats is None else repeats
            for change, repeats in between.repeats_needed.items()
            if change.is_overall == overall and change.first.is_time
        ]
        if needed:
            parts.append(f"{kind}: {_repeats(median(needed))} (at most {_repeats(max(needed))})")
    if parts:
        yield (
            f"How many repeats would show a change of {between.percent:g} % in {percent(POWER)} "
            f"of cases: {'; '.join(parts)}."
        )


def _repeats(needed: float) -> str:
    return str(math.ceil(needed)) if needed < math.inf else "too many to run"


def _what_happened(change: Change) -> str:
    words = [
        f"{verdict_in_words(change)}, {size_in_words(change)}",
        f"corrected {p_in_words(change.p)}",
        f"Cliff's delta {rounded(change.effect)}",
    ]
    if change.rank_p is not None:
        words.append(f"by rank {p_in_words(change.rank_p)}")
    if change.beside_test is not None:
        words.append(f"{rounded(change.beside_test.estimate)} × against the others of its blocks")
    return ", ".join(words)


def verdict_in_words(change: Change) -> str:
    """Return a verdict as readers call it: times become slower or faster."""
    words = _TIME_VERDICTS if change.first.is_time else _VERDICTS
    return words.get(change.verdict, change.verdict)


def size_in_words(change: Change) -> str:
    """Return ratio or difference with its interval, in the metric's own unit."""
    test = change.test
    if test is None:
        return ""
    if test.scale == "ratio":
        return _interval(test)
    metric = change.first.metric
    low, high = shown(metric, test.low), shown(metric, test.high)
    return f"{'+' if test.rises else ''}{shown(metric, test.estimate)} ({low} – {high})"


def _interval(test: UnpairedTest) -> str:
    return f"{rounded(test.estimate)} × ({rounded(test.low)} – {rounded(test.high)})"


def _row(between: Between, change: Change, centre: Centre) -> ChangeRow:
    metric, samples = change.first.metric, () if change.is_overall else change.first.samples
    before, after = [shown(metric, CENTRES[centre](side)) for side in samples] or ("", "")
    return ChangeRow(
        subject=_subject(between, change),
        metric=_metric(change),
        before=before,
        after=after,
        change=size_in_words(change),
        p=p_in_words(change.p) if change.test else "",
        verdict=verdict_in_words(change),
        notes="; ".join(_notes(between, change)),
    )


def _notes(between: Between, change: Change) -> Iterator[str]:
    sizes = sorted({len(samples) for cell in change.cells for samples in cell.samples})
    *fewer, most = sizes
    yield " or ".join([*map(str, fewer), counted(most, "repeat")])
    if change.rank_p is not None:
        yield f"by rank {p_in_words(change.rank_p)}"
    if change.beside_test is not None:
        yield f"{rounded(change.beside_test.estimate)} × against its blocks"
    if change in between.repeats_needed and change.verdict not in ("worse", "better"):
        needed = between.repeats_needed[change]
        yield f"{needed or 'no reasonable number'} would show {between.percent:g} %"
    far = sum(len(outliers(samples)) for cell in change.cells for samples in cell.samples)
    if far:
        yield f"{counted(far, 'outlier')}, kept"


def _subject(between: Between, change: Change) -> str:
    if not change.is_overall:
        return title(between, change.first.setting)
    name = between.styles[change.first.setting.contender].title
    return f"{name}, over {len(change.cells)} workloads ({_conditions(change.first.setting)})"


def _conditions(setting: Setting) -> str:
    device = DEVICE_TITLES[setting.device]
    return f"{PROTOCOL_NAMES[setting.protocol]}, {setting.task}, {device}"


def _metric(change: Change) -> str:
    found = presentation().metric(change.first.metric).title
    return f"{found[0].lower()}{found[1:]}"
