"""An output folder: who works in it, one orchestrator at a time, and which run is its newest.

`latest`, a link beside the runs, leads to that one.
"""

import os
import platform
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

from filelock import FileLock, Timeout
from pydantic import AwareDatetime, PositiveInt, StringConstraints

from contract.base import Record
from contract.names import LATEST_NAME, RUN_NAME
from contract.run import RunRecord
from contract.untrusted import UntrustedError, read_record
from orchestrator.errors import PlumblineError
from orchestrator.store.files import free_name, why_unreadable, write_atomically
from orchestrator.store.journal import now
from orchestrator.store.store import RunStore

_OWNER_NAME = ".orchestrator.json"
_LOCK_NAME = ".lock"

Say = Callable[[str], None]
OutputId = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{32}$")]


class Owner(Record):
    """An orchestrator, at work or gone."""

    output_id: OutputId
    """Of the output folder, the same for all that ever work in it: every process and container
    carries it, so that what an orchestrator left behind can be found and ended."""
    pid: PositiveInt
    host: str
    since: AwareDatetime

    def __str__(self) -> str:
        return f"process {self.pid} on {self.host}, since {self.since:%Y-%m-%d %H:%M:%S %Z}"


@contextmanager
def own(output: Path) -> Iterator[Owner]:
    """Keep every other orchestrator out of an output folder; make it where there is none.

    The kernel releases the lock when its holder dies, whatever the cause.

    Raises:
        PlumblineError: another orchestrator is at work there, or it cannot be written.
    """
    lock = FileLock(output / _LOCK_NAME)
    try:
        output.mkdir(parents=True, exist_ok=True)
        lock.acquire(timeout=0)
    except Timeout as error:
        raise PlumblineError(
            f"another plumbline is at work in {output}: {_owner(output) or 'not known which'}",
            "wait for it, or choose another folder with --output",
        ) from error
    except (OSError, NotImplementedError) as error:
        raise PlumblineError(
            f"{output} cannot be written and locked: {error}", "choose a folder with --output"
        ) from error
    with lock:
        previous = _owner(output)
        owner = Owner(
            output_id=previous.output_id if previous else uuid.uuid4().hex,
            pid=os.getpid(),
            host=platform.node(),
            since=now(),
        )
        write_atomically(output / _OWNER_NAME, owner.model_dump_json() + "\n")
        yield owner


def _owner(output: Path) -> Owner | None:
    try:
        return read_record(output / _OWNER_NAME, Owner)
    except UntrustedError:
        return None


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
    if problem := why_unreadable(path, lambda path: read_record(path, RunRecord)):
        reason = problem
    elif not path.exists():
        reason = f"there is no {RUN_NAME}"
    else:
        reason = store.misplaced()
    if reason:
        kept = "it is kept, and " if store.folder.exists() else ""
        say(f"{store.folder} cannot be resumed: {reason}; {kept}a new run begins")
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
