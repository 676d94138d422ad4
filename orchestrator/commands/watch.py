"""`plumbline report --watch`: the page of a run that another process, or machine, carries out."""

import time
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from contract.names import JOURNAL_NAME, RUN_NAME
from contract.run import RunRecord
from contract.untrusted import UntrustedError, read_record
from orchestrator.commands.live_page import Pace
from orchestrator.errors import PlumblineError
from orchestrator.run.so_far import not_finished

_PAUSE_SECONDS = 2.0


def watch(run_dir: Path, write: Callable[[str], None]) -> None:
    """Write a run's page whenever its journal has grown; return when the run is finished.

    It is not written again before it was long enough ago: the run may be on this machine.

    Args:
        run_dir: The run's folder.
        write: Writes the page with what it is given on top.

    Raises:
        PlumblineError: there is no run, or nothing tells when it ends.
    """
    pace, shown = Pace(), -1
    while not _is_finished(run_dir):
        size = _journal_bytes(run_dir)
        if size != shown and pace.is_due:
            with pace.writing():
                write(not_finished(datetime.now().astimezone()))
            shown = size
        time.sleep(_PAUSE_SECONDS)


def _is_finished(run_dir: Path) -> bool:
    try:
        return read_record(run_dir / RUN_NAME, RunRecord).finished is not None
    except UntrustedError as error:
        raise PlumblineError(
            f"{run_dir / RUN_NAME} cannot be used ({error}), so nothing tells when the run ends",
            "give the folder of a run, or leave --watch out",
        ) from error


def _journal_bytes(run_dir: Path) -> int:
    """Return the size of the journal; 0 where there is none yet."""
    path = run_dir / JOURNAL_NAME
    return path.stat().st_size if path.is_file() else 0
