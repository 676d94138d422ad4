"""Warnings about samples that scatter."""

from collections.abc import Iterator, Mapping

from contract.words import counted
from report.document.warnings.reader_warning import ReaderWarning
from report.run.noise import PRECISION, noted_outliers, wide_spreads
from report.run.records import Run
from report.vocabulary.numbers import percent
from report.vocabulary.presentation import Style

MANY_OUTLIERS = 0.05
"""Of all times; fewer are the rule where a program shares its machine with a system."""
_SHOWN = 3


def wide_spread(run: Run, styles: Mapping[str, Style]) -> Iterator[ReaderWarning]:
    """Warn of times that their repeats leave open by more than `PRECISION`."""
    wide = wide_spreads(run, styles)
    if wide:
        limit = percent(PRECISION)
        others = f", and {len(wide) - _SHOWN} others" if len(wide) > _SHOWN else ""
        yield ReaderWarning(
            "notice",
            f"Wide spread in {counted(len(wide), 'time')}",
            f"Their repeats leave them open by more than {limit}. "
            f"{'; '.join(map(str, wide[:_SHOWN]))}{others}.",
            "Keep the machine free of other work, or raise `--repeats` by as many.",
        )


def many_outliers(run: Run, styles: Mapping[str, Style]) -> Iterator[ReaderWarning]:
    """Warn where outliers are more frequent than usual."""
    found = noted_outliers(run, styles)
    if found is not None and found.far > MANY_OUTLIERS * found.times:
        yield ReaderWarning(
            "notice",
            f"{counted(found.far, 'outlier')} among {found.times:,} times",
            "They lie beyond 3.5 median absolute deviations, most of them in "
            f"{found.worst}. None was removed; they hardly move a median, but they do move a mean.",
            "Keep the machine free of other work while a run lasts.",
        )
