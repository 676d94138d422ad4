"""What a reader may copy: a finding with all that it needs to stand alone."""

from collections.abc import Sequence

from contract.study import Study
from contract.words import counted
from report.run.machine import machine_in_words
from report.run.records import Run
from report.topics.statements.findings import Finding, asked_for
from report.vocabulary.numbers import rounded
from report.vocabulary.presentation import PROTOCOL_NAMES


def quotation(run: Run, study: Study, found: Sequence[Finding]) -> str:
    """Return the first of some findings of a study as a sentence that stands alone.

    With the network, the ratio and its interval, the blocks, the machine, the run and the
    statement. Empty where there is none.
    """
    if not found:
        return ""
    ratio = found[0].ratio
    workload = next(one.workload for one in ratio.statement.on(ratio.device))
    interval = ""
    if ratio.low < ratio.high:
        ends = f"95 % interval {rounded(ratio.low)} – {rounded(ratio.high)}"
        interval = f" ({ends}, {counted(ratio.blocks, 'block')}, {PROTOCOL_NAMES[ratio.protocol]})"
    record = run.record
    when = f", {record.created.day} {record.created:%B %Y}" if record else ""
    name = record.run_id if record else run.name
    return (
        f"{study.workload(workload).title}: {ratio.what} is {rounded(ratio.estimate)} ×{interval}"
        f"{asked_for(ratio)}. {machine_in_words(run.jobs)}{when}; Plumbline, run {name}, "
        f"statement {ratio.statement.id}."
    )
