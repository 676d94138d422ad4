"""What the orchestrator adds to a job: its seconds over those of the bare command, interleaved.

The job is a real one, small: the gate of a small regression. The bare command is the very same
runner on the very same job, as a process by itself or by `docker run` with the same confinement.
Exit code 1 where the median of the differences is above the limit.
"""

import argparse
import io
import json
import os
import random
import resource
import subprocess
import sys
import tempfile
import time
import uuid
from functools import partial
from pathlib import Path
from statistics import median

from rich.console import Console

from contract.contender import ContenderInfo, discover_contenders
from contract.environment import thread_environment
from contract.job import JobSpec, Limits
from contract.names import JOB_NAME, PROOFS_FOLDER
from contract.study import load_studies
from data.fetch import fetch
from data.places import default_root
from orchestrator.engines.launcher import Launcher
from orchestrator.engines.select import EngineChoice, select_engine
from orchestrator.hosts.this_machine import ThisMachine
from orchestrator.places import ENVIRONMENTS_DIR, RESULTS_DIR, ROOT, RUNNERS_DIR, STUDIES_DIR
from orchestrator.plan.estimate import Costs
from orchestrator.plan.plan import plan_jobs
from orchestrator.plan.request import Request
from orchestrator.run.context import RunContext
from orchestrator.run.given_data import GivenData
from orchestrator.store.earlier_runs import EarlierRuns
from orchestrator.store.proofs import ProofStore
from orchestrator.store.source import read_source
from orchestrator.store.store import RunStore
from orchestrator.terminal.progress import PlainDisplay

LIMIT_SECONDS = 0.3
_STUDY, _WORKLOAD = "s4", "petrol-mlp"

Samples = dict[str, list[float]]
"""Seconds of each round, `orchestrated` and `bare`."""


def add_options(parser: argparse.ArgumentParser) -> None:
    """Say what can be asked for."""
    parser.add_argument("--engines", nargs="+", default=["local", "docker"], metavar="NAME")
    parser.add_argument("--contender", default="velox", help="default: %(default)s")
    parser.add_argument("--rounds", type=int, default=20, help="default: %(default)s")
    default = RESULTS_DIR / "benchmarks" / "overhead.json"
    parser.add_argument("--output", type=Path, default=default, help="default: %(default)s")


def run(options: argparse.Namespace) -> None:
    """Measure, print, and save the samples."""
    found = {name: measure(name, options.contender, options.rounds) for name in options.engines}
    options.output.parent.mkdir(parents=True, exist_ok=True)
    options.output.write_text(json.dumps(found, indent=1) + "\n")
    console = Console()
    for name, samples in found.items():
        console.print(
            f"{name}: {overhead_seconds(samples):.3f} s above the bare command, which takes "
            f"{median(samples['bare']):.2f} s (limit {LIMIT_SECONDS} s)",
            highlight=False,
        )
    console.print(f"samples: {options.output}")
    sys.exit(int(any(overhead_seconds(samples) > LIMIT_SECONDS for samples in found.values())))


def overhead_seconds(samples: Samples) -> float:
    """Return the median of the differences of the rounds."""
    pairs = zip(samples["orchestrated"], samples["bare"], strict=True)
    return median(own - bare for own, bare in pairs)


def measure(engine_name: EngineChoice, contender: str, rounds: int) -> Samples:
    """Return the seconds of every round, after one that is not counted.

    Raises:
        PlumblineError: the engine is not there.
        RuntimeError: the job did not end well.
    """
    fetch("petrol-consumption", default_root())
    info, _ = discover_contenders(RUNNERS_DIR)[contender]
    root, mark = default_root(), uuid.uuid4().hex
    engine, _ = select_engine(engine_name, [info], ("cpu",), root, read_source(), mark)
    samples: Samples = {"orchestrated": [], "bare": []}
    shuffle = random.Random(0).shuffle
    with tempfile.TemporaryDirectory() as folder:
        store = RunStore.create(Path(folder), "run")
        names = list(samples)
        for number in range(1 + rounds):
            shuffle(names)
            for name in names:
                job = _job(engine, contender, seed=number)
                began = time.perf_counter()
                if name == "orchestrated":
                    _orchestrated(job, engine, store)
                else:
                    _bare(job, engine, info, store)
                if number > 0:
                    samples[name].append(time.perf_counter() - began)
    return samples


def _job(engine: Launcher, contender: str, seed: int) -> JobSpec:
    request = Request(
        studies=(load_studies(STUDIES_DIR)[_STUDY],),
        profile="smoke",
        contenders=(contender,),
        devices=("cpu",),
        seed=seed,
        repeats=1,
        protocols=("matched",),
    )
    cpu = min(os.sched_getaffinity(0))
    limits = Limits(cpus=(cpu,), threads=1, memory_bytes=2**31, timeout_seconds=300)
    jobs = plan_jobs(request, limits, engine.data_dir(default_root()), ("verify",))
    return next(job for job in jobs if job.workload == _WORKLOAD)


def _orchestrated(job: JobSpec, engine: Launcher, store: RunStore) -> None:
    host, display = ThisMachine(), PlainDisplay(Console(file=io.StringIO()))
    contenders = discover_contenders(RUNNERS_DIR)
    conditions = (engine, contenders, GivenData(), host.identity())
    proofs = ProofStore(store.folder / PROOFS_FOLDER, fresh=True)
    kept = (proofs, None, EarlierRuns(store.folder.parent, fresh=True))
    context = RunContext(*conditions, [job], store, *kept, host.name, display)
    (result,) = host.run_all(context, Costs())
    if result.failure is not None:
        raise RuntimeError(f"the job failed: {result.failure.cause}")


def _bare(job: JobSpec, engine: Launcher, info: ContenderInfo, store: RunStore) -> None:
    folder = store.folder / "bare" / str(job.seed)
    folder.mkdir(parents=True)
    (folder / JOB_NAME).write_text(job.model_dump_json())
    if engine.name == "docker":
        command, confine = _docker_run(job, info, folder), None
    else:
        python = str(ENVIRONMENTS_DIR / info.environment / "bin" / "python")
        command = [python, "-m", "runners.harness", *_arguments(folder)]
        confine = partial(_confine, job.limits)
    pools = thread_environment(job.limits.threads, info.thread_variables)
    environment = os.environ | {"PYTHONPATH": str(ROOT)} | pools
    ended = subprocess.run(
        command, env=environment, preexec_fn=confine, capture_output=True, text=True, check=False
    )
    if ended.returncode != 0:
        raise RuntimeError(f"the bare command failed: {ended.stderr.strip()}")


def _confine(limits: Limits) -> None:
    """Confine this process as the local engine confines a job."""
    os.sched_setaffinity(0, limits.cpus)
    resource.setrlimit(resource.RLIMIT_DATA, (limits.memory_bytes, limits.memory_bytes))


def _docker_run(job: JobSpec, info: ContenderInfo, folder: Path) -> list[str]:
    command = ["docker", "run", "--rm", "--user", f"{os.getuid()}:{os.getgid()}"]
    command += ["--cpuset-cpus", str(job.limits.cpus[0]), "--memory", str(job.limits.memory_bytes)]
    command += ["--memory-swap", str(job.limits.memory_bytes), "--network", "none", "--read-only"]
    command += ["--tmpfs", "/tmp", "--cap-drop", "ALL", "--security-opt", "no-new-privileges"]
    command += ["--volume", f"{default_root()}:/data:ro", "--volume", f"{folder}:/out"]
    for name, value in thread_environment(job.limits.threads, info.thread_variables).items():
        command += ["--env", f"{name}={value}"]
    return [*command, f"plumbline/{info.image}", *_arguments(Path("/out"))]


def _arguments(folder: Path) -> list[str]:
    return ["--quiet", "--job", str(folder / JOB_NAME), "--output", str(folder)]
