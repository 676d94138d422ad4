"""Sets aside what no longer counts: it is kept, with the reason, where nothing reads it."""

from collections.abc import Callable, Iterable

from contract.base import TIMED_TASKS
from contract.drift import judge_blocks, readings_by_block
from contract.job import JobSpec
from contract.journal import SetAside
from contract.names import ASIDE_FOLDER
from orchestrator.run import weights
from orchestrator.store.journal import now
from orchestrator.store.store import RunStore

_DRIFT = "the machine changed meanwhile"


def put_aside(store: RunStore, job: JobSpec, because: str) -> str:
    """Move a job's files aside, without its weights; return their place from the run's folder."""
    folder = store.set_aside(store.job_folder(job.job_id))
    if folder.is_dir():
        weights.discard(folder)
    place = folder.relative_to(store.folder).as_posix()
    store.journal.add(
        SetAside(time=now(), job_id=job.job_id, block=job.repeat, because=because, place=place)
    )
    return place


def put_drifted_aside(store: RunStore, jobs: Iterable[JobSpec], say: Callable[[str], None]) -> None:
    """Set aside what was measured in blocks in which the machine changed: they run again."""
    drifts = judge_blocks(readings_by_block(store.journal.entries()))
    drifted = [drift.block for drift in drifts if drift.drifted]
    for job in jobs:
        measured = job.task in TIMED_TASKS and store.has_measured(job)
        if measured and job.repeat in drifted:
            put_aside(store, job, _DRIFT)
    for block in drifted:
        store.journal.add(SetAside(time=now(), block=block, because=_DRIFT))
        say(f"block {block} runs again: {_DRIFT}; its earlier results are kept in {ASIDE_FOLDER}/")
    if not drifted:
        say("no block drifted: none runs again")
