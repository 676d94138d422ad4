"""The command line: each command is a module beside this one."""

import signal

import typer

from host.output import print_anything
from orchestrator.commands.data import data_app
from orchestrator.commands.doctor import doctor_command
from orchestrator.commands.plan import plan_command
from orchestrator.commands.report import compare_command, report_command
from orchestrator.commands.run import run_command, verify_command

app = typer.Typer(
    name="plumbline",
    help="Reproduce published comparisons of machine-learning frameworks: prove that the "
    "contenders compute the same function, measure them under pinned resources, report.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
app.command("doctor")(doctor_command)
app.command("plan")(plan_command)
app.command("run")(run_command)
app.command("verify")(verify_command)
app.command("report")(report_command)
app.command("compare")(compare_command)
app.add_typer(data_app, name="data")


def main() -> None:
    """Start the command line; being told to end is an interrupt, so that no job is left behind."""
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    print_anything()
    app()
