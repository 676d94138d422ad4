"""What the gate found, as tables for the terminal."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby
from typing import Literal

from rich import box
from rich.console import Group
from rich.table import Table
from rich.text import Text

from contract.base import Precision
from contract.evidence import Check, Equivalence, EvidenceKind
from contract.result import Result
from orchestrator.errors import printable
from orchestrator.run.display import on_device
from orchestrator.run.outcome import GateKey, gate_key

_KINDS: Mapping[EvidenceKind, str] = {
    "forward_logits": "logits",
    "gradients": "gradients",
    "losses": "losses",
    "trained_weights": "updates",
    "evaluation_logits": "logits after",
    "layers": "single layers",
    "optimizer": "optimizer",
    "epoch": "timed loop",
    "prediction": "prediction",
    "dropout": "dropout",
    "published_loop": "published loop",
}
_Place = tuple[EvidenceKind, str, Precision]
"""Kind, optimizer and precision of a check."""
_Proofs = Mapping[str, Mapping[_Place, Check]]
"""The checks of every contender that has any."""
_Outcome = Literal["passed", "excused", "failed"]
_COLOURS: Mapping[_Outcome, str] = {"passed": "", "excused": "yellow", "failed": "red"}
_MARKS: Mapping[_Outcome, str] = {"passed": "", "excused": " ~", "failed": " ✗"}
"""For who sees no colours; in words below the table."""


def evidence_tables(results: Sequence[Result], must_fail: Mapping[GateKey, str]) -> Iterator[Group]:
    """Yield a table per workload and device, a column per contender, and what has to be said below.

    Args:
        results: Of verify jobs.
        must_fail: Why the gate of a study's workload must fail, where it must.
    """
    for key, device in dict.fromkeys((gate_key(result), result.job.device) for result in results):
        found = [r for r in results if (gate_key(r), r.job.device) == (key, device)]
        proofs = {
            result.job.contender: _by_place(result.equivalence)
            for result in found
            if result.equivalence is not None
        }
        lines = _lines(found, proofs, must_fail.get(key, ""))
        title = f"{key[1]}{on_device(device)}"
        yield Group(*([_table(title, proofs)] if proofs else []), *lines, "")


def _by_place(equivalence: Equivalence) -> dict[_Place, Check]:
    return {
        (check.kind, case.optimizer, case.precision): check
        for case in equivalence.cases
        for check in case.checks
    }


def _table(workload: str, proofs: _Proofs) -> Table:
    title = f"{workload}: the largest error of each check"
    table = Table(title=title, box=box.SIMPLE_HEAD, pad_edge=False)
    for head in ("looked at", "optimizer", "float"):
        table.add_column(head, no_wrap=True)
    for contender in proofs:
        table.add_column(contender, justify="right")
    known = dict.fromkeys(place for checks in proofs.values() for place in checks)
    ordered = sorted(known, key=lambda place: list(_KINDS).index(place[0]))
    for kind, places in groupby(ordered, key=lambda place: place[0]):
        for row, place in enumerate(places):
            _, optimizer, precision = place
            cells = (_cell(checks.get(place)) for checks in proofs.values())
            label = "" if row else _KINDS[kind]
            table.add_row(label, optimizer, precision.removeprefix("float"), *cells)
    return table


def _cell(check: Check | None) -> Text:
    if check is None:
        return Text("–")
    outcome = _outcome(check)
    return Text(f"{_number(check, check.error)}{_MARKS[outcome]}", style=_COLOURS[outcome])


def _number(check: Check, value: float) -> str:
    return f"{value:.3g}" if check.measure in ("count", "seconds") else f"{value:.0e}"


def _outcome(check: Check) -> _Outcome:
    if not check.passed:
        return "failed"
    return "excused" if check.excused else "passed"


def _lines(results: Sequence[Result], proofs: _Proofs, fails_because: str) -> Iterator[Text]:
    """Yield what stands below a table."""
    if fails_because:
        yield _line(f"The gate should fail here: {fails_because}")
    for result in results:
        contender = result.job.contender
        if result.equivalence is None:
            cause = result.failure.cause if result.failure else "it gave no evidence"
            where = f"{result.job.workload}{on_device(result.job.device)}"
            yield _line(f"{where}, {contender}: {cause}", style="red")
            continue
        for precision, reason in result.equivalence.unavailable.items():
            yield _line(f"{contender} has no {precision}: {reason}")
        for (kind, optimizer, precision), check in proofs[contender].items():
            outcome = _outcome(check)
            if outcome != "passed" or check.cause:
                where = f"{contender}, {_KINDS[kind]} ({optimizer}, {precision})"
                parts = filter(None, (_in_words(check), check.cause))
                yield _line(f"{where}: {'; '.join(parts)}", style=_COLOURS[outcome])


def _line(text: str, style: str = "") -> Text:
    return Text(printable(text), style=style)


def _in_words(check: Check) -> str:
    """Say what failed and where, or what was excused; empty for a check that passed by itself."""
    if not check.passed:
        floor = "" if check.floor is None else f", floor {check.floor:.0e}"
        error, tolerance = _number(check, check.error), _number(check, check.tolerance)
        return f"{error} > {tolerance}{floor}, at {check.worst}"
    if not check.excused:
        return ""
    return f"excused up to {check.excused:.0e}: the reference in float32 is as far off"
