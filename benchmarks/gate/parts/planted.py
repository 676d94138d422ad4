"""Plants the defects one at a time, and scores what the gate sees of them."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import get_args

from rich.console import Console
from rich.table import Table

from benchmarks.gate.messages import Answer, Request
from benchmarks.gate.parts.findings import Findings
from benchmarks.gate.parts.gate_worker import GateWorker
from benchmarks.gate.planted import CONTENDERS, DefectClass, PlantedDefect
from contract.contender import ContenderInfo
from contract.evidence import EvidenceKind


@dataclass(frozen=True)
class Outcome:
    """A planted defect, and what the gate said to it."""

    defect: PlantedDefect
    answer: Answer

    def to_json(self) -> dict[str, object]:
        """Return what is worth keeping."""
        defect, answer = self.defect, self.answer
        return {
            "id": defect.id,
            "class": defect.defect_class,
            "trial": defect.trial,
            "wrong": defect.wrong,
            "evidence": defect.evidence,
            "verdict": answer.verdict,
            "was_run": answer.was_run,
            "error": answer.error,
            "seconds": answer.seconds,
            "failed": [check.model_dump() for check in answer.failed().values()],
        }


def run(
    defects: Sequence[PlantedDefect],
    contenders: Iterable[ContenderInfo],
    threads: int,
    console: Console,
) -> Findings:
    """Plant each defect into its contender; print what came of it, the scores and what passed."""
    outcomes = list(_plant_all(defects, contenders, threads, console))
    console.print(score_table(outcomes), evidence_table(outcomes))
    for paragraph in survivors(outcomes):
        console.print(f"\n{paragraph}", highlight=False, markup=False, soft_wrap=True)
    is_well = all(each.answer.verdict == "seen" for each in outcomes)
    return Findings([each.to_json() for each in outcomes], is_well)


def _plant_all(
    defects: Sequence[PlantedDefect],
    contenders: Iterable[ContenderInfo],
    threads: int,
    console: Console,
) -> Iterator[Outcome]:
    done = 0
    for info in contenders:
        with GateWorker(info, threads) as worker:
            for defect in defects:
                if defect.contender != info.name:
                    continue
                outcome = Outcome(defect, worker.ask(Request(defect=defect.id)))
                done += 1
                console.print(
                    f"{done:4} of {len(defects)}  {_line(outcome)}", highlight=False, soft_wrap=True
                )
                yield outcome


def _line(outcome: Outcome) -> str:
    answer = outcome.answer
    kinds = ", ".join(answer.failed())
    return f"{answer.verdict:6}  {answer.seconds:5.1f} s  {outcome.defect.id}  {kinds}"


def score_table(outcomes: Sequence[Outcome]) -> Table:
    """Return how many defects were seen of those planted, by class and contender."""
    planted = Counter((each.defect.defect_class, each.defect.contender) for each in outcomes)
    seen = Counter(
        (each.defect.defect_class, each.defect.contender)
        for each in outcomes
        if each.answer.verdict == "seen"
    )
    contenders = [name for name in CONTENDERS if any(name == key[1] for key in planted)]
    table = Table("class", title="Planted defects seen")
    for name in [*contenders, "all"]:
        table.add_column(name, justify="right")
    for defect_class in (*get_args(DefectClass), None):
        cells = []
        for contender in (*contenders, None):
            chosen = [
                key
                for key in planted
                if defect_class in (key[0], None) and contender in (key[1], None)
            ]
            total = sum(planted[key] for key in chosen)
            found = sum(seen[key] for key in chosen)
            cells.append(f"{found} of {total}" if total else "–")
        if cells[-1] != "–":
            table.add_row(defect_class or "all", *cells)
    return table


def evidence_table(outcomes: Sequence[Outcome]) -> Table:
    """Return how many defects each kind of evidence saw, and how many no other kind saw."""
    table = Table("evidence", title="Which evidence saw them")
    table.add_column("saw", justify="right")
    table.add_column("saw alone", justify="right")
    seen = [tuple(each.answer.failed()) for each in outcomes]
    for kind in get_args(EvidenceKind):
        saw = [kinds for kinds in seen if kind in kinds]
        table.add_row(kind, str(len(saw)), str(sum(len(kinds) == 1 for kinds in saw)))
    return table


def survivors(outcomes: Iterable[Outcome]) -> Iterator[str]:
    """Yield a paragraph on each defect that was not seen."""
    for outcome in outcomes:
        defect, answer = outcome.defect, outcome.answer
        if answer.verdict == "passed":
            never = "; it was never run" if answer.was_run is False else ""
            yield (
                f"{defect.id} passed on {defect.trial}{never}. {defect.wrong} "
                f"What would show it: {defect.evidence}"
            )
        elif answer.verdict == "broken":
            yield f"{defect.id} gave no verdict. {defect.wrong}\n{answer.error}"
