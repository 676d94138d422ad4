"""The command line.

The options of a run are declared once and read from typer's context: see `_options`.
"""

# ruff: noqa: ARG001 (typer declares options as parameters; `_options` reads them)

from __future__ import annotations

import signal
import sys
from collections import Counter
from pathlib import Path
from typing import Annotated, Any, Literal, get_args

import typer
from rich.console import Console
from rich.markup import escape

from contract.base import Device, ProfileName, Protocol, Task
from orchestrator.commands.compare import compare_command
from orchestrator.commands.data import data_app
from orchestrator.commands.doctor import doctor_command
from orchestrator.engines.select import EngineChoice
from orchestrator.errors import PlumblineError
from orchestrator.places import RESULTS_DIR
from orchestrator.plan.abilities import exceeds_abilities
from orchestrator.plan.estimate import Costs
from orchestrator.run.outcome import RunOutcome
from orchestrator.run.runs import RunOptions, carry_out, choose_contenders, plan
from orchestrator.terminal.data_display import DataDisplay
from orchestrator.terminal.evidence_table import evidence_tables
from orchestrator.terminal.plan_table import counted, part_lines, plan_table, total
from orchestrator.terminal.progress import harmless, make_display
from orchestrator.terminal.study_facts import study_facts
from orchestrator.terminal.summary import problems, summary_lines
from orchestrator.terminal.telling import FAILED, complain, told_errors, wide_console

app = typer.Typer(
    name="plumbline",
    help="Reproduce published comparisons of machine-learning frameworks: prove that the "
    "contenders compute the same function, measure them under pinned resources, report.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
app.add_typer(data_app, name="data")
app.command("compare")(compare_command)
app.command("doctor")(doctor_command)


Studies = Annotated[list[str] | None, typer.Argument(help="Study ids; default: all.")]
Profile = Annotated[
    ProfileName,
    typer.Option(
        help="smoke: minutes, every path. quick: real data, reduced. paper: as published.",
    ),
]
EngineOption = Annotated[
    EngineChoice,
    typer.Option(
        help="auto: docker where an engine answers and has the images, else local.",
    ),
]
ContendersOption = Annotated[
    str, typer.Option(help="Names, separated by commas; default: all.", metavar="NAME,…")
]
DeviceOption = Annotated[Device, typer.Option(help="Where the contenders compute.")]
ProtocolOption = Annotated[
    Literal["matched", "published", "both"],
    typer.Option(help="matched: equal but for the framework. published: its own defaults."),
]
Repeats = Annotated[int | None, typer.Option(min=1, help="Blocks; default: the profile's.")]
Seed = Annotated[int, typer.Option(min=0, help="Seed of the first block; each next one adds 1.")]
Cpus = Annotated[int | None, typer.Option(help="CPUs per job; default: all there are.")]
Threads = Annotated[int | None, typer.Option(help="Threads per pool; default: one per CPU.")]
Memory = Annotated[str | None, typer.Option(help='As in "4G"; default: 8G where there is as much.')]
Output = Annotated[Path, typer.Option(help="Folder that runs are kept in.", file_okay=False)]


@app.command("plan")
def plan_command(
    context: typer.Context,
    studies: Studies = None,
    profile: Profile = "quick",
    contenders: ContendersOption = "",
    protocol: ProtocolOption = "both",
    device: DeviceOption = "cpu",
    repeats: Repeats = None,
    seed: Seed = 0,
    cpus: Cpus = None,
    threads: Threads = None,
    memory: Memory = None,
    output: Output = RESULTS_DIR,
    details: Annotated[
        bool, typer.Option("--details", help="Show what the studies say: layers, numbers, claims.")
    ] = False,
) -> None:
    """Show the jobs, their order and what they will cost; run nothing."""
    with told_errors():
        request, jobs = plan(_options(context))
        console = wide_console()
        if details:
            for study in request.studies:
                console.print(*study_facts(study, profile), sep="\n")
        costs = Costs.of_runs(output)
        left_out = exceeds_abilities(choose_contenders(request.contenders), jobs)
        console.print(plan_table(jobs, costs, left_out))
        for reason, count in Counter(failure.cause for failure in left_out.values()).items():
            console.print(escape(f"left out, {count} of the jobs: {reason}"), highlight=False)
        for omission in request.omissions():
            line = f"{omission.study} {omission.workload} is left out: {omission.reason}"
            console.print(escape(line), highlight=False)
        asked = [job for job in jobs if job.job_id not in left_out]
        for line in [*part_lines(asked, costs), f"{counted(len(asked))}: {total(asked, costs)}"]:
            console.print(line, highlight=False)


@app.command("run")
def run_command(
    context: typer.Context,
    studies: Studies = None,
    profile: Profile = "quick",
    engine: EngineOption = "auto",
    contenders: ContendersOption = "",
    protocol: ProtocolOption = "both",
    device: DeviceOption = "cpu",
    repeats: Repeats = None,
    seed: Seed = 0,
    cpus: Cpus = None,
    threads: Threads = None,
    memory: Memory = None,
    output: Output = RESULTS_DIR,
    resume: Annotated[
        bool, typer.Option("--resume", help="Go on with the newest run; keep its finished jobs.")
    ] = False,
    rerun_drifted: Annotated[
        bool,
        typer.Option(
            "--rerun-drifted",
            help="As --resume; run the blocks again in which the machine changed, and keep aside "
            "what they gave.",
        ),
    ] = False,
) -> None:
    """Prove, train, predict, measure. Every result is on disk as soon as it is there."""
    options = _options(context)
    with told_errors():
        outcome = _carry_out(options)
        console = Console()
        for line in summary_lines(outcome):
            console.print(harmless(line), soft_wrap=True, highlight=False)
    _exit_by(outcome)


@app.command("verify")
def verify_command(
    context: typer.Context,
    studies: Studies = None,
    engine: EngineOption = "auto",
    contenders: ContendersOption = "",
    device: DeviceOption = "cpu",
    seed: Seed = 0,
    cpus: Cpus = None,
    threads: Threads = None,
    memory: Memory = None,
    output: Output = RESULTS_DIR / "verify",
) -> None:
    """Hold every contender against the float64 reference; time nothing."""
    options = _options(context, tasks=("verify",), protocol="matched")
    with told_errors():
        outcome = _carry_out(options)
        Console().print(*evidence_tables(outcome.results, outcome.must_fail))
    _exit_by(outcome)


@app.command("report")
def report_command(
    run_dir: Annotated[Path, typer.Argument(help="A run's folder, e.g. results/latest.")],
    formats: Annotated[
        str, typer.Option(help="Of html, pdf, csv, parquet, md, tex, figures, artifact; by commas.")
    ] = "html,pdf,artifact",
    paper: Annotated[Literal["A4", "Letter"], typer.Option(help="Of the PDF.")] = "A4",
) -> None:
    """Render the report of a run, finished or not."""
    # The report reads files and knows nothing of the orchestrator; this is the one place they meet.
    from report.build import build_report
    from report.run.records import ReportError

    with told_errors():
        try:
            paths = build_report(run_dir, [name.strip() for name in formats.split(",")], paper)
        except ReportError as error:
            raise PlumblineError(str(error), "name a run's folder; see --help") from error
        for path in paths:
            print(path)


def main() -> None:
    """Start the command line; being told to end is an interrupt, so that no job is left behind."""
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    app()


def _options(context: typer.Context, **fixed: Any) -> RunOptions:
    """Return what the command line said; `fixed` stands for what the command does not offer."""
    given: dict[str, Any] = {"engine": "auto", "profile": "smoke", "repeats": None, "resume": False}
    given |= {"tasks": get_args(Task), "rerun_drifted": False} | context.params | fixed
    names = given["contenders"].split(",")
    return RunOptions(
        studies=tuple(given["studies"] or ()),
        profile=given["profile"],
        engine=given["engine"],
        contenders=tuple(name.strip() for name in names if name.strip()),
        protocols=get_args(Protocol) if given["protocol"] == "both" else (given["protocol"],),
        device=given["device"],
        seed=given["seed"],
        repeats=given["repeats"],
        cpus=given["cpus"],
        threads=given["threads"],
        memory=given["memory"],
        output=given["output"].resolve(),
        resume=given["resume"] or given["rerun_drifted"],
        rerun_drifted=given["rerun_drifted"],
        tasks=given["tasks"],
        command=tuple(sys.argv[1:]),
    )


def _carry_out(options: RunOptions) -> RunOutcome:
    console = Console()
    with DataDisplay(console) as data_display, make_display(console) as display:
        return carry_out(options, display, data_display.update)


def _exit_by(outcome: RunOutcome) -> None:
    """Exit with 1 where a job failed, or a gate was not passed or should not have been."""
    for problem in problems(outcome):
        complain(problem.cause, problem.remedy)
    if problems(outcome):
        raise typer.Exit(FAILED)
