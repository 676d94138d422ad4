"""What a reader may copy: a sentence that says everything it needs, and the run's BibTeX entry."""

from collections.abc import Sequence
from dataclasses import dataclass

from report.run.machine import hardware
from report.run.records import Run
from report.topics.statements.findings import Finding
from report.vocabulary.numbers import listed


@dataclass(frozen=True)
class Quote:
    """A finding, ready to be quoted."""

    sentence: str
    bibtex: str


def quote_of(run: Run, found: Sequence[Finding]) -> Quote | None:
    """Return the first of some findings as a quotation; None where there is none."""
    if not found:
        return None
    first = found[0]
    machine = listed([value for label in ("Processor", "GPU") for value in _of_machine(run, label)])
    where = f" ({machine}; Plumbline, run {run.name}, statement {first.statement})"
    return Quote(f"{first.detail.removesuffix('.')}{where}.", bibtex(run))


def bibtex(run: Run) -> str:
    """Return the entry of a run."""
    record = run.record
    fields = {"title": f"{{Plumbline}} run {run.name}"}
    if record is not None:
        fields["year"] = f"{record.created:%Y}"
        fields["month"] = f"{record.created.month}"
        commit = f", commit {record.source_commit[:12]}" if record.source_commit else ""
        fields["note"] = f"Plumbline {record.plumbline_version}{commit}; profile {record.profile}"
    lines = "".join(f"  {name} = {{{value}}},\n" for name, value in fields.items())
    return f"@misc{{plumbline-{run.name},\n{lines}}}"


def _of_machine(run: Run, label: str) -> tuple[str, ...]:
    return hardware(run.measuring_jobs).get(label, ())
