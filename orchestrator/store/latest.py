"""Which run of an output folder is the newest: `latest`, a link beside the runs, leads to it."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

from contract.names import LATEST_NAME, RUN_NAME
from contract.run import RunRecord
from contract.untrusted import read_record
from orchestrator.store.files import free_name, why_unreadable
from orchestrator.store.store import RunStore

Say = Callable[[str], None]


def latest_run(output: Path, say: Say) -> tuple[RunStore, RunRecord] | None:
    """Return the newest run below `output`; None where there is none that could be resumed.

    Where there is one that cannot be, a line says why, and it stays as it is.
    """
    link = output / LATEST_NAME
    _make_a_link(link, say)
    if not link.is_symlink():
        return None
    store = RunStore(Path(os.path.realpath(link)))
    path = store.folder / RUN_NAME
    problem = why_unreadable(path, lambda path: read_record(path, RunRecord))
    if problem or not path.exists():
        reason = problem or f"there is no {RUN_NAME}"
        say(f"{store.folder} cannot be resumed: {reason}; it is kept, and a new run begins")
        return None
    return store, read_record(path, RunRecord)


def point_latest_to(store: RunStore, say: Say) -> None:
    """Let `latest`, beside a run, lead to it."""
    link = store.folder.parent / LATEST_NAME
    _make_a_link(link, say)
    temporary = link.with_name(f".{LATEST_NAME}.part")
    temporary.unlink(missing_ok=True)
    temporary.symlink_to(store.folder.name, target_is_directory=True)
    temporary.replace(link)


def _make_a_link(link: Path, say: Say) -> None:
    """Give a file or a folder in the link's place another name, and let the link lead there."""
    if os.path.lexists(link) and not link.is_symlink():
        kept = link.rename(free_name(link))
        link.symlink_to(kept.name, target_is_directory=True)
        say(f"{link} was not a link to a run: it is now {kept.name}, and {link.name} leads there")
