"""From studies to jobs, in the order in which they run."""

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import chain, filterfalse, groupby

from contract.base import TASKS, TIMED_ALONE, Device, Task
from contract.job import JobIdentity, JobSpec, Limits
from contract.numbers import MOST_SEED
from contract.statement import Asked
from orchestrator.errors import PlumblineError
from orchestrator.plan.request import Request, Row

FIRST_TURN_BLOCKS = 4
"""Of each workload, before whole trainings begin: fewer could not tell 20 ratios from 1, however
far apart they are (see `report.statistics.sequential`)."""
_AFTER_FIRST_BLOCK: tuple[Task, ...] = ("transfer", "mistakes", "sweep")
"""Done once: the weights that they need are those of the first block, and no verdict rests on a
time of theirs."""


def plan_jobs(
    request: Request, limits: Limits, data_dir: str, tasks: Sequence[Task]
) -> list[JobSpec]:
    """Return the jobs in order: gates and turns, then what is timed alone, in blocks.

    What settles most in the least time comes first: on each workload, its gates and its first
    blocks of turns; then of what is timed alone that on which statements rest. Everything else is
    done once, workload by workload, so that a budget leaves out whole ones. Then a block of turns
    of each workload, and again, for what is open still; last the other blocks of the rest.

    A block is one repeat of every contender on every workload and device under every protocol, in
    an order shuffled by the seed and the block; a block of turns is of one workload and device. Run
    one after the other, all of A and then all of B, a machine that slows down would look like a
    slow B (Kalibera & Jones 2013, section 4).

    Raises:
        PlumblineError: nothing is left to do, or there are fewer seeds than blocks.
    """
    jobs = list(_Planner(request, limits, data_dir, tasks).jobs())
    if not jobs:
        reasons = [f"{omitted.workload}: {omitted.reason}" for omitted in request.omissions()]
        raise PlumblineError(
            f"nothing to run; {'; '.join(reasons) or 'no workload has such a task'}",
            "choose another profile, other studies or other contenders",
        )
    return jobs


def source_of(job: JobSpec, contender: str) -> JobIdentity:
    """Return the job that trains the weights which a transfer takes from `contender`."""
    training = {"task": "train", "contender": contender, "protocol": "matched", "repeat": 1}
    return job.identity.model_copy(update=training)


@dataclass(frozen=True)
class _Planner:
    request: Request
    limits: Limits
    data_dir: str
    tasks: Sequence[Task]

    def jobs(self) -> Iterator[JobSpec]:
        asked = self.request.protocols
        rows = [row for protocol in asked for row in self.request.rows(protocol)]
        blocks = max((max(row.blocks, self._turn_blocks(row)) for row in rows), default=0)
        if (last_seed := self.request.seed + blocks - 1) > MOST_SEED:
            raise PlumblineError(
                f"the last of {blocks} blocks would have seed {last_seed}, and {MOST_SEED} is the "
                "largest that every contender takes",
                f"use --seed {MOST_SEED - blocks + 1} or less",
            )
        # The gate stands before both protocols: a contender that computes something else under
        # equal terms has nothing to say about its defaults.
        for _, gates in groupby(self.request.rows("matched"), key=_place):
            gated = self._shuffled(list(gates), 1)
            yield from self._each(gated, 1, ("verify",))
            of_these = [row for row in rows if _place(row) == _place(gated[0])]
            for repeat in range(1, 1 + FIRST_TURN_BLOCKS):
                yield from self._turns(of_these, repeat)
        alone = [list(self._timed_alone(rows, repeat)) for repeat in range(1, 1 + blocks)]
        for block in alone:
            yield from filter(self._settles, block)
        first, *others = [list(filterfalse(self._settles, block)) for block in alone] or [[]]
        once = list(self._each([row for row in rows if row.blocks], 1, _AFTER_FIRST_BLOCK))
        places = list(dict.fromkeys(map(_place, rows)))
        yield from sorted((*first, *once), key=lambda job: places.index(_place_of(job)))
        for repeat in range(1 + FIRST_TURN_BLOCKS, 1 + blocks):
            for _, of_one in groupby(rows, key=_place):
                yield from self._turns(list(of_one), repeat)
        yield from chain.from_iterable(others)

    def _timed_alone(self, rows: Sequence[Row], repeat: int) -> Iterator[JobSpec]:
        block = [row for row in rows if repeat <= row.blocks]
        yield from self._each(self._shuffled(block, repeat), repeat, TIMED_ALONE)

    def _settles(self, job: JobSpec) -> bool:
        """Tell whether the verdict of a statement rests on a job that is timed alone."""
        asked = Asked(job.workload, job.contender, job.device, job.protocol, job.task)
        return asked in self._asked

    @cached_property
    def _asked(self) -> set[Asked]:
        return {
            found
            for study in self.request.studies
            for device in self.request.devices
            for found in study.asked(device, self.request.profile)
        }

    def _turn_blocks(self, row: Row) -> int:
        if "turns" not in self.tasks:
            return 0
        return row.turn_blocks(self.request.profile)

    def _turns(self, rows: Sequence[Row], repeat: int) -> Iterator[JobSpec]:
        """Yield the jobs of one place that take turns: all of them are alive at once."""
        taking_part = [row for row in rows if repeat <= self._turn_blocks(row)]
        yield from self._each(self._shuffled(taking_part, repeat), repeat, ("turns",))

    def _shuffled(self, rows: Sequence[Row], repeat: int) -> list[Row]:
        shuffled = list(rows)
        random.Random(f"{self.request.seed}.{repeat}").shuffle(shuffled)
        return shuffled

    def _each(self, rows: Sequence[Row], repeat: int, tasks: tuple[Task, ...]) -> Iterator[JobSpec]:
        for row in rows:
            for task in tasks:
                # A sweep takes long, and says something beside the paper's own alone.
                asked = task != "sweep" or row.contender in row.study.contenders
                offered = task in TASKS[row.protocol] and task in row.workload.tasks
                if asked and offered and task in self.tasks:
                    yield self._job(row, repeat, task)

    def _job(self, row: Row, repeat: int, task: Task) -> JobSpec:
        scale, workload = row.scale, row.workload
        sources = self.request.contenders_of(workload) if task == "transfer" else ()
        swept = scale.sweep_epochs if task == "sweep" else None
        return JobSpec(
            study=row.study.id,
            workload=workload.id,
            contender=row.contender,
            protocol=row.protocol,
            task=task,
            device=row.device,
            # A block's contenders share a seed; the next block draws other weights and orders.
            seed=self.request.seed + repeat - 1,
            repeat=repeat,
            dataset=workload.dataset,
            model=workload.model,
            training=workload.training,
            epochs=swept or scale.epochs,
            train_samples=scale.train_samples,
            test_samples=scale.test_samples,
            predict_repeats=scale.predict_repeats,
            latency_seconds=scale.latency_seconds,
            rows=scale.rows if task == "score" else None,
            turn_rounds=scale.turn_rounds if task == "turns" else None,
            limits=self.limits.model_copy(update={"timeout_seconds": scale.timeout_seconds}),
            transfer_from=sources,
            data_dir=self.data_dir,
        )


def _place(row: Row) -> tuple[str, str, Device]:
    return row.study.id, row.workload.id, row.device


def _place_of(job: JobSpec) -> tuple[str, str, Device]:
    return job.study, job.workload, job.device
