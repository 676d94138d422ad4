"""Warnings about data that may not be the published ones."""

from collections.abc import Iterator, Mapping

from report.document.warnings.reader_warning import ReaderWarning
from report.run.records import Run
from report.vocabulary.presentation import Style


def unverified_data(run: Run, _: Mapping[str, Style]) -> Iterator[ReaderWarning]:
    """Warn of data sets of which it is unknown whether they are the published ones."""
    doubts: dict[str, str] = {}
    for job in run.jobs:
        fingerprint = job.result.fingerprint if job.result else None
        if job.spec and fingerprint and fingerprint.data_doubt:
            doubts.setdefault(job.spec.dataset, fingerprint.data_doubt)
    for dataset, doubt in doubts.items():
        yield ReaderWarning(
            "serious",
            f"Unverified data: {dataset}",
            f"{doubt[0].upper()}{doubt[1:]}. Whether these are the data of the paper is unknown.",
            f"Run `plumbline data fetch {dataset}` where its source can be reached, and run again.",
        )
