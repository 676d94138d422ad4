"""Who works in an output folder: one orchestrator at a time, and the next one knows which."""

from __future__ import annotations

import os
import platform
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timezone
from pathlib import Path
from typing import Annotated

from filelock import FileLock, Timeout
from pydantic import AwareDatetime, PositiveInt, StringConstraints

from contract.base import Record
from contract.untrusted import UntrustedError, read_record
from orchestrator.errors import PlumblineError
from orchestrator.store.files import write_atomically

_OWNER_NAME = ".orchestrator.json"
_LOCK_NAME = ".lock"

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
            since=datetime.now(timezone.utc),
        )
        write_atomically(output / _OWNER_NAME, owner.model_dump_json() + "\n")
        yield owner


def _owner(output: Path) -> Owner | None:
    try:
        return read_record(output / _OWNER_NAME, Owner)
    except UntrustedError:
        return None
