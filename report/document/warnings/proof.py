"""Warnings about contenders that did not prove to compute the study's network."""

from collections.abc import Iterator, Mapping
from dataclasses import replace

from report.document.warnings.reader_warning import ReaderWarning
from report.run.measurements import Measurements, setting_of
from report.run.records import Run
from report.vocabulary.numbers import listed
from report.vocabulary.presentation import DEVICE_TITLES, Style

_Workloads = dict[str, list[str]]


def without_passed_gate(run: Run, styles: Mapping[str, Style]) -> Iterator[ReaderWarning]:
    """Warn of every contender that failed the equivalence gate, or never went through it."""
    failed, unproven = _without_proof(run, styles)
    for name, workloads in failed.items():
        yield ReaderWarning(
            "serious",
            f"{name} failed the equivalence gate",
            f"It does not compute {listed(workloads)} within tolerance, so it wins nothing there.",
            "See the equivalence table for the check, the tensor and the size of the error.",
        )
    for name, workloads in unproven.items():
        yield ReaderWarning(
            "serious",
            f"{name} never went through the equivalence gate",
            f"Nothing shows that it computes {listed(workloads)}, so it is not compared there.",
            "Run `plumbline verify`, or run the study again.",
        )


def _without_proof(run: Run, styles: Mapping[str, Style]) -> tuple[_Workloads, _Workloads]:
    """Return the workloads with failed and without proof, by contender; not those meant to fail."""
    measurements = Measurements(run)
    failed: _Workloads = {}
    unproven: _Workloads = {}
    trained = (job for job in run.jobs if job.identity.task == "train")
    for setting in dict.fromkeys(replace(setting_of(job), protocol="matched") for job in trained):
        workload = run.workload(setting.study, setting.workload)
        if workload is not None and workload.gate_fails_because:
            continue
        status = measurements.gate(setting)
        name = f"{styles[setting.contender].title} ({DEVICE_TITLES[setting.device]})"
        where = f"{setting.study.upper()} {workload.title if workload else setting.workload}"
        if status == "failed":
            failed.setdefault(name, []).append(where)
        elif status == "unproven" and measurements.results(setting):
            unproven.setdefault(name, []).append(where)
    return failed, unproven
