"""The door of this room: a run's folder in, report files out."""

import shlex
from collections.abc import Callable, Sequence
from pathlib import Path

from report.compare.history import read_history
from report.document.document import write_report
from report.exporters.formats import DEFAULT_FORMATS, exporters
from report.exporters.missing_fonts import missing_fonts
from report.exporters.pdf import Paper
from report.exporters.print_job import without_garbage_collection
from report.exporters.workers import Workers
from report.run.load import load_run
from report.run.records import ReportError
from report.topics.statements.lines import verdict_lines


def build_report(
    run_dir: Path,
    formats: Sequence[str] = DEFAULT_FORMATS,
    paper: Paper = "A4",
    others: Sequence[Path] = (),
    tell: Callable[[str], None] = lambda _: None,
    notice: str = "",
    *,
    is_full: bool = False,
) -> list[Path]:
    """Write a file per format into a run's folder; return their paths.

    What became of the studies' statements is told first, a line a call; at last, which fonts are
    missing, if any are.

    Where others are given, the report is of the newest of all these runs, and stands in its folder;
    the statements of all are joined in it, and all of them together are its history. A `notice`
    stands on top of the HTML: how far a run has come that goes on. A full report has on paper what
    a screen unfolds.

    Raises:
        MissingLibraryError: no PDF can be made here; all other files are written.
        ReportError: a format is unknown, or no folder holds a run.
        OSError: a file cannot be written.
    """
    with without_garbage_collection(), Workers() as workers:
        is_illustrated = "figures" in formats
        known = exporters(
            workers, paper, is_illustrated=is_illustrated, is_full=is_full, notice=notice
        )
        unknown = sorted(set(formats) - set(known))
        if unknown:
            raise ReportError(f"no format {', '.join(unknown)}; choose from {', '.join(known)}")
        if others:
            among = read_history([run_dir, *others])
            run_dir, run = among.folders[-1], among.runs[-1]
            report = write_report(run, among)
        else:
            report = write_report(load_run(run_dir))
        judged = [found for chapter in report.chapters for found in chapter.judged]
        shows_all = f"plumbline report {shlex.quote(str(run_dir))} --open"
        for sentence in (*report.verdicts_in_words, *verdict_lines(judged, shows_all)):
            tell(sentence)
        paths = {name: run_dir / known[name].file_name for name in known if name in formats}
        for name, path in paths.items():
            known[name].write(report, path)
    if wanted := missing_fonts(workers.missing_characters):
        tell(wanted)
    return [paths[name] for name in dict.fromkeys(formats)]
