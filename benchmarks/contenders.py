"""Step and prediction times per contender, measured in turns, as ratios with their intervals.

The blocks are those of a run (`orchestrator.run.turns`), on any workload, whatever its study asks
for. Each contender is at its gate first, unless it was proved before.
"""

import argparse
import json
import sys
from collections.abc import Mapping, Sequence
from itertools import groupby
from operator import attrgetter
from pathlib import Path
from statistics import geometric_mean
from typing import get_args

from rich.console import Console
from rich.table import Table

from contract.job import JobSpec
from contract.result import Result
from data.places import default_root
from orchestrator.commands.options import RunOptions, plan_request
from orchestrator.engines.select import EngineChoice, select_engine
from orchestrator.hosts.this_machine import ThisMachine
from orchestrator.places import RESULTS_DIR
from orchestrator.plan.choose import choose_contenders
from orchestrator.plan.estimate import Costs
from orchestrator.run.context import RunContext
from orchestrator.run.given_data import present_data
from orchestrator.store.earlier_runs import EarlierRuns
from orchestrator.store.journal import now
from orchestrator.store.output import own
from orchestrator.store.proofs import ProofStore
from orchestrator.store.references import ReferenceStore
from orchestrator.store.source import read_source
from orchestrator.store.store import RunStore
from orchestrator.terminal.progress import make_display
from report.run.turns import block_pairs
from report.statistics.paired import Pair, paired_ratio

METRICS: Mapping[str, str] = {
    "step_seconds": "step",
    "predict_100_turn_seconds": "predict 100",
    "predict_1_turn_seconds": "predict 1",
}
"""What is shown, by metric."""

Pairs = dict[str, dict[str, list[Pair]]]
"""By metric and contender: seconds of a call, and those of the baseline, of each block."""


def run(options: argparse.Namespace) -> None:
    """Measure the workloads; print a table of each, and save what the blocks gave."""
    results = measure(options)
    failed = [result for result in results if result.failure and result.status == "failed"]
    for result in failed:
        assert result.failure is not None
        print(f"{result.job.job_id}: {result.failure.cause}", file=sys.stderr)
    saved: dict[str, Pairs] = {}
    console = Console()
    turns = [result for result in results if result.turns is not None]
    by_workload = attrgetter("job.workload")
    for workload, found in groupby(sorted(turns, key=by_workload), key=by_workload):
        saved[workload] = compared(list(found), options.baseline)
        console.print(table(workload, options.baseline, saved[workload]))
    options.output.parent.mkdir(parents=True, exist_ok=True)
    options.output.write_text(json.dumps(saved, indent=1) + "\n")
    console.print(f"blocks: {options.output}")
    sys.exit(int(bool(failed)))


def measure(options: argparse.Namespace) -> list[Result]:
    """Return what the jobs of all blocks found, and their gates; raise PlumblineError as a run."""
    host, names = ThisMachine(), options.contenders or []
    asked = RunOptions(
        protocol="matched",
        engine=options.engine,
        contenders=",".join(names),
        threads=options.threads,
        tasks=("verify",),
    )
    _, planned = plan_request(asked, host)
    jobs = blocks_of(planned, options.workloads, options.blocks, options.rounds)
    if not jobs:
        sys.exit("nothing to compare: name two contenders or more that have a workload in common")
    contenders = choose_contenders(asked.contender_names)
    infos = [info for info, _ in contenders.values()]
    folder = options.output.parent / "turns"
    with own(folder) as owner, make_display(Console()) as display:
        launcher, engine = select_engine(
            *(options.engine, infos, ("cpu",), default_root(), read_source(), owner.output_id)
        )
        display.say(f"engine: {engine.name} ({engine.version}): {engine.reason}")
        display.say(f"resources: {host.explain(jobs[0].limits)}")
        data_dir = {"data_dir": launcher.data_dir(default_root())}
        placed = [job.model_copy(update=data_dir) for job in jobs]
        data = present_data({job.dataset for job in jobs})
        kept = (
            ProofStore(asked.proofs_folder),
            ReferenceStore(asked.proofs_folder / "references"),
            EarlierRuns(folder, fresh=True),
        )
        store = RunStore.create(folder, f"{now():%Y%m%d-%H%M%S}")
        conditions = (launcher, contenders, data, host.identity())
        context = RunContext(*conditions, placed, store, *kept, host.name, display)
        return host.run_all(context, Costs())


def blocks_of(
    gates: Sequence[JobSpec], workloads: Sequence[str], blocks: int, rounds: int
) -> list[JobSpec]:
    """Return the gates of the workloads that two contenders or more have, then blocks of turns.

    Args:
        gates: Of all workloads, in any order.
        workloads: The only ones that are wanted; none named: all.
        blocks: How many; each further one has the next seed.
        rounds: Of a block.
    """
    by_workload = attrgetter("workload")
    wanted = sorted((g for g in gates if not workloads or g.workload in workloads), key=by_workload)
    groups = [list(group) for _, group in groupby(wanted, key=by_workload)]
    compared = [gate for group in groups if len(group) > 1 for gate in group]
    turns = {"task": "turns", "turn_rounds": rounds}
    return compared + [
        gate.model_copy(update={**turns, "repeat": block, "seed": gate.seed + block - 1})
        for block in range(1, 1 + blocks)
        for gate in compared
    ]


def compared(results: Sequence[Result], baseline: str) -> Pairs:
    """Return what the blocks of one workload gave, beside what the baseline's did."""
    of: dict[str, list[Result]] = {}
    for result in results:
        of.setdefault(result.job.contender, []).append(result)
    return {
        metric: {name: block_pairs(own, of.get(baseline, []), metric) for name, own in of.items()}
        for metric in METRICS
    }


def table(workload: str, baseline: str, found: Pairs) -> Table:
    """Return milliseconds of a call, and ratios to the baseline's with their 95 % intervals."""
    shown = Table("contender", title=workload)
    for metric in found:
        shown.add_column(f"{METRICS[metric]}, ms", justify="right")
        shown.add_column(f"÷ {baseline}", justify="right")
    for name in sorted(found["step_seconds"]):
        cells = [cell for pairs in found.values() for cell in _cells(pairs[name])]
        shown.add_row(name, *cells)
    return shown


def _cells(pairs: Sequence[Pair]) -> tuple[str, str]:
    if not pairs:
        return "–", "–"
    milliseconds = f"{1000 * geometric_mean(own for own, _ in pairs):.2f}"
    test = paired_ratio(pairs)
    if test is None:
        (own, base), *_ = pairs
        return milliseconds, f"{own / base:.3f}"
    return milliseconds, f"{test.estimate:.3f} ({test.low:.3f} – {test.high:.3f})"


def add_options(parser: argparse.ArgumentParser) -> None:
    """Say what can be asked for."""
    parser.add_argument("workloads", nargs="*", metavar="WORKLOAD", help="default: all")
    parser.add_argument("--contenders", nargs="+", metavar="NAME", help="default: all")
    parser.add_argument(
        "--baseline", default="pytorch", metavar="NAME", help="default: %(default)s"
    )
    parser.add_argument("--engine", default="auto", choices=get_args(EngineChoice))
    parser.add_argument("--threads", type=int, help="default: one per CPU")
    parser.add_argument("--blocks", type=int, default=4, help="default: %(default)s")
    parser.add_argument("--rounds", type=int, default=8, help="default: %(default)s")
    default = RESULTS_DIR / "benchmarks" / "contenders.json"
    parser.add_argument("--output", type=Path, default=default, help="default: %(default)s")
