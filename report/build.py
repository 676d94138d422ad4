"""The door of this room: a run's folder in, report files out."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from report.document import write_report
from report.exporters import EXPORTERS
from report.load import load_run
from report.records import ReportError


def build_report(run_dir: Path, formats: Sequence[str] = ("html", "pdf")) -> list[Path]:
    """Write `report.<format>` into a run's folder, one file per format.

    Raises:
        ReportError: a format is unknown, or the folder holds no run.
    """
    unknown = sorted(set(formats) - set(EXPORTERS))
    if unknown:
        raise ReportError(f"no format {', '.join(unknown)}; choose from {', '.join(EXPORTERS)}")
    report = write_report(load_run(run_dir))
    paths = []
    for name in dict.fromkeys(formats):
        path = run_dir / f"report.{name}"
        EXPORTERS[name].write(report, path)
        paths.append(path)
    return paths
