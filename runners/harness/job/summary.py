"""A result in a few lines, for the person who started the runner."""

from collections.abc import Iterator
from statistics import median

from contract.chance import why_no_better_than_a_guess, why_too_few_images
from contract.evidence import Equivalence
from contract.metrics import Metrics
from contract.outcomes import Mistake, Scoring, TransferCell
from contract.result import Result
from contract.words import counted


def summarise(result: Result) -> str:
    """Return the lines."""
    job = result.job
    lines = [f"\n{job.contender} on {job.workload}, {job.protocol}: {result.status}"]
    if result.equivalence:
        lines.append(_line("equivalence", _gate(result.equivalence)))
    if result.metrics:
        lines += _metrics(result.metrics)
        lines += _doubts(result)
    lines += [_line(counted(run.epoch, "epoch"), f"{run.seconds:.2f} s") for run in result.sweep]
    lines += [_line("weights of", _transferred(cell)) for cell in result.transfer]
    if result.scoring:
        lines += _scored(result.scoring)
    lines += [_line(mistake.kind, _answered(mistake)) for mistake in result.mistakes]
    return "\n".join(lines)


def _doubts(result: Result) -> Iterator[str]:
    if reason := why_too_few_images(result):
        yield _line("warning", f"too few test images: {reason}")
    if reason := why_no_better_than_a_guess(result):
        yield _line("warning", f"no better than a guess: {reason}")


def _gate(equivalence: Equivalence) -> str:
    checks = [check for case in equivalence.cases for check in case.checks]
    passed = sum(check.passed for check in checks)
    verdict = "same function" if equivalence.passed else "NOT THE SAME FUNCTION"
    return f"{verdict} as the reference ({passed} of {len(checks)} checks)"


def _transferred(cell: TransferCell) -> str:
    found, before = (100 * value for value in (cell.accuracy, cell.trained_accuracy))
    return f"{cell.trained_by}: test accuracy {found:.2f} %, {before:.2f} % where they were trained"


def _answered(mistake: Mistake) -> str:
    said = mistake.error_type if mistake.raised else "no error"
    return f"{said} ({mistake.score} of 4 points)"


def _scored(scoring: Scoring) -> list[str]:
    kept = f"{scoring.selected:,} of {scoring.rows:,} rows pass the filter"
    return [
        _line("table", f"{kept}; {scoring.rows_per_second:,.0f} rows a second (median scan)"),
        _line("peak memory", f"{scoring.scan_peak_memory_bytes / 1e6:.0f} MB"),
    ]


def _metrics(metrics: Metrics) -> Iterator[str]:
    if metrics.train_seconds is not None:
        yield _line("training", f"{metrics.train_seconds:.2f} s")
    if metrics.test_accuracy is not None:
        yield _line("test accuracy", f"{100 * metrics.test_accuracy:.2f} %")
    elif metrics.test_loss is not None:
        yield _line("test error", f"{metrics.test_loss:.4f} (mean square, standardised)")
    if metrics.evaluate_seconds is not None:
        yield _line("evaluation", f"{metrics.evaluate_seconds:.2f} s")
    if metrics.predict_100_seconds:
        milliseconds = 1000 * median(metrics.predict_100_seconds)
        yield _line("prediction", f"{milliseconds:.2f} ms (median, one batch)")
    if metrics.peak_memory_bytes is not None:
        yield _line("peak memory", f"{metrics.peak_memory_bytes / 1e6:.0f} MB")


def _line(label: str, value: str) -> str:
    return f"{label:>20}  {value}"
