"""From studies to jobs, in the order in which they run."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from contract.base import Device, ProfileName, Task
from contract.job import JobSpec, Limits
from contract.study import Scale, Study, Workload


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

    def scale(self, study: Study) -> Scale:
        """Return how much of a study the profile runs."""
        scale = study.profiles[self.profile]
        return scale.model_copy(update={"repeats": self.repeats}) if self.repeats else scale


def plan_jobs(
    request: Request, limits: Limits, data_dir: str, tasks: Sequence[Task]
) -> list[JobSpec]:
    """Return the jobs in order: first the gate for every contender, then blocks.

    A block is one repeat of every contender on every workload, in an order shuffled by the seed and
    the block: run one after the other, all of A and then all of B, a machine that slows down would
    look like a slow B (Kalibera & Jones 2013, section 4).
    """
    jobs: list[JobSpec] = []
    if "verify" in tasks:
        jobs += _block(request, limits, data_dir, 1, ("verify",))
    measured = tuple(task for task in tasks if task != "verify")
    blocks = max(request.scale(study).repeats for study in request.studies)
    for repeat in range(1, blocks + 1):
        if measured:
            jobs += _block(request, limits, data_dir, repeat, measured)
    return jobs


def _block(
    request: Request, limits: Limits, data_dir: str, repeat: int, tasks: tuple[Task, ...]
) -> Iterator[JobSpec]:
    rows = [
        (study, workload, contender)
        for study in request.studies
        for workload in study.workloads
        for contender in request.contenders
        if repeat <= request.scale(study).repeats
    ]
    random.Random(f"{request.seed}.{repeat}").shuffle(rows)
    for study, workload, contender in rows:
        for task in tasks:
            yield _job(request, limits, data_dir, repeat, task, study, workload, contender)


def _job(
    request: Request,
    limits: Limits,
    data_dir: str,
    repeat: int,
    task: Task,
    study: Study,
    workload: Workload,
    contender: str,
) -> JobSpec:
    scale = request.scale(study)
    return JobSpec(
        study=study.id,
        workload=workload.id,
        contender=contender,
        protocol="matched",
        task=task,
        device=request.device,
        # Within a block all contenders share a seed; the next block draws other weights and orders.
        seed=request.seed + repeat - 1,
        repeat=repeat,
        dataset=workload.dataset,
        model=workload.model,
        training=workload.training,
        epochs=scale.epochs,
        train_samples=scale.train_samples,
        test_samples=scale.test_samples,
        predict_repeats=scale.predict_repeats,
        limits=limits.model_copy(update={"timeout_seconds": scale.timeout_seconds}),
        data_dir=data_dir,
    )
