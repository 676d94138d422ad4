"""Warnings about contenders that did not prove to compute the study's network."""

from collections.abc import Iterator, Mapping
from dataclasses import replace

from contract.base import TIMED_TASKS, Device
from contract.evidence import Equivalence
from contract.words import counted
from report.document.warnings.reader_warning import ReaderWarning
from report.run.agreement import LARGEST_LOSS_DIFFERENCE, BlockLosses
from report.run.evidence import failure_of
from report.run.measurements import Measurements, Setting, setting_of
from report.run.records import Run
from report.vocabulary.numbers import listed, percent
from report.vocabulary.presentation import DEVICE_TITLES, Style

_Failed = dict[str, dict[str, list[Equivalence]]]
"""Proofs by contender and workload."""
_Unproven = dict[str, list[str]]
"""Workloads by contender."""


def without_passed_gate(run: Run, styles: Mapping[str, Style]) -> Iterator[ReaderWarning]:
    """Warn of every contender that failed the equivalence gate, or never went through it."""
    failed, unproven = _without_proof(run, styles)
    for name, by_workload in failed.items():
        first = failure_of([proof for proofs in by_workload.values() for proof in proofs])
        failures = [f"In {where}, {failure_of(found)}." for where, found in by_workload.items()]
        yield ReaderWarning(
            "serious",
            f"{name} failed the equivalence gate: {first.clause}",
            f"{' '.join(failures)} It wins nothing there.",
            "See the equivalence table for every check and the size of its error.",
        )
    for name, workloads in unproven.items():
        yield ReaderWarning(
            "serious",
            f"{name} never went through the equivalence gate",
            f"Nothing shows that it computes {listed(workloads)}, so it is not compared there.",
            "Run `plumbline verify`, or run the study again.",
        )


def disagreeing_contenders(run: Run, styles: Mapping[str, Style]) -> Iterator[ReaderWarning]:
    """Warn of workloads in which contenders that passed the gate do not train alike."""
    by_workload: dict[tuple[str, str, Device], list[BlockLosses]] = {}
    for found in Measurements(run).disagreements:
        key = (found.study, found.workload, found.device)
        by_workload.setdefault(key, []).append(found)
    for (study, workload, device), blocks in by_workload.items():
        outliers = dict.fromkeys(name for found in blocks for name in found.outliers)
        names = listed([styles[name].title for name in outliers])
        verbs = ("is", "wins") if len(outliers) == 1 else ("are", "win")
        worst = max(blocks, key=lambda found: found.difference)
        where = f"{_title(run, study, workload)} ({DEVICE_TITLES[device]})"
        apart = percent(worst.difference, 2)
        others = f", and so in {counted(len(blocks) - 1, 'other block')}" if len(blocks) > 1 else ""
        yield ReaderWarning(
            "serious",
            f"Training losses disagree in {where}, block {worst.block}: {_losses(worst, styles)}",
            f"The losses of the first epoch are {apart} apart{others}; those of equal "
            f"contenders are at most {percent(LARGEST_LOSS_DIFFERENCE, 1)} apart. {names} "
            f"{verbs[0]} not compared there, and {verbs[1]} nothing.",
            "All see the same samples in the same order: look for an order, a last batch or a mode "
            "of training that differs, and run again.",
        )


def _losses(block: BlockLosses, styles: Mapping[str, Style]) -> str:
    """Return the lowest and the highest loss with their contenders."""
    ends = (pick(block.losses, key=block.losses.__getitem__) for pick in (min, max))
    return " against ".join(f"{styles[name].title} {block.losses[name]:#.5g}" for name in ends)


def _without_proof(run: Run, styles: Mapping[str, Style]) -> tuple[_Failed, _Unproven]:
    """Return failed proofs, and workloads without any; not those that are meant to fail."""
    measurements = Measurements(run)
    failed: _Failed = {}
    unproven: _Unproven = {}
    settings = (replace(setting_of(job), protocol="matched", task="train") for job in run.jobs)
    for setting in dict.fromkeys(settings):
        workload = run.workload(setting.study, setting.workload)
        if workload is not None and workload.gate_fails_because:
            continue
        status = measurements.gate(setting)
        name = f"{styles[setting.contender].title} ({DEVICE_TITLES[setting.device]})"
        where = _title(run, setting.study, setting.workload)
        if status == "failed":
            failed.setdefault(name, {})[where] = measurements.equivalences(setting)
        elif status == "unproven" and _is_timed(measurements, setting):
            unproven.setdefault(name, []).append(where)
    return failed, unproven


def _is_timed(measurements: Measurements, setting: Setting) -> bool:
    return any(measurements.results(replace(setting, task=task)) for task in TIMED_TASKS)


def _title(run: Run, study: str, workload: str) -> str:
    described = run.workload(study, workload)
    return f"{study.upper()} {described.title if described else workload}"
