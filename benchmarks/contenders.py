"""Step and prediction times per contender, interleaved, as ratios.

All contenders stand ready in processes of their own and take short turns in shuffled order; so
whatever the machine does meanwhile, it does to all of them alike.
"""

import argparse
import json
import os
import random
from collections.abc import Sequence
from pathlib import Path
from statistics import median

from rich.console import Console
from rich.table import Table

from benchmarks.worker_process import WorkerProcess
from contract.contender import ContenderInfo, discover_contenders
from contract.study import load_studies
from orchestrator.places import RESULTS_DIR, RUNNERS_DIR, STUDIES_DIR

ACTIONS = ("step", "predict")
WARM_UP_ROUNDS = 2
CALLS = 5
"""Timed calls of a turn; one before them drives the others' idle threads from the CPUs."""
BASELINE = "pytorch"

Samples = dict[str, list[float]]
"""Seconds by contender, the median of each turn."""


def run(options: argparse.Namespace) -> None:
    """Measure the workloads; print a table of each and save the samples."""
    contenders = [
        info
        for info, _ in discover_contenders(RUNNERS_DIR).values()
        if info.name in (options.contenders or [info.name])
    ]
    console = Console()
    saved: dict[str, dict[str, Samples]] = {}
    for study in load_studies(STUDIES_DIR).values():
        for workload in study.workloads:
            admitted = workload.contenders or [info.name for info in contenders]
            runners = [info for info in contenders if info.name in admitted]
            wanted = not options.workloads or workload.id in options.workloads
            if wanted and BASELINE in admitted and len(runners) > 1:
                samples = measure(runners, study.id, workload.id, options.threads, options.rounds)
                saved[workload.id] = samples
                console.print(table(workload.title, options.threads, samples))
    options.output.parent.mkdir(parents=True, exist_ok=True)
    options.output.write_text(json.dumps(saved, indent=1) + "\n")
    console.print(f"samples: {options.output}")


def measure(
    contenders: Sequence[ContenderInfo], study: str, workload: str, threads: int, rounds: int
) -> dict[str, Samples]:
    """Return the seconds of every call by action and contender, the warm-up left out."""
    workers = {
        info.name: WorkerProcess(
            info, "benchmarks.worker", study, workload, str(threads), threads=threads
        )
        for info in contenders
    }
    names = list(workers)
    samples: dict[str, Samples] = {action: {name: [] for name in names} for action in ACTIONS}
    shuffle = random.Random(0).shuffle
    for number in range(WARM_UP_ROUNDS + rounds):
        for action in ACTIONS:
            shuffle(names)
            for name in names:
                _, *seconds = (float(workers[name].ask(action)) for _ in range(1 + CALLS))
                if number >= WARM_UP_ROUNDS:
                    samples[action][name].append(median(seconds))
    for worker in workers.values():
        worker.stop()
    return samples


def table(title: str, threads: int, samples: dict[str, Samples]) -> Table:
    """Return medians in milliseconds, and their ratios to the baseline's."""
    shown = Table("contender", title=f"{title}, {threads} threads")
    for action in samples:
        shown.add_column(f"{action} ms", justify="right")
        shown.add_column(f"÷ {BASELINE}", justify="right")
    for name in sorted(samples[ACTIONS[0]]):
        cells = []
        for by_contender in samples.values():
            seconds = median(by_contender[name])
            # Paired by round, so that a slow moment weighs on both sides of its ratio.
            pairs = zip(by_contender[name], by_contender[BASELINE], strict=True)
            ratio = median(own / base for own, base in pairs)
            cells += [f"{1000 * seconds:.2f}", f"{ratio:.2f}"]
        shown.add_row(name, *cells)
    return shown


def add_options(parser: argparse.ArgumentParser) -> None:
    """Say what can be asked for."""
    parser.add_argument("workloads", nargs="*", metavar="WORKLOAD", help="default: all")
    parser.add_argument("--contenders", nargs="+", metavar="NAME", help="default: all")
    cpus = len(os.sched_getaffinity(0))
    parser.add_argument("--threads", type=int, default=cpus, help="default: %(default)s")
    parser.add_argument("--rounds", type=int, default=20, help="default: %(default)s")
    default = RESULTS_DIR / "benchmarks" / "contenders.json"
    parser.add_argument("--output", type=Path, default=default, help="default: %(default)s")
