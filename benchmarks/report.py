"""How long the report takes, first and again, and how much memory, by the number of results.

A real run is reported as it is, and grown to as many results as are asked for, in every format by
the same command that users type. Fails where a limit is missed.
"""

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from dataclasses import asdict, dataclass
from pathlib import Path

import psutil
from rich.console import Console
from rich.table import Table

from benchmarks.grown_run import grow
from contract.names import LATEST_NAME
from orchestrator.places import RESULTS_DIR, ROOT

FORMATS = "html,pdf,csv,parquet,md,tex,figures,artifact"
AS_IT_IS = 0
"""The number of results that stands for the run as it is."""
_LOOK_SECONDS = 0.05
_NO_LIMIT = float("inf")


@dataclass(frozen=True)
class ReportLimits:
    """What a report may take at most."""

    first_seconds: float
    again_seconds: float = _NO_LIMIT
    """When its pictures and pages were made before."""
    peak_memory_bytes: float = _NO_LIMIT


LIMITS = {AS_IT_IS: ReportLimits(20, 6), 1_000: ReportLimits(10, 6, 1e9), 10_000: ReportLimits(60)}
"""By number of results; there is none for others."""


@dataclass(frozen=True)
class Cost:
    """What one report took."""

    results: int
    first_seconds: float
    again_seconds: float
    cpu_seconds: float
    """Of all its processes, the first time."""
    peak_memory_bytes: int
    """Largest sum over its processes, the first time; pages that they share are counted in each."""
    file_bytes: dict[str, int]

    @property
    def is_within(self) -> bool:
        """Whether the limits are met."""
        limits = LIMITS.get(self.results, ReportLimits(_NO_LIMIT))
        return (
            self.first_seconds <= limits.first_seconds
            and self.again_seconds <= limits.again_seconds
            and self.peak_memory_bytes <= limits.peak_memory_bytes
        )


def add_options(parser: argparse.ArgumentParser) -> None:
    """Declare what can be chosen."""
    latest = RESULTS_DIR / LATEST_NAME
    parser.add_argument("--run", type=Path, default=latest, help="to grow; default: %(default)s")
    parser.add_argument("--results", type=int, nargs="+", default=list(LIMITS), metavar="N",
                        help="default: %(default)s")  # fmt: skip
    output = RESULTS_DIR / "benchmarks" / "report.json"
    parser.add_argument("--output", type=Path, default=output, help="default: %(default)s")


def run(options: argparse.Namespace) -> None:
    """Measure each number of results; print a table, save the numbers."""
    costs = [measure(options.run, results) for results in options.results]
    Console().print(table(costs))
    options.output.parent.mkdir(parents=True, exist_ok=True)
    saved = json.dumps([asdict(cost) for cost in costs], indent=1)
    options.output.write_text(f"{saved}\n", encoding="utf-8")
    if not all(cost.is_within for cost in costs):
        sys.exit("the report misses its limits")


def measure(run_dir: Path, results: int) -> Cost:
    """Write every format of a run with so many results twice, at first with nothing kept."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "run"
        if results == AS_IT_IS:
            shutil.copytree(run_dir, path)
        else:
            grow(run_dir, path, results)
        command = [sys.executable, "-m", "orchestrator", "report", str(path), "--formats", FORMATS]
        environment = os.environ | {"XDG_CACHE_HOME": folder}
        seconds, peak, cpu_seconds = _report(command, environment)
        again_seconds, _, _ = _report(command, environment)
        sizes = {file.name: file.stat().st_size for file in path.glob("report.*")}
    return Cost(results, seconds, again_seconds, cpu_seconds, peak, sizes)


def table(costs: list[Cost]) -> Table:
    """Return a row per number of results, with the limits."""
    shown = Table("results", title="The report, in all formats; seconds at first and again")
    heads = ("seconds", "limit", "again", "limit", "CPU seconds", "peak MB", "limit")
    for head in (*heads, "PDF MB", "HTML MB"):
        shown.add_column(head, justify="right")
    for cost in costs:
        limits = LIMITS.get(cost.results, ReportLimits(_NO_LIMIT))
        shown.add_row(
            f"{cost.results:,}" if cost.results else "as it is",
            f"{cost.first_seconds:.1f}",
            _limit(limits.first_seconds),
            f"{cost.again_seconds:.1f}",
            _limit(limits.again_seconds),
            f"{cost.cpu_seconds:.1f}",
            f"{cost.peak_memory_bytes / 1e6:,.0f}",
            _limit(limits.peak_memory_bytes / 1e6),
            *(f"{cost.file_bytes[f'report.{name}'] / 1e6:.2f}" for name in ("pdf", "html")),
        )
    return shown


def _limit(value: float) -> str:
    return "—" if value == _NO_LIMIT else f"{value:,.0f}"


def _report(command: list[str], environment: dict[str, str]) -> tuple[float, int, float]:
    """Write a report; return seconds, largest memory of all processes, and their CPU seconds.

    Raises:
        RuntimeError: the command failed.
    """
    started = time.perf_counter()
    process = psutil.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.DEVNULL)
    peak, cpu_seconds = _watch(process)
    seconds = time.perf_counter() - started
    if process.returncode:
        raise RuntimeError(f"{' '.join(command)}: exit code {process.returncode}")
    return seconds, peak, cpu_seconds


def _watch(process: psutil.Popen) -> tuple[int, float]:
    """Wait for the end; return the largest memory of all processes, and their CPU seconds."""
    peak, cpu = 0, {}
    while process.poll() is None:
        size = 0
        for one in [process, *process.children(recursive=True)]:
            try:
                size += one.memory_info().rss
                cpu[one.pid] = sum(one.cpu_times()[:2])
            except psutil.Error:
                continue  # it ended between being listed and being looked at
        peak = max(peak, size)
        time.sleep(_LOOK_SECONDS)
    return peak, sum(cpu.values())
