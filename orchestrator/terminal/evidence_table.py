"""What the gate found, as tables for the terminal."""

from collections.abc import Iterator, Mapping, Sequence

from rich import box
from rich.markup import escape
from rich.table import Table

from contract.evidence import Check, EvidenceKind
from contract.result import Result
from orchestrator.run.outcome import GateKey, gate_key

_COLUMNS: dict[EvidenceKind, str] = {
    "forward_logits": "logits",
    "gradients": "grads",
    "losses": "losses",
    "trained_weights": "updates",
    "evaluation_logits": "after",
    "layers": "layers",
    "optimizer": "optimizer",
    "epoch": "epoch",
    "prediction": "predict",
    "dropout": "dropout",
    "published_loop": "own loop",
}


def evidence_tables(results: Sequence[Result], must_fail: Mapping[GateKey, str]) -> Iterator[Table]:
    """Yield a table per workload: a row per contender, optimizer and precision.

    Args:
        results: Of verify jobs.
        must_fail: Why the gate of a study's workload must fail, where it must.
    """
    for key in dict.fromkeys(map(gate_key, results)):
        found = [result for result in results if gate_key(result) == key]
        yield _table(key[1], found, must_fail.get(key, ""))


def _table(workload: str, results: Sequence[Result], fails_because: str) -> Table:
    kinds = [kind for kind in _COLUMNS if any(check.kind == kind for check in _checks(results))]
    table = Table(
        *("contender", "optimizer", "float"),
        title=f"{workload}: distance from the float64 reference",
        caption=escape("\n".join(_notes(results, fails_because))),
        caption_justify="left",
        box=box.SIMPLE_HEAD,
        pad_edge=False,
    )
    for kind in kinds:
        table.add_column(_COLUMNS[kind], justify="right")
    for result in results:
        contender = result.job.contender
        if result.equivalence is None:
            cause = result.failure.cause if result.failure else "no evidence"
            table.add_row(contender, f"[red]{escape(cause)}[/]")
            continue
        for case in result.equivalence.cases:
            bits = case.precision.removeprefix("float")
            cells = {check.kind: _cell(check) for check in case.checks}
            found = [cells.get(kind, "") for kind in kinds]
            table.add_row(contender, case.optimizer, bits, *found)
    return table


def _cell(check: Check) -> str:
    if check.passed and check.floor is None:
        return f"{check.error:.0e}"
    floor = "" if check.floor is None else f", floor {check.floor:.0e}"
    text = f"{check.error:.0e} > {check.tolerance:.0e}{floor}"
    if check.passed:
        return f"[yellow]{text}[/]"
    return f"[red]{text} ({escape(check.worst)})[/]"


def _notes(results: Sequence[Result], fails_because: str) -> Iterator[str]:
    """Yield what stands below a table: the expected failure, and known causes of missed limits."""
    if fails_because:
        yield f"The gate should fail here: {fails_because}"
    yield from dict.fromkeys(
        f"{result.job.contender}, {_COLUMNS[check.kind]}: {check.cause}"
        for result in results
        for check in _checks([result])
        if check.cause
    )


def _checks(results: Sequence[Result]) -> Iterator[Check]:
    for result in results:
        for case in result.equivalence.cases if result.equivalence else ():
            yield from case.checks
