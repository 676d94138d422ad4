"""Warnings about networks that show on their test set little or nothing of what they learned."""

from collections.abc import Callable, Iterator, Mapping

from contract.chance import why_no_better_than_a_guess, why_too_few_images
from contract.result import Result
from report.document.warnings.reader_warning import ReaderWarning
from report.run.measurements import Measurements, setting_of
from report.run.records import Run
from report.vocabulary.presentation import DEVICE_TITLES, PROTOCOL_NAMES, Style

_Told = dict[str, dict[str, str]]
"""What is wrong, by workload and by who trained it; of several blocks, the first that says so."""


def no_better_than_a_guess(run: Run, styles: Mapping[str, Style]) -> Iterator[ReaderWarning]:
    """Warn of workloads in which a network gets no more right than a guess would."""
    for where, told in _told(run, styles, why_no_better_than_a_guess).items():
        yield ReaderWarning(
            "serious",
            f"No better than a guess in {where}",
            f"{_listed(told)}. Training times stand for the same work, and are no times to an "
            "accuracy; accuracies and test losses are not compared.",
            "Look at the learning rate, the number of epochs and the data, and run again.",
        )


def too_few_test_images(run: Run, styles: Mapping[str, Style]) -> Iterator[ReaderWarning]:
    """Warn of workloads in which an accuracy rests on too few images to say anything."""
    for where, told in _told(run, styles, why_too_few_images).items():
        yield ReaderWarning(
            "serious",
            f"Too few test images in {where}",
            f"{_listed(told)}. Accuracies and test losses are not compared.",
            "Raise `test_samples` in the study's file, or run a larger profile.",
        )


def _told(run: Run, styles: Mapping[str, Style], why: Callable[[Result], str]) -> _Told:
    measurements = Measurements(run)
    found: _Told = {}
    for setting in dict.fromkeys(setting_of(job) for job in run.measuring_jobs):
        workload = run.workload(setting.study, setting.workload)
        if workload is not None and workload.gate_fails_because:
            continue
        reasons = filter(None, map(why, measurements.results(setting)))
        if reason := next(reasons, ""):
            where = f"{setting.study.upper()} {workload.title if workload else setting.workload}"
            conditions = f"{PROTOCOL_NAMES[setting.protocol]}, {DEVICE_TITLES[setting.device]}"
            name = f"{styles[setting.contender].title} ({conditions})"
            found.setdefault(where, {}).setdefault(name, reason)
    return found


def _listed(told: Mapping[str, str]) -> str:
    return ". ".join(f"{name}: {reason}" for name, reason in told.items())
