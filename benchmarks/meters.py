"""What the instruments beside a job cost: all of them together, at ten looks a second.

A job of its own control group, on one CPU that it shares with them, works in turns, every other one
watched. Given are the processor time of the instruments, and that of the job with them over that
without. Exit code 1 where the first is above the limit.
"""

import argparse
import json
import os
import sys
import tempfile
import uuid
from pathlib import Path
from statistics import median
from typing import Any

from rich.console import Console

from contract.environment import OUTPUT, thread_environment
from contract.meters import Meters
from contract.names import LOG_NAME
from orchestrator.engines.launcher import FILE_LIMIT_BYTES
from orchestrator.engines.local.job_group import make_job_group
from orchestrator.engines.local.process import SupervisedProcess
from orchestrator.engines.local.supervisor import Command
from orchestrator.places import RESULTS_DIR, ROOT
from report.statistics.paired import paired_ratio

LIMIT_PERCENT = 0.5
"""Of one core."""
_MEMORY_BYTES = 2**32
_START_SECONDS = 120.0


def add_options(parser: argparse.ArgumentParser) -> None:
    """Say what can be asked for."""
    parser.add_argument("--rounds", type=int, default=10, help="default: %(default)s")
    parser.add_argument(
        "--seconds", type=float, default=3.0, help="of work in a turn; default: %(default)s"
    )
    default = RESULTS_DIR / "benchmarks" / "meters.json"
    parser.add_argument("--output", type=Path, default=default, help="default: %(default)s")


def run(options: argparse.Namespace) -> None:
    """Measure, print, and save the samples."""
    found = measure(options.rounds, options.seconds)
    options.output.parent.mkdir(parents=True, exist_ok=True)
    options.output.write_text(json.dumps(found, indent=1) + "\n")
    cost = overhead_percent(found)
    console = Console()
    console.print(f"instruments at 10 Hz: {cost:.3f} % of a core (limit {LIMIT_PERCENT} %)")
    console.print(f"the job's own processor time with them over without: {_effect(found)}")
    for name, reason in found["meters"][0]["unmeasured"].items():
        console.print(f"not at work here: {name}: {reason}")
    console.print(f"samples: {options.output}")
    sys.exit(int(cost > LIMIT_PERCENT))


def measure(rounds: int, seconds: float) -> dict[str, Any]:
    """Return processor seconds of the job's turns, alone and watched, and the instruments' record.

    Raises:
        RuntimeError: the job failed; its last words.
    """
    group, mark = make_job_group(), uuid.uuid4().hex
    job = Command(
        [sys.executable, "-m", "benchmarks.metered_job", str(rounds), str(seconds)],
        [min(os.sched_getaffinity(0))],
        _MEMORY_BYTES,
        FILE_LIMIT_BYTES,
        [str(folder) for folder in group.folders],
    )
    told = {"PYTHONPATH": str(ROOT), OUTPUT: mark} | thread_environment(1) | group.variables
    with tempfile.TemporaryDirectory() as folder:
        process = SupervisedProcess(job, Path(folder), told, mark)
        # Others may keep the machine busy: the job's own time is processor time.
        code = process.wait(_START_SECONDS + 20 * rounds * seconds)
        process.kill()
        process.close()
        words = (Path(folder) / LOG_NAME).read_text().strip().splitlines() or [""]
    if code != 0:
        raise RuntimeError(f"the job ended with exit code {code}: {words[-1]}")
    found: dict[str, Any] = json.loads(words[-1])
    return found


def overhead_percent(found: dict[str, Any]) -> float:
    """Return the instruments' processor time in percent of one core, the median of the turns."""
    records = [Meters.model_validate(record) for record in found["meters"]]
    return median(
        100 * record.meter_cpu_seconds / record.watch_seconds
        for record in records
        if record.meter_cpu_seconds is not None and record.watch_seconds
    )


def _effect(found: dict[str, Any]) -> str:
    pairs = zip(found["watched_cpu_seconds"], found["alone_cpu_seconds"], strict=True)
    test = paired_ratio(list(pairs))
    if test is None:
        return "one round tells nothing"
    return f"{test.estimate:.4f} ({test.low:.4f} to {test.high:.4f} at 95 %)"
