"""The runner's command line: a workload by name, or a job from a file."""

import argparse
import errno
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TypeVar, get_args

from contract.base import Protocol, Record, Task
from contract.contender import ContenderError, discover_contenders
from contract.environment import CONTENDER, thread_environment
from contract.evidence import Equivalence
from contract.job import JobSpec, Limits
from contract.names import GIVEN_FOLDER, LOGITS_NAME, WEIGHTS_NAME
from contract.numbers import MOST_COUNT, MOST_SEED
from contract.study import Study, StudyError, Workload, load_studies
from contract.untrusted import UntrustedError, parse_record
from contract.words import counted
from data.places import default_root
from host.group_limits import cpu_quota
from runners.harness.contender.registry import RUNNERS_DIR, find_contender
from runners.harness.errors import RunnerError
from runners.harness.job.layers import compare_layers
from runners.harness.job.pins import memory_limit_bytes
from runners.harness.job.session import run
from runners.harness.job.summary import summarise

STUDIES_DIR = RUNNERS_DIR.parent / "studies"
_DEFAULT_OUTPUT = Path("/out")
_UNLIMITED_SECONDS = 7 * 24 * 3600.0

USAGE_ERROR = 2

_Record = TypeVar("_Record", bound=Record)


def main(arguments: Sequence[str]) -> int:
    """Run one job; return the exit code: 0 with a valid result, 1 with a failure, 2 on misuse."""
    try:
        studies = load_studies(STUDIES_DIR)
        options = _parser(studies).parse_args(arguments)
        job = _read(options.job, JobSpec) if options.job else _job_from_options(options, studies)
        evidence = _read(options.evidence, Equivalence) if options.evidence else None
        _restart_with_thread_pools(job)
        if options.layer:
            return 0 if compare_layers(job, options.output, quiet=options.quiet) else 1
        result = run(job, options.output, evidence, quiet=options.quiet)
    except (RunnerError, StudyError, ContenderError, OSError) as error:
        print(f"error: {error}\nremedy: {_remedy(error)}", file=sys.stderr)
        return USAGE_ERROR
    if not options.quiet:
        print(summarise(result))
    return 0 if result.status == "ok" else 1


def _remedy(error: Exception) -> str:
    if isinstance(error, RunnerError):
        return error.remedy
    if isinstance(error, OSError) and error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG):
        return "free space on the disk of the output, or raise what this user may write there"
    if isinstance(error, OSError):
        return (
            "name a folder that can be written with --output; a container writes as its user: "
            'start it with --user "$(id -u):$(id -g)"'
        )
    return "fix that file"


def _parser(studies: dict[str, Study]) -> argparse.ArgumentParser:
    workloads = sorted(_workloads(studies))
    contenders = ", ".join(discover_contenders(RUNNERS_DIR))
    parser = argparse.ArgumentParser(
        prog="runner",
        description="Train and measure one contender on one workload. Under the matched protocol "
        "the equivalence gate comes first; then training, evaluation and prediction are timed. "
        "Writes result.json, events.jsonl, the trained weights and the logits of the test set.",
        epilog=f"workloads: {', '.join(workloads)}; contenders here: {contenders}",
    )
    parser.add_argument("workload", nargs="?", help="which network on which data")
    parser.add_argument(
        "--contender", default=os.environ.get(CONTENDER), help="default: %(default)s"
    )
    parser.add_argument("--protocol", choices=get_args(Protocol), default="matched")
    parser.add_argument(
        "--task",
        choices=[task for task in get_args(Task) if task != "turns"],  # they take several runners
        default="train",
        help="transfer evaluates what lies in OUTPUT/given/CONTENDER/; default: %(default)s",
    )
    parser.add_argument("--epochs", type=_positive, default=1, help="default: %(default)s")
    parser.add_argument("--batch-size", type=_positive, help="default: the study's")
    parser.add_argument("--train-samples", type=_positive, metavar="N", help="default: all")
    parser.add_argument("--test-samples", type=_positive, metavar="N", help="default: all")
    parser.add_argument(
        "--rows", type=_positive, default=10_000, help="of a score's table; default: %(default)s"
    )
    parser.add_argument("--device", choices=("cpu", "cuda"), default="cpu")
    parser.add_argument("--threads", type=_positive, help="default: one per CPU granted")
    parser.add_argument("--seed", type=_seed, default=0, help="default: %(default)s")
    parser.add_argument("--data", type=Path, default=default_root(), help="default: %(default)s")
    parser.add_argument("--output", type=Path, default=_DEFAULT_OUTPUT, help="default: %(default)s")
    parser.add_argument("--job", type=Path, help="a job.json; replaces workload and options above")
    parser.add_argument("--evidence", type=Path, help="what the gate found already, as JSON")
    parser.add_argument(
        "--layer",
        action="store_true",
        help="compare layer by layer with the reference instead, and name the first that differs",
    )
    parser.add_argument("--quiet", action="store_true", help="write files only")
    return parser


def _positive(text: str) -> int:
    value = int(text)
    if not 1 <= value <= MOST_COUNT:
        raise argparse.ArgumentTypeError(f"{value} is not a number from 1 to {MOST_COUNT}")
    return value


def _seed(text: str) -> int:
    value = int(text)
    if not 0 <= value <= MOST_SEED:
        raise argparse.ArgumentTypeError(f"{value} is not a number from 0 to {MOST_SEED}")
    return value


def _workloads(studies: dict[str, Study]) -> dict[str, tuple[Study, Workload]]:
    return {
        workload.id: (study, workload) for study in studies.values() for workload in study.workloads
    }


def _job_from_options(options: argparse.Namespace, studies: dict[str, Study]) -> JobSpec:
    workloads = _workloads(studies)
    if options.workload not in workloads:
        named = f"no workload {options.workload!r}" if options.workload else "no workload named"
        raise RunnerError(named, f"choose one of: {', '.join(sorted(workloads))}")
    if not options.contender:
        raise RunnerError("no contender named", "add --contender; see --help for the names")
    study, workload = workloads[options.workload]
    training = workload.training
    if options.batch_size:
        training = training.model_copy(update={"batch_size": options.batch_size})
    return JobSpec(
        study=study.id,
        workload=workload.id,
        contender=options.contender,
        protocol=options.protocol,
        task=options.task,
        device=options.device,
        seed=options.seed,
        repeat=1,
        dataset=workload.dataset,
        model=workload.model,
        training=training,
        epochs=options.epochs,
        train_samples=options.train_samples,
        test_samples=options.test_samples,
        limits=_granted(options.threads),
        rows=options.rows if options.task == "score" else None,
        transfer_from=_given(options.output) if options.task == "transfer" else (),
        data_dir=str(options.data),
    )


def _given(output: Path) -> tuple[str, ...]:
    """Return the contenders whose weights lie ready to be evaluated."""
    folder = output / GIVEN_FOLDER
    names = sorted(path.name for path in folder.iterdir()) if folder.is_dir() else []
    if not names:
        remedy = f"put the {WEIGHTS_NAME} and {LOGITS_NAME} of a train job into {folder}/CONTENDER/"
        raise RunnerError(f"no weights to evaluate in {folder}", remedy)
    return tuple(names)


def _granted(threads: int | None) -> Limits:
    """Return the limits that this process finds itself under."""
    cpus = tuple(sorted(os.sched_getaffinity(0)))
    quota = cpu_quota()
    if threads is not None and threads > len(cpus):
        raise RunnerError(
            f"{counted(threads, 'thread')} on {counted(len(cpus), 'CPU')}",
            f"use at most {len(cpus)}",
        )
    return Limits(
        cpus=cpus,
        cpu_quota=quota.cpus if quota else None,
        threads=threads or min(len(cpus), quota.whole_cpus if quota else len(cpus)),
        memory_bytes=memory_limit_bytes(),
        timeout_seconds=_UNLIMITED_SECONDS,
    )


def _read(path: Path, record: type[_Record]) -> _Record:
    try:
        return parse_record(path.read_bytes(), record)
    except UntrustedError as error:
        schema = f"{record.__module__.replace('.', '/')}.py"
        raise RunnerError(f"{path}: {error}", f"see {schema}") from error


def _restart_with_thread_pools(job: JobSpec) -> None:
    """Start this process anew with the thread variables set, unless they are.

    Libraries read them when they load, some before the first line of ours.
    """
    info, _ = find_contender(job.contender)
    wanted = thread_environment(job.limits.threads, info.thread_variables)
    if any(os.environ.get(name) != value for name, value in wanted.items()):
        os.environ.update(wanted)
        os.execv(sys.executable, [sys.executable, *sys.orig_argv[1:]])
