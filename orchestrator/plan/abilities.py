"""What a contender is not asked for, because it exceeds its abilities."""

import math
import platform
from collections import defaultdict
from collections.abc import Iterable, Mapping
from pathlib import Path

from contract.base import Device, Task
from contract.contender import ContenderInfo
from contract.job import JobSpec
from contract.layers import all_layers
from contract.result import Failure
from data.catalog import read_catalog

_COMPARED: tuple[Task, ...] = ("train", "predict", "transfer", "score", "turns")
_BACKWARD = 2
"""A backward pass costs two forward ones: gradients with respect to inputs, and to weights."""

Gate = tuple[str, str, str, Device]
"""Study, workload, contender and device that a gate stands for."""


def exceeds_abilities(
    contenders: Mapping[str, tuple[ContenderInfo, Path]], jobs: Iterable[JobSpec]
) -> dict[str, Failure]:
    """Return, by id, the jobs that exceed the abilities of their contender, and why.

    A gate is left out where all that is compared behind it is.
    """
    jobs = list(jobs)
    obstacles = {job.job_id: _obstacle(contenders[job.contender][0], job) for job in jobs}
    found = {job_id: failure for job_id, failure in obstacles.items() if failure is not None}
    behind: dict[Gate, list[Failure | None]] = defaultdict(list)
    for job in jobs:
        if job.task in _COMPARED:
            behind[gate_of(job)].append(obstacles[job.job_id])
    for job in jobs:
        reasons = behind[gate_of(job)]
        if job.task == "verify" and reasons and (reason := reasons[0]) and all(reasons):
            found[job.job_id] = reason
    return found


def wrong_machine(info: ContenderInfo) -> Failure | None:
    """Return why a contender cannot run on this machine's processor; None where it can."""
    machines, machine = info.abilities.machines, platform.machine()
    if not machines or machine in machines:
        return None
    only = " and ".join(machines)
    return Failure(
        cause=f"{info.title} runs on {only} alone, and this machine is {machine}",
        remedy=f"run it on {only}",
    )


def gate_of(job: JobSpec) -> Gate:
    """Return the gate that a job stands behind, or is."""
    return job.study, job.workload, job.contender, job.device


def multiply_adds(job: JobSpec) -> int:
    """Return about how many multiply-adds a job takes; the gate's are few, and not counted."""
    dataset = read_catalog()[job.dataset]
    train = job.train_samples or dataset.samples("train")
    test = job.test_samples or dataset.samples("test")
    samples = {
        "train": job.epochs * ((1 + _BACKWARD) * train + test),
        "sweep": math.comb(job.epochs + 1, 2) * ((1 + _BACKWARD) * train + test),
        "predict": job.predict_samples * job.predict_repeats,
        "transfer": test * len(job.transfer_from),
        "score": (job.rows or 0) * (1 + job.predict_repeats),
        # As few as they can be: of fast ones a turn has many, but it takes no longer for that.
        "turns": (job.turn_rounds or 0)
        * ((1 + _BACKWARD) * job.training.batch_size + job.predict_samples + 1),
    }
    return job.model.multiply_adds * samples.get(job.task, 0)


def _obstacle(info: ContenderInfo, job: JobSpec) -> Failure | None:
    if failure := wrong_machine(info):
        return failure
    if job.device not in info.abilities.devices:
        only = " and ".join(info.abilities.devices)
        return Failure(
            cause=f"exceeds the abilities of {info.title}: it computes on {only} alone",
            remedy=f"compare it with others on {only}",
        )
    most, asked = info.abilities.most_multiply_adds, multiply_adds(job)
    needed = {layer.type for layer in all_layers(job.model.layers)}
    if missing := sorted(needed - set(info.abilities.layers)):
        reason = f"it has no {' and no '.join(missing)}"
    elif most is not None and asked > most:
        because = info.abilities.because
        reason = f"the job is {asked:.1e} multiply-adds, its limit is {most:.0e}: {because}"
    else:
        return None
    return Failure(
        cause=f"exceeds the abilities of {info.title}: {reason}",
        remedy=f"choose a smaller profile, or see `abilities` in the contender.toml of {info.name}",
    )
