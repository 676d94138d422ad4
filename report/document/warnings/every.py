"""Every warning that a run deserves."""

from collections.abc import Callable, Iterable, Iterator, Mapping

from report.document.warnings import (
    data,
    disturbance,
    learning,
    machine,
    proof,
    request,
    samples,
)
from report.document.warnings.reader_warning import ReaderWarning
from report.run.records import Run
from report.vocabulary.presentation import Style

_CHECKS: tuple[Callable[[Run, Mapping[str, Style]], Iterator[ReaderWarning]], ...] = (
    request.unfinished,
    proof.without_passed_gate,
    proof.disagreeing_contenders,
    data.unverified_data,
    learning.no_better_than_a_guess,
    learning.too_few_test_images,
    request.without_measurement,
    machine.broken_pins,
    machine.unequal_conditions,
    machine.several_machines,
    machine.throttled,
    disturbance.disturbed,
    machine.drift,
    machine.other_gpu_processes,
    request.unusable_files,
    request.reduced_profile,
    request.left_out,
    request.measured_before,
    request.few_repeats,
    samples.wide_spread,
    samples.many_outliers,
    request.uncommitted_source,
)


def warnings(
    run: Run, styles: Mapping[str, Style], more: Iterable[ReaderWarning] = ()
) -> tuple[ReaderWarning, ...]:
    """Return every warning that the run deserves, and `more` before them; serious ones first."""
    found = [*more, *(warning for check in _CHECKS for warning in check(run, styles))]
    return tuple(sorted(found, key=lambda warning: warning.severity == "notice"))
