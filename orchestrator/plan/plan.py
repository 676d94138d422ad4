"""From studies to jobs, in the order in which they run."""

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

from contract.base import TASKS, TIMED_ALONE, Device, ProfileName, Protocol, Task
from contract.job import JobIdentity, JobSpec, Limits
from contract.numbers import MOST_SEED
from contract.profile_scale import ProfileScale
from contract.study import Study, Workload
from orchestrator.errors import PlumblineError

FIRST_TURN_BLOCKS = 5
"""Of each workload, before whole trainings begin: fewer could not tell 20 ratios from 1, however
far apart they are (see `report.statistics.sequential`)."""
_AFTER_FIRST_BLOCK: tuple[Task, ...] = ("transfer", "mistakes", "sweep")
"""Done once: the weights that they need are those of the first block, and no verdict rests on a
time of theirs."""


@dataclass(frozen=True)
class Omission:
    """A workload that is not run, and why."""

    study: str
    workload: str
    reason: str


@dataclass(frozen=True)
class Row:
    """One contender on one workload under one protocol."""

    study: Study
    workload: Workload
    scale: ProfileScale
    contender: str
    protocol: Protocol

    @property
    def blocks(self) -> int:
        """Return how many blocks it is measured in: the first ones."""
        most = self.scale.repeats if self.protocol == "matched" else self.scale.published_repeats
        if self.contender in self.study.contenders:
            return most
        return min(most, self.scale.other_repeats)

    def turn_blocks(self, device: Device) -> int:
        """Return how many blocks of turns it takes part in: the first ones.

        In the first one, for everybody to see; in more only where a statement rests on it, or none
        rests on any turns of the workload.
        """
        if self.protocol != "matched" or "turns" not in self.workload.tasks:
            return 0
        asked = self.study.asked_by_turns(self.workload.id, device)
        if asked and self.contender not in asked:
            return min(1, self.scale.turn_blocks)
        return self.scale.turn_blocks


@dataclass(frozen=True)
class Request:
    """What the user asked for."""

    studies: tuple[Study, ...]
    profile: ProfileName
    contenders: tuple[str, ...]
    device: Device
    seed: int
    repeats: int | None
    """Number of blocks; None: the profile's."""
    protocols: tuple[Protocol, ...]

    def scale(self, study: Study, workload: Workload) -> ProfileScale | None:
        """Return how much of a workload is run; None: the profile omits it."""
        scale = study.scale(self.profile, workload.id)
        if scale is None:
            return None
        repeats = self.repeats or scale.repeats
        published = min(repeats, scale.published_repeats)
        changed = {"repeats": repeats, "published_repeats": published}
        if self.repeats and scale.turn_blocks:
            changed["turn_blocks"] = self.repeats
        return scale.model_copy(update=changed)

    def contenders_of(self, workload: Workload) -> tuple[str, ...]:
        """Return those asked for that run a workload."""
        admitted = workload.contenders or self.contenders
        return tuple(name for name in self.contenders if name in admitted)

    def asked_by_turns(self) -> set[str]:
        """Return the workloads on whose turns the verdict of some statement rests."""
        return {
            workload.id
            for study in self.studies
            for workload in study.workloads
            if study.asked_by_turns(workload.id, self.device)
        }

    def rows(self, protocol: Protocol) -> list[Row]:
        """Return all that is run under a protocol, by study, workload and contender."""
        return [
            Row(study, workload, scale, contender, protocol)
            for study in self.studies
            for workload in study.workloads
            if (scale := self.scale(study, workload)) is not None
            for contender in self.contenders_of(workload)
        ]

    def omissions(self) -> list[Omission]:
        """Return the workloads that are not run."""
        found = []
        for study in self.studies:
            for workload in study.workloads:
                if self.scale(study, workload) is None:
                    reason = workload.scales[self.profile].omitted_because
                    found.append(Omission(study.id, workload.id, reason))
                elif not self.contenders_of(workload):
                    reason = f"only for {', '.join(workload.contenders)}, which is not selected"
                    found.append(Omission(study.id, workload.id, reason))
        return found


def plan_jobs(
    request: Request, limits: Limits, data_dir: str, tasks: Sequence[Task]
) -> list[JobSpec]:
    """Return the jobs in order: gates, turns, blocks of what is timed alone, more turns.

    Turns come first, for they settle most in the least time: on each workload, its gates and its
    first blocks of turns. Then all that is timed alone, in blocks: a block is one repeat of every
    contender on every workload under every protocol, in an order shuffled by the seed and the
    block. Run one after the other, all of A and then all of B, a machine that slows down would look
    like a slow B (Kalibera & Jones 2013, section 4). What is done once follows the first block.
    Last, a block of turns of each workload, and again, for what is open still.

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
        for _, gates in groupby(self.request.rows("matched"), key=_workload):
            gated = self._shuffled(list(gates), 1)
            yield from self._each(gated, 1, ("verify",))
            of_these = [row for row in rows if _workload(row) == _workload(gated[0])]
            for repeat in range(1, 1 + FIRST_TURN_BLOCKS):
                yield from self._turns(of_these, repeat)
        for repeat in range(1, 1 + blocks):
            block = [row for row in rows if repeat <= row.blocks]
            yield from self._each(self._shuffled(block, repeat), repeat, TIMED_ALONE)
            if repeat == 1:
                once = [row for row in rows if row.blocks]
                yield from self._each(once, 1, _AFTER_FIRST_BLOCK)
        for repeat in range(1 + FIRST_TURN_BLOCKS, 1 + blocks):
            for _, of_one in groupby(rows, key=_workload):
                yield from self._turns(list(of_one), repeat)

    def _turn_blocks(self, row: Row) -> int:
        return row.turn_blocks(self.request.device) if "turns" in self.tasks else 0

    def _turns(self, rows: Sequence[Row], repeat: int) -> Iterator[JobSpec]:
        """Yield the jobs of one workload that take turns: all of them are alive at once."""
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
            device=self.request.device,
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


def _workload(row: Row) -> tuple[str, str]:
    return row.study.id, row.workload.id
