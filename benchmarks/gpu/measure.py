"""The run itself, as `plumbline run` does it, with this Python as every contender's environment.

`python -m benchmarks.gpu.measure --output DIR --seconds N`, in the environment that
`benchmarks.gpu.machine` makes, which also names the folders of data and studies.
"""

import argparse
import signal
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console

from benchmarks.gpu.launcher import OwnPythonLauncher, why_absent
from benchmarks.gpu.studies import ORDER, write_studies
from contract.base import Device
from contract.contender import ContenderInfo, discover_contenders
from contract.job import JobSpec
from contract.result import Result
from contract.run import EngineRecord
from data.errors import DataError
from orchestrator import places
from orchestrator.commands.carry_out import carry_out
from orchestrator.commands.options import RunOptions
from orchestrator.engines.launcher import Launcher
from orchestrator.engines.select import EngineChoice
from orchestrator.errors import PlumblineError
from orchestrator.store.source import Source
from orchestrator.terminal.evidence_table import evidence_tables
from orchestrator.terminal.summary import problems, summary_lines
from orchestrator.terminal.user_errors import complain, wide_console
from runners.harness.job.pins import memory_limit_bytes

_TIME_IS_UP = 0
"""Exit code: that it stops then is what was asked for."""
_FAILED = 1


@dataclass(frozen=True)
class GpuOptions(RunOptions):
    """What is run on the GPU."""

    workloads: tuple[str, ...] = ORDER

    def chosen(self, jobs: list[JobSpec]) -> list[JobSpec]:
        """Return the jobs workload by workload, in the order of `ORDER`, each after its gate."""
        wanted = [job for job in jobs if job.workload in self.workloads]
        return sorted(wanted, key=lambda job: (job.repeat, self.workloads.index(job.workload)))


def main() -> int:
    """Run until all is done or time is up; return the exit code."""
    options = _parse()
    # As the interrupt key does: the running job is stopped, what was measured is kept.
    signal.signal(signal.SIGALRM, signal.default_int_handler)
    signal.alarm(options.seconds)
    write_studies(places.ROOT / "studies", places.STUDIES_DIR)
    contenders, left_out = _contenders()
    for line in left_out:
        print(f"left out: {line}", flush=True)
    if not contenders:
        raise PlumblineError(
            f"no contender can run in {sys.executable}", "install PyTorch where that Python is"
        )

    def this_python(
        _choice: EngineChoice,
        _infos: list[ContenderInfo],
        _devices: Sequence[Device],
        _data_root: Path,
        source: Source,
        output_id: str,
    ) -> tuple[Launcher, EngineRecord]:
        launcher = OwnPythonLauncher(source, output_id)
        reason = "; ".join([f"{sys.executable}, which no lock describes", *left_out])
        return launcher, EngineRecord(name=launcher.name, version=launcher.version, reason=reason)

    asked = GpuOptions(
        profile="smoke" if options.smoke else "quick",
        engine="local",
        contenders=",".join(contenders),
        device=options.device,
        memory=str(memory_limit_bytes()),  # CUDA maps more than it uses
        output=options.output,
        tasks=("verify", "train", "predict", "turns", "transfer"),
        workloads=ORDER[:1] if options.smoke else ORDER,
    )
    try:
        outcome = carry_out(asked, this_python)
    except KeyboardInterrupt:
        print("time is up: what is finished is kept", flush=True)
        return _TIME_IS_UP
    signal.alarm(0)
    console = wide_console()
    proofs = [result for result in outcome.results if result.job.task == "verify"]
    console.print(*evidence_tables(proofs, outcome.must_fail))
    for result in outcome.results:
        _print_meters(console, result)
    print(*summary_lines(outcome), sep="\n", flush=True)
    for problem in problems(outcome):
        complain(problem.cause, problem.remedy)
    return _FAILED if problems(outcome) else 0


def _contenders() -> tuple[list[str], list[str]]:
    """Return the contenders that this Python can run, and why not the others."""
    infos = [info for info, _ in discover_contenders(places.RUNNERS_DIR).values()]
    reasons = {info.name: why_absent(info) for info in infos}
    present = [name for name, reason in reasons.items() if not reason]
    return present, [f"{name}: {reason}" for name, reason in reasons.items() if reason]


def _print_meters(console: Console, result: Result) -> None:
    """Say what a timed job found on the GPU, and what it could not find."""
    if result.metrics is None or result.meters is None:
        return
    found = {
        "trained in s": result.metrics.train_seconds,
        "first epoch s": result.metrics.first_epoch_seconds,
        "GPU busy %": result.metrics.gpu_percent,
        "GPU memory bytes": result.metrics.gpu_peak_memory_bytes,
        "GPU energy J": result.meters.gpu_energy_joules,
    }
    missing = {**result.metrics.unmeasured, **result.meters.unmeasured}
    console.print(result.job.job_id, {k: v for k, v in found.items() if v is not None})
    for name, reason in missing.items():
        if "gpu" in name:
            console.print(f"  no {name}: {reason}", highlight=False)


def _parse() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.gpu.measure", description=__doc__)
    parser.add_argument("--output", type=Path, required=True)
    parser.add_argument("--seconds", type=int, required=True)
    parser.add_argument("--device", choices=("cuda", "cpu"), default="cuda")
    parser.add_argument("--smoke", action="store_true")
    return parser.parse_args()


if __name__ == "__main__":
    try:
        sys.exit(main())
    except (PlumblineError, DataError) as error:
        complain(error.cause, error.remedy)
        sys.exit(_FAILED)
