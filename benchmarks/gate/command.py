"""What the gate sees of planted defects, whom it accuses falsely, how small an error it sees.

Exit code 1 where a defect passes or cannot be planted, a right contender does not pass, or an error
of 0.1 % in one tensor of a deep network is not seen.
"""

import argparse
import json
import os
import sys
from pathlib import Path
from typing import get_args

from rich.console import Console
from rich.table import Table

from benchmarks.gate import defects as _defects  # noqa: F401 (registers them)
from benchmarks.gate.parts import control, planted, sweep
from benchmarks.gate.planted import DEFECTS, DefectClass, PlantedDefect
from contract.contender import discover_contenders
from orchestrator.places import RESULTS_DIR, RUNNERS_DIR

PARTS = ("planted", "control", "sweep")


def run(options: argparse.Namespace) -> None:
    """Do the parts that are asked for, print their tables, save what was found."""
    console = Console()
    defects = _choose(options)
    if options.list:
        console.print(_list(defects))
        return
    contenders = [
        info
        for info, _ in discover_contenders(RUNNERS_DIR).values()
        if info.name in (options.contender or [info.name])
    ]
    threads = options.threads
    requests = control.requests(options.trial, options.seeds, options.offsets)
    parts = {
        "planted": lambda: planted.run(defects, contenders, threads, console),
        "control": lambda: control.run(contenders, requests, threads, console),
        "sweep": lambda: sweep.run(contenders, threads, console),
    }
    found = {name: parts[name]() for name in options.parts}
    options.output.parent.mkdir(parents=True, exist_ok=True)
    saved = {name: findings.records for name, findings in found.items()}
    options.output.write_text(json.dumps(saved, indent=1) + "\n")
    console.print(f"what was found: {options.output}")
    sys.exit(0 if all(findings.is_well for findings in found.values()) else 1)


def _choose(options: argparse.Namespace) -> list[PlantedDefect]:
    """Return the defects that the options leave."""
    return [
        defect
        for defect in DEFECTS.values()
        if defect.contender in (options.contender or [defect.contender])
        and defect.defect_class in (options.defect_class or [defect.defect_class])
        and (not options.defect or {defect.id, defect.name} & set(options.defect))
    ]


def _list(defects: list[PlantedDefect]) -> Table:
    table = Table("class", "defect", "tried on", "what is wrong", title=f"{len(defects)} defects")
    for defect in defects:
        table.add_row(defect.defect_class, defect.id, defect.trial, defect.wrong)
    return table


def add_options(parser: argparse.ArgumentParser) -> None:
    """Say what can be asked for."""
    parser.add_argument(
        "--parts", nargs="+", choices=PARTS, default=PARTS, metavar="PART",
        help=f"{', '.join(PARTS)}; default: all",
    )  # fmt: skip
    parser.add_argument("--contender", nargs="+", metavar="NAME", help="default: all")
    parser.add_argument(
        "--class", nargs="+", dest="defect_class", choices=get_args(DefectClass), metavar="CLASS",
        help=f"of defects: {', '.join(get_args(DefectClass))}; default: all",
    )  # fmt: skip
    parser.add_argument(
        "--defect", nargs="+", metavar="ID", help="one of --list, with its contender or in all"
    )
    parser.add_argument("--list", action="store_true", help="list the defects, plant none")
    parser.add_argument(
        "--trial", nargs="+", choices=control.TRIALS, default=control.TRIALS, metavar="NAME",
        help=f"of the control: {', '.join(control.TRIALS)}; default: all",
    )  # fmt: skip
    parser.add_argument("--seeds", type=int, default=1, help="of the control; default: 1")
    parser.add_argument(
        "--offsets", type=int, default=1, help="of the control's samples; default: 1"
    )
    cpus = len(os.sched_getaffinity(0))
    parser.add_argument("--threads", type=int, default=cpus, help="default: %(default)s")
    default = RESULTS_DIR / "benchmarks" / "gate.json"
    parser.add_argument("--output", type=Path, default=default, help="default: %(default)s")
