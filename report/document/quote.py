"""What a reader may copy: a finding with all that it needs to stand alone."""

from collections.abc import Sequence

from report.run.machine import machine_in_words
from report.run.records import Run
from report.topics.statements.findings import Finding


def quotation(run: Run, found: Sequence[Finding]) -> str:
    """Return the first of some findings as a sentence, with machine, run and statement.

    Empty where there is none.
    """
    if not found:
        return ""
    first, machine = found[0], machine_in_words(run.jobs)
    where = f" ({machine}; Plumbline, run {run.name}, statement {first.statement})"
    return f"{first.detail.removesuffix('.')}{where}."
