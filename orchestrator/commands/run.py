"""`plumbline run` and `plumbline verify`."""

import typer
from rich.console import Console

from orchestrator.commands.carry_out import carry_out
from orchestrator.commands.layers import compare_layers
from orchestrator.commands.live_page import RunPage
from orchestrator.commands.options import RunOptions, VerifyOptions
from orchestrator.commands.takes import takes
from orchestrator.run.outcome import RunOutcome
from orchestrator.terminal.browser import Browser
from orchestrator.terminal.evidence_table import evidence_tables
from orchestrator.terminal.progress import harmless
from orchestrator.terminal.summary import problems, summary_lines
from orchestrator.terminal.user_errors import FAILED, RESUME, complain, user_errors


@takes(RunOptions)
def run_command(options: RunOptions) -> None:
    """Verify, train, predict and measure; each result is on disk as soon as there is one."""
    with user_errors("measurements are kept", RESUME):
        page = RunPage(Browser(is_wanted=options.opens))
        outcome = carry_out(options, page=page)
        console = Console()

        def say(line: str) -> None:
            console.print(harmless(line), soft_wrap=True, highlight=False)

        page.finish(outcome.folder, say)
        for line in summary_lines(outcome):
            say(line)
    _exit_by(outcome)


@takes(
    VerifyOptions,
    tasks=("verify",),
    profile="smoke",
    protocol="matched",
    repeats=None,
    budget=None,
    resume=False,
    rerun_drifted=False,
    opens=False,
)
def verify_command(options: VerifyOptions) -> None:
    """Check every contender against the float64 reference; time nothing."""
    with user_errors("measurements are kept", RESUME):
        if options.layer:
            raise typer.Exit(0 if compare_layers(options) else FAILED)
        outcome = carry_out(options)
        Console().print(*evidence_tables(outcome.results, outcome.must_fail))
    _exit_by(outcome)


def _exit_by(outcome: RunOutcome) -> None:
    """Exit with 1 where a job failed, or a gate was not passed or should not have been."""
    for problem in problems(outcome):
        complain(problem.cause, problem.remedy)
    if problems(outcome):
        raise typer.Exit(FAILED)
