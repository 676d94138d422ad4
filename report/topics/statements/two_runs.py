"""Statements that hold one device against another, where one run measured the one, one the other.

Two machines are not compared: only runs of one machine, under the same conditions.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from contract.base import Device
from contract.study import Study
from report.run.conditions import differing_between_runs
from report.run.machine import (
    are_two_machines,
    differing_hardware,
    machine_ids,
    machine_in_words,
)
from report.run.measurements import Measurements
from report.run.records import Job, Run
from report.topics.statements.judged import JudgedReading, JudgedStatement
from report.topics.statements.ledger import Ledger
from report.topics.statements.verdicts import Judgement
from report.vocabulary.numbers import listed
from report.vocabulary.presentation import Style

_REMEDY = "measure both in one run: `--device cpu,cuda`"


def judge_devices_of_two_runs(
    judged: JudgedStatement,
    device: Device,
    runs: Sequence[Run],
    study: Study,
    styles: Mapping[str, Style],
) -> tuple[JudgedReading, ...]:
    """Return a statement's readings on a device, judged by the newest run of each device.

    Where these cannot be held against each other, the readings are untestable for that reason.
    Nothing is returned where no two runs have the devices.

    Args:
        judged: The statement as a single run has it; what it compares there is missing.
        device: The one that it is judged on.
        runs: All that have the statement, the newest first.
        study: The statement's.
        styles: Of all contenders of the runs.
    """
    cpu, gpu = _newest(runs, "cpu"), _newest(runs, "cuda")
    if cpu is None or gpu is None or cpu is gpu:
        return ()
    readings, names = judged.on(device), (cpu.name, gpu.name)
    if why := _why_not(readings[0], cpu, gpu):
        untestable = Judgement("not testable here", reasons=(why,), lacks="measurement")
        return tuple(
            replace(one, judgements=dict.fromkeys(one.judgements, untestable), runs=names)
            for one in readings
        )
    both = replace(gpu, jobs=(*_jobs(cpu, "cpu"), *_jobs(gpu, "cuda")))
    ledger = Ledger(both, study, Measurements(both), styles).judged()
    (found,) = (one for one in ledger if one.statement == judged.statement)
    told = f"the CPU was measured by run {cpu.name}, the GPU by run {gpu.name}, on one machine"
    return tuple(replace(one.remarked(told), runs=names) for one in found.on(device))


def _newest(runs: Sequence[Run], device: Device) -> Run | None:
    return next((run for run in runs if device in run.devices), None)


def _jobs(run: Run, device: Device) -> Iterator[Job]:
    return (job for job in run.jobs if job.identity.device == device)


def _why_not(reading: JudgedReading, cpu: Run, gpu: Run) -> str:
    """Say why two runs cannot be held against each other; empty where they can."""
    jobs = cpu.jobs, gpu.jobs
    if differing_hardware(*jobs) or are_two_machines(*jobs):
        of_cpu, of_gpu = (f"run {run.name} on {machine_in_words(run.jobs)}" for run in (cpu, gpu))
        return (
            f"the CPU was measured by {of_cpu}, the GPU by {of_gpu}: two machines are not compared "
            f"with each other; {_REMEDY}"
        )
    if not all(map(machine_ids, jobs)):
        return f"nothing tells whether runs {cpu.name} and {gpu.name} are of one machine; {_REMEDY}"
    labels = dict.fromkeys(_differing(reading, cpu, gpu))
    if labels:
        return (
            f"runs {cpu.name} and {gpu.name} differ in {listed([one.lower() for one in labels])}; "
            f"{_REMEDY}"
        )
    return ""


def _differing(reading: JudgedReading, cpu: Run, gpu: Run) -> Iterator[str]:
    """Yield the conditions that were not the same, of what a reading compares.

    A job that ended well had memory enough.
    """
    comparisons = reading.reading.comparisons(reading.device)
    sides = {(side.workload, side.task) for one in comparisons for side in one.quantities}
    jobs = [job for job in (*_jobs(cpu, "cpu"), *_jobs(gpu, "cuda")) if job.spec]
    for side in sorted(sides, key=str):
        specs = [
            job.spec
            for job in jobs
            if job.spec and (job.identity.workload, job.identity.task) == side
        ]
        yield from (found for found in differing_between_runs(specs) if found != "Memory limit")
