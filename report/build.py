"""The door of this room: a run's folder in, report files out."""

from __future__ import annotations

import gc
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path

from report.document.document import Report, write_report
from report.exporters import DEFAULT_FORMATS, exporters
from report.exporters.base import Exporter
from report.exporters.pdf import Paper, PdfExporter
from report.exporters.press import Press
from report.run.load import load_run
from report.run.records import ReportError


def build_report(
    run_dir: Path, formats: Sequence[str] = DEFAULT_FORMATS, paper: Paper = "A4"
) -> list[Path]:
    """Write a file per format into a run's folder; return their paths.

    Raises:
        ReportError: a format is unknown, or the folder holds no run.
    """
    known = exporters(paper, is_illustrated="figures" in formats)
    unknown = sorted(set(formats) - set(known))
    if unknown:
        raise ReportError(f"no format {', '.join(unknown)}; choose from {', '.join(known)}")
    chosen = {known[name]: run_dir / known[name].file_name for name in formats}
    with ExitStack() as stack:
        stack.enter_context(_no_search_for_garbage())
        prints = any(isinstance(exporter, PdfExporter) for exporter in chosen)
        press = stack.enter_context(Press()) if prints else None
        _write(write_report(load_run(run_dir)), chosen, press)
    return list(chosen.values())


def _write(report: Report, chosen: Mapping[Exporter, Path], press: Press | None) -> None:
    """Print in a process beside this one, which writes everything else meanwhile."""
    for exporter, path in chosen.items():
        if press is not None and isinstance(exporter, PdfExporter):
            press.print(exporter.order(report), path)
    for exporter, path in chosen.items():
        if not isinstance(exporter, PdfExporter):
            exporter.write(report, path)
    if press is not None:
        press.wait()


@contextmanager
def _no_search_for_garbage() -> Iterator[None]:
    """Leave cycles alone: a report makes few, and looking for them takes a third of its time."""
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()
