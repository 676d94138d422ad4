"""What a reader may copy: a finding with all that it needs to stand alone."""

from collections.abc import Sequence

from report.run.machine import hardware
from report.run.records import Run
from report.topics.statements.findings import Finding
from report.vocabulary.numbers import listed


def quotation(run: Run, found: Sequence[Finding]) -> str:
    """Return the first of some findings as a sentence, with machine, run and statement.

    Empty where there is none.
    """
    if not found:
        return ""
    first, seen = found[0], hardware(run.measuring_jobs)
    machine = listed([value for label in ("Processor", "GPU") for value in seen.get(label, ())])
    where = f" ({machine}; Plumbline, run {run.name}, statement {first.statement})"
    return f"{first.detail.removesuffix('.')}{where}."
