"""The smallest memory limit under which each contender predicts, found by bisection.

S2 says that Velox suits resource-constrained environments. Every trial is the prediction job of its
network (100 samples, with the framework's own defaults) in a fresh container or process under
another limit. What works at the largest limit and not at a smaller one failed for that limit; the
cause of the failure stands beside it. A container's limit counts what is resident; the engine
`local` has RLIMIT_DATA, which counts private memory that is only reserved as well.
"""

import argparse
import json
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import get_args

from rich.console import Console
from rich.table import Table

from contract.contender import ContenderInfo
from contract.job import JobSpec
from contract.memory_size import readable_size
from contract.names import EVENTS_NAME, JOB_NAME
from contract.result import Failure, Result
from data.places import default_root
from orchestrator.commands.options import RunOptions, plan_request
from orchestrator.engines.launcher import Launcher
from orchestrator.engines.select import EngineChoice, select_engine
from orchestrator.errors import PlumblineError
from orchestrator.hosts.this_machine import ThisMachine
from orchestrator.places import RESULTS_DIR
from orchestrator.plan.choose import choose_contenders
from orchestrator.run.follow import EventTail, follow
from orchestrator.run.judge import judge
from orchestrator.store.files import write_atomically
from orchestrator.store.output import own
from orchestrator.store.source import read_source

_STUDY, _WORKLOAD = "s2", "mnist-cnn"
_LEAST_BYTES, _MOST_BYTES = 64 * 2**20, 4 * 2**30
"""Where the search begins: a Python with NumPy needs more than the least."""
_NO_SEARCH = 1e-6
"""Seconds for the best batch size: with so few, batches of 1 and of 100 samples are all."""


def run(options: argparse.Namespace) -> None:
    """Search for each contender's limit; print a table and save it."""
    console, host = Console(), ThisMachine()
    asked = RunOptions(
        studies=[_STUDY],
        profile="smoke",
        protocol="published",
        contenders=options.contenders,
        engine=options.engine,
    )
    request, jobs = plan_request(asked, host)
    contenders = choose_contenders(request.contenders)
    infos = {name: info for name, (info, _) in contenders.items()}
    shown = Table("contender", "works with", "fails with", "how it fails", title=_WORKLOAD)
    saved = {}
    folder = options.output.parent / "memory"
    with own(folder) as owner:
        launcher, engine = select_engine(
            *(options.engine, list(infos.values()), ("cpu",)),
            *(default_root(), read_source(), owner.output_id),
        )
        console.print(f"engine: {engine.name} ({engine.version}): {engine.reason}")
        for job in (found for found in jobs if found.task == "predict"):
            given = {"data_dir": launcher.data_dir(default_root()), "latency_seconds": _NO_SEARCH}
            placed, info = job.model_copy(update=given), infos[job.contender]
            works, fails, why = search(placed, info, launcher, options.steps, folder)
            shown.add_row(info.title, readable_size(works), readable_size(fails), why)
            saved[info.name] = {"works_bytes": works, "fails_bytes": fails, "why": why}
    console.print(shown)
    options.output.write_text(json.dumps({"engine": engine.name, "limits": saved}, indent=1) + "\n")


def smallest(works: Callable[[int], bool], least: int, most: int, steps: int) -> tuple[int, int]:
    """Halve the range `steps` times by its geometric mean; `works` must be true for `most`.

    Returns:
        The smallest limit that works, and the largest that does not (or `least`), in bytes.
    """
    for _ in range(steps):
        middle = round((least * most) ** 0.5)
        if works(middle):
            most = middle
        else:
            least = middle
    return most, least


def search(
    job: JobSpec, contender: ContenderInfo, launcher: Launcher, steps: int, folder: Path
) -> tuple[int, int, str]:
    """Return the limits in bytes and the cause of the failure at the larger of those that fail.

    Raises:
        PlumblineError: the job fails with the most memory too.
    """
    causes = {_LEAST_BYTES: "not tried"}

    def works(limit_bytes: int) -> bool:
        failure = _trial(job, contender, launcher, limit_bytes, folder)
        if failure is not None:
            causes[limit_bytes] = failure.cause
        return failure is None

    if not works(_MOST_BYTES):
        cause = f"{contender.title} fails at {readable_size(_MOST_BYTES)}: {causes[_MOST_BYTES]}"
        raise PlumblineError(cause, "see first that `plumbline run s2 --profile smoke` works")
    most, least = smallest(works, _LEAST_BYTES, _MOST_BYTES, steps)
    return most, least, causes[least]


def _trial(
    job: JobSpec, contender: ContenderInfo, launcher: Launcher, limit_bytes: int, folder: Path
) -> Failure | None:
    """Run the job once under a limit; return why it failed, None where it worked."""
    limits = job.limits.model_copy(update={"memory_bytes": limit_bytes})
    limited = job.model_copy(update={"limits": limits})
    with TemporaryDirectory(dir=folder) as name:
        place = Path(name)
        write_atomically(place / JOB_NAME, limited.model_dump_json())
        process = launcher.start(limited, contender, place)
        ending = follow(
            process, EventTail(place / EVENTS_NAME), limits.timeout_seconds, lambda _: None
        )
        judged = judge(limited, place, ending)
    return judged.failure if isinstance(judged, Result) else judged


def add_options(parser: argparse.ArgumentParser) -> None:
    """Say what can be asked for."""
    parser.add_argument("--contenders", default="", metavar="NAME,…", help="default: all")
    parser.add_argument("--engine", default="auto", choices=get_args(EngineChoice))
    parser.add_argument("--steps", type=int, default=6, help="default: %(default)s")
    default = RESULTS_DIR / "benchmarks" / "memory_limit.json"
    parser.add_argument("--output", type=Path, default=default, help="default: %(default)s")
