"""How long the report takes, and how much memory, by the number of results.

A real run is grown to as many results as are asked for; then every format but the figures as
files is written by the same command that users type. Fails where a limit is missed.
"""

from __future__ import annotations

import argparse
import json
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

FORMATS = "html,pdf,csv,parquet,md,tex,artifact"
"""All but `figures`, which one asks for once, for a paper."""
LIMITS = {1_000: (10.0, 1e9), 10_000: (60.0, None)}
"""Seconds and bytes by number of results."""
_LOOK_SECONDS = 0.05


@dataclass(frozen=True)
class Cost:
    """What one report took."""

    results: int
    seconds: float
    cpu_seconds: float
    """Of all its processes."""
    peak_memory_bytes: int
    """Largest sum over its processes; pages that they share are counted in each."""
    file_bytes: dict[str, int]

    @property
    def is_within(self) -> bool:
        """Whether the limits are met; there is none for other numbers of results."""
        seconds, size = LIMITS.get(self.results, (float("inf"), None))
        return self.seconds <= seconds and (size is None or self.peak_memory_bytes <= size)


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
    """Write these formats of a run that was grown to so many results."""
    with tempfile.TemporaryDirectory() as folder:
        grown = Path(folder) / "run"
        grow(run_dir, grown, results)
        command = [sys.executable, "-m", "orchestrator", "report", str(grown), "--formats", FORMATS]
        started = time.perf_counter()
        process = psutil.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)
        peak, cpu_seconds = _watch(process)
        seconds = time.perf_counter() - started
        written, _ = process.communicate()
        if process.returncode:
            raise RuntimeError(f"{' '.join(command)}: exit code {process.returncode}")
        sizes = {Path(line).name: Path(line).stat().st_size for line in written.split()}
    return Cost(results, seconds, cpu_seconds, peak, sizes)


def table(costs: list[Cost]) -> Table:
    """Return a row per number of results, with the limits."""
    shown = Table("results", title="The report, in all formats but figures")
    for head in ("seconds", "limit", "CPU seconds", "peak MB", "limit", "PDF MB", "HTML MB"):
        shown.add_column(head, justify="right")
    for cost in costs:
        seconds, size = LIMITS.get(cost.results, (None, None))
        shown.add_row(
            f"{cost.results:,}",
            f"{cost.seconds:.1f}",
            f"{seconds:.0f}" if seconds else "—",
            f"{cost.cpu_seconds:.1f}",
            f"{cost.peak_memory_bytes / 1e6:,.0f}",
            f"{size / 1e6:,.0f}" if size else "—",
            *(f"{cost.file_bytes[f'report.{name}'] / 1e6:.2f}" for name in ("pdf", "html")),
        )
    return shown


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
