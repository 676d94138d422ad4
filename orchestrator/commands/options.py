"""What `plan`, `run` and `verify` can be told, each option declared once, and the jobs of it."""

from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Literal, get_args

import typer

from contract.base import Device, ProfileName, Protocol, Task
from contract.job import JobSpec
from contract.names import PROOFS_FOLDER
from contract.numbers import MOST_REPEATS, MOST_SEED
from data.places import default_root
from orchestrator.commands.paths import check_paths
from orchestrator.engines.select import EngineChoice
from orchestrator.errors import PlumblineError
from orchestrator.hosts.host import Host
from orchestrator.places import RESULTS_DIR
from orchestrator.plan.budget import QUICK_BUDGET_SECONDS, parse_budget
from orchestrator.plan.choose import choose_contenders, choose_devices, choose_studies
from orchestrator.plan.plan import plan_jobs
from orchestrator.plan.request import Request


@dataclass(frozen=True)
class RunOptions:
    """What the command line said."""

    studies: Annotated[list[str] | None, typer.Argument(help="Study ids; default: all.")] = None
    profile: Annotated[
        ProfileName,
        typer.Option(
            help="smoke: minutes, every path. quick: real data, reduced. paper: as published."
        ),
    ] = "quick"
    engine: Annotated[
        EngineChoice,
        typer.Option(help="auto: docker where an engine answers and has the images, else local."),
    ] = "auto"
    contenders: Annotated[
        str,
        typer.Option(
            "--contenders",
            "--contender",
            help="Names, separated by commas; default: all.",
            metavar="NAME,…",
        ),
    ] = ""
    protocol: Annotated[
        Literal["matched", "published", "both"],
        typer.Option(help="matched: equal but for the framework. published: its own defaults."),
    ] = "both"
    device: Annotated[
        str,
        typer.Option(
            help="Where the contenders compute; cpu,cuda: on both, each compared by itself.",
            metavar="cpu|cuda|cpu,cuda",
        ),
    ] = "cpu"
    repeats: Annotated[
        int | None,
        typer.Option(min=1, max=MOST_REPEATS, help="Blocks; default: the profile's."),
    ] = None
    budget: Annotated[
        str | None,
        typer.Option(
            metavar="TIME",
            help="How long to measure, such as 90s, 25m or 2h; none: until all that is planned is "
            "done. What can settle no statement, or what there is no time for, is left out; "
            "what a resumed run did before counts. Default: 25m for quick, none for the others.",
        ),
    ] = None
    seed: Annotated[
        int,
        typer.Option(
            min=0, max=MOST_SEED, help="Seed of the first block; each further block adds 1."
        ),
    ] = 0
    cpus: Annotated[int | None, typer.Option(help="CPUs per job; default: all available.")] = None
    threads: Annotated[int | None, typer.Option(help="Threads per pool; default: one per CPU.")] = (
        None
    )
    memory: Annotated[
        str | None, typer.Option(help="For example 4G; default: 8G, or less on a small machine.")
    ] = None
    output: Annotated[
        Path,
        typer.Option(
            help="Folder that runs and proofs are kept in.", file_okay=False, resolve_path=True
        ),
    ] = RESULTS_DIR
    resume: Annotated[
        bool,
        typer.Option("--resume", help="Continue the newest run; keep its finished jobs."),
    ] = False
    rerun_drifted: Annotated[
        bool,
        typer.Option(
            "--rerun-drifted",
            help="As --resume; also rerun the blocks during which the machine changed, and the "
            "jobs that others disturbed, and keep their earlier results aside.",
        ),
    ] = False
    fresh: Annotated[
        bool,
        typer.Option(
            "--fresh",
            help="Prove and measure everything anew. By default, what an earlier run proved or "
            "measured of the same contender, network, data, seed and machine is taken over.",
        ),
    ] = False
    opens: Annotated[
        bool,
        typer.Option(
            "--open",
            help="Open report.html in the browser as soon as the first statement has a verdict; "
            "while a browser is busy on the jobs' CPUs, the run waits for quiet.",
        ),
    ] = False
    tasks: tuple[Task, ...] = get_args(Task)
    """No option: a command decides it."""
    workload: str = ""
    """The only one that is wanted; an option of `verify` alone."""

    @property
    def runs_folder(self) -> Path:
        """Return the folder that the command keeps its runs in."""
        return self.output

    @property
    def proofs_folder(self) -> Path:
        """Return the folder of the proofs, which all commands share."""
        return self.output / PROOFS_FOLDER

    @property
    def devices(self) -> tuple[Device, ...]:
        """Return the devices asked for, the CPU first.

        Raises:
            PlumblineError: the option names something else.
        """
        return choose_devices(self.device)

    @property
    def contender_names(self) -> list[str]:
        """Return the contenders asked for; none means all."""
        return [name.strip() for name in self.contenders.split(",") if name.strip()]

    def chosen(self, jobs: list[JobSpec]) -> list[JobSpec]:
        """Return those of the planned jobs that are wanted, in the order in which they run."""
        return [job for job in jobs if self.workload in ("", job.workload)]

    @property
    def budget_seconds(self) -> float | None:
        """Return how long to measure; None where there is no limit.

        Raises:
            PlumblineError: the option cannot be read.
        """
        if self.budget is None:
            return QUICK_BUDGET_SECONDS if self.profile == "quick" else None
        return parse_budget(self.budget)

    @property
    def protocols(self) -> tuple[Protocol, ...]:
        """Return the protocols asked for."""
        return get_args(Protocol) if self.protocol == "both" else (self.protocol,)


@dataclass(frozen=True)
class PlanOptions(RunOptions):
    """What `plan` can be told."""

    details: Annotated[
        bool,
        typer.Option("--details", help="Show what the studies say: layers, numbers, statements."),
    ] = False


@dataclass(frozen=True)
class VerifyOptions(RunOptions):
    """What `verify` can be told."""

    workload: Annotated[
        str, typer.Option(metavar="ID", help="Of the studies' workloads, this one; default: all.")
    ] = ""
    layer: Annotated[
        bool,
        typer.Option(
            "--layer",
            help="Compare layer by layer, on one thread unless told otherwise, and name the first "
            "that differs. For whoever writes a contender; it proves nothing.",
        ),
    ] = False

    @property
    def runs_folder(self) -> Path:
        """Return a folder apart: a run of gates alone is not the latest one to report on."""
        return self.output / "verify"


def plan_request(options: RunOptions, host: Host) -> tuple[Request, list[JobSpec]]:
    """Return what `options` ask for, and its jobs in order; start nothing.

    Raises:
        PlumblineError: it is more than `host` has, nothing at all, or nothing that is known.
    """
    check_paths(options.output)
    request = Request(
        studies=choose_studies(options.studies or ()),
        profile=options.profile,
        contenders=tuple(choose_contenders(options.contender_names)),
        devices=options.devices,
        seed=options.seed,
        repeats=options.repeats,
        protocols=options.protocols,
        budget_seconds=options.budget_seconds,
    )
    limits = host.grant(options.cpus, options.threads, options.memory)
    jobs = plan_jobs(request, limits, str(default_root()), options.tasks)
    wanted = options.chosen(jobs)
    if not wanted:
        known = ", ".join(sorted({job.workload for job in jobs}))
        raise PlumblineError(f"no workload {options.workload!r} to run", f"choose from: {known}")
    return request, wanted
