"""Sets aside what no longer counts: it is kept, with the reason, where nothing reads it."""

from collections.abc import Callable, Iterable

from contract.base import TIMED_ALONE, TIMED_TASKS
from contract.drift import judge_blocks, readings_by_block
from contract.job import JobSpec
from contract.journal import SetAside
from contract.names import ASIDE_FOLDER
from contract.words import counted
from orchestrator.run import weights
from orchestrator.store.journal import now
from orchestrator.store.store import RunStore

_DRIFT = "the machine changed meanwhile"


def put_aside(store: RunStore, job: JobSpec, because: str, *, disturbed: bool = False) -> str:
    """Move a job's files aside, without its weights; return their place from the run's folder."""
    folder = store.set_aside(store.job_folder(job.job_id))
    if folder.is_dir():
        weights.discard(folder)
    place = folder.relative_to(store.folder).as_posix()
    store.journal.add(
        SetAside(
            time=now(),
            job_id=job.job_id,
            block=job.repeat,
            because=because,
            disturbed=disturbed,
            place=place,
        )
    )
    return place


def put_aside_disturbed(store: RunStore, job: JobSpec, because: str) -> str:
    """Move aside what others disturbed, so that it is measured again; return its place."""
    return put_aside(store, job, f"disturbed: {because}", disturbed=True)


def put_drifted_aside(store: RunStore, jobs: Iterable[JobSpec], say: Callable[[str], None]) -> None:
    """Set aside what was measured while the machine changed or others disturbed: it runs again."""
    drifts = judge_blocks(readings_by_block(store.journal.entries()))
    drifted = [drift.block for drift in drifts if drift.drifted]
    disturbed = 0
    for job in jobs:
        result = store.read_result(job.job_id) if job.task in TIMED_TASKS else None
        if result is None or not result.is_ok:
            continue
        if job.repeat in drifted and job.task in TIMED_ALONE:
            put_aside(store, job, _DRIFT)
        elif because := result.disturbed_because:
            put_aside_disturbed(store, job, because)
            disturbed += 1
    for block in drifted:
        store.journal.add(SetAside(time=now(), block=block, because=_DRIFT))
        say(f"block {block} runs again: {_DRIFT}; its earlier results are kept in {ASIDE_FOLDER}/")
    if disturbed:
        kept = f"the earlier results are kept in {ASIDE_FOLDER}/"
        say(f"measured again, for others disturbed it: {counted(disturbed, 'job')}; {kept}")
    if not drifted and not disturbed:
        say("no block drifted and no job was disturbed: none runs again")
