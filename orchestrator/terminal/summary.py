"""What came of a run, in a few lines: for people, and for the exit code."""

from collections import Counter
from collections.abc import Iterator

from contract.chance import why_no_better_than_a_guess, why_too_few_images
from contract.result import Failure, Result
from orchestrator.run.display import on_device
from orchestrator.run.outcome import RunOutcome, gate_key


def summary_lines(outcome: RunOutcome) -> Iterator[str]:
    """Yield what was skipped, defects that were caught, how jobs ended, doubts, what is next."""
    skipped = Counter(
        result.failure
        for result in outcome.results
        if result.status == "skipped" and result.failure is not None
    )
    for failure, count in skipped.items():
        yield f"{count} skipped: {failure.cause} (remedy: {failure.remedy})"
    for result in outcome.gates(passed=False, must_fail=True):
        gate = f"the gate of {result.job.contender} on {_network(result)}"
        yield f"{gate} failed, as it should: {outcome.must_fail[gate_key(result)]}"
    counts = Counter(result.status for result in outcome.results)
    ends = ", ".join(f"{count} {status}" for status, count in sorted(counts.items()))
    yield f"{ends}; results: {outcome.folder}"
    yield from _doubts(outcome)
    yield f"next: plumbline report {outcome.folder}"


def _doubts(outcome: RunOutcome) -> Iterator[str]:
    """Say which trainings show little or nothing of what they learned, each once for all blocks."""
    told: dict[str, str] = {}
    for result in outcome.results:
        if result.status != "ok" or gate_key(result) in outcome.must_fail:
            continue
        which = result.job
        where = f"{which.contender} on {_network(result)} ({which.protocol})"
        if reason := why_too_few_images(result):
            told.setdefault(f"warning: {where}: too few test images", reason)
        if reason := why_no_better_than_a_guess(result):
            told.setdefault(f"warning: {where}: no better than a guess", reason)
    return (f"{doubt}: {reason}" for doubt, reason in told.items())


def problems(outcome: RunOutcome) -> list[Failure]:
    """Return what should not have happened; a run without any exits with 0."""
    failed = [
        Failure(cause=f"{result.job.job_id}: {result.failure.cause}", remedy=result.failure.remedy)
        for result in outcome.results
        if result.status == "failed" and result.failure is not None
    ]
    not_equivalent = [
        Failure(
            cause=f"{result.job.contender} does not compute {_network(result)}: its gate failed",
            remedy=_remedy(result, outcome),
        )
        for result in outcome.gates(passed=False, must_fail=False)
    ]
    blind = [
        Failure(
            cause=f"the gate of {result.job.contender} on {_network(result)} passed, but "
            f"should fail: {outcome.must_fail[gate_key(result)]}",
            remedy="the gate does not detect that defect: see runners/harness/gate/gate.py",
        )
        for result in outcome.gates(passed=True, must_fail=True)
    ]
    return [*failed, *not_equivalent, *blind]


def _network(result: Result) -> str:
    return f"{result.job.workload}{on_device(result.job.device)}"


def _remedy(failed_gate: Result, outcome: RunOutcome) -> str:
    """Return what can be done about a failed gate; one that ran just now would fail again."""
    proof = outcome.taken_over.get(failed_gate.job.job_id)
    kept = "its measurements are kept, but cannot be compared"
    if proof is None or proof.by_run == outcome.folder.name:
        return kept
    found = f"that was found on {failed_gate.finished:%Y-%m-%d}, by {proof.by_run}"
    return f"{kept}; {found}: start a run with --fresh to run the gate again"
