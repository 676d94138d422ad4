"""What earlier runs of an output folder measured, to be used again where nothing has changed.

The runs are the store: what is deleted or set aside there is not seen any more.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from contract.base import TIMED_ALONE
from contract.drift import judge_blocks, readings_by_block
from contract.journal import read_journal, spared, taken_over
from contract.names import JOBS_FOLDER
from contract.result import Result
from orchestrator.store.cache_key import CacheKey
from orchestrator.store.store import RunStore


@dataclass(frozen=True)
class Measured:
    """A good result of an earlier run."""

    result: Result
    folder: Path
    """The job's, in that run."""

    @property
    def run_id(self) -> str:
        """Name of the folder of the run that measured it, which may have handed it on."""
        job_id = self.result.job.job_id
        handed_on = taken_over(read_journal(self.folder.parent.parent)).get(job_id)
        return handed_on.by_run if handed_on else self.folder.parent.parent.name


class EarlierRuns:
    """The runs of an output folder, newest first."""

    def __init__(self, output: Path, *, fresh: bool) -> None:
        """Look into `output`; `fresh`: see nothing there."""
        self._output = output
        self._fresh = fresh

    def __iter__(self) -> Iterator[RunStore]:
        folders = () if self._fresh or not self._output.is_dir() else self._output.iterdir()
        for folder in sorted(folders, reverse=True):
            if (folder / JOBS_FOLDER).is_dir() and not folder.is_symlink():
                yield RunStore(folder)

    def measured(self, own: RunStore | None, keys: Mapping[str, CacheKey]) -> dict[str, Measured]:
        """Return the results of several jobs, by id, as one earlier run has all of them.

        Jobs that are to be compared stay together: none where no single run has them all, but for
        those that it chose not to do. Where the run `own` has one of them already, the others are
        those that were measured with it.
        """
        for run in self:
            if own is None or run.folder != own.folder:
                asked = keys.keys() - _spared(run.folder)
                found = {i: _measured(run, own, i, keys[i]) for i in asked}
                whole = {i: measured for i, measured in found.items() if measured is not None}
                if whole and len(whole) == len(asked):
                    return whole
        return {}


def _measured(run: RunStore, own: RunStore | None, job_id: str, key: CacheKey) -> Measured | None:
    """Return the result of a job in an earlier run; None where it cannot be taken over."""
    if run.read_key(job_id) != key:
        return None
    result = run.read_result(job_id)
    if result is None or not result.is_ok or result.disturbed_because:
        return None
    if result.job.task in TIMED_ALONE and result.job.repeat in _drifted(run.folder):
        return None
    mine = own.read_result(job_id) if own else None
    if own and mine and not own.why_not_reusable(mine, key) and mine.started != result.started:
        return None
    return Measured(result, run.job_folder(job_id))


@cache
def _spared(folder: Path) -> frozenset[str]:
    """Return the jobs, by id, that a run chose not to do."""
    return frozenset(spared(read_journal(folder)))


@cache
def _drifted(folder: Path) -> frozenset[int]:
    """Return the blocks of a run in which the machine changed."""
    drifts = judge_blocks(readings_by_block(read_journal(folder)))
    return frozenset(drift.block for drift in drifts if drift.drifted)
