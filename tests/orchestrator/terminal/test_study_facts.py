"""What strangers' files say is shown, and commands no terminal."""

import io

from rich.console import Console

from data.catalog import kit_catalog
from orchestrator.terminal.data_display import DataDisplay, data_facts
from orchestrator.terminal.study_facts import study_facts
from tests.report.run_folder import study

HOSTILE = "\x1b[2J\u202e[bold]x"
SPELLED = r"\x1b[2J\u202e[bold]x"


def test_a_study_commands_no_terminal() -> None:
    shown = io.StringIO()
    console = Console(file=shown, width=200)
    console.print(*study_facts(study().model_copy(update={"title": HOSTILE}), "smoke"), sep="\n")

    assert SPELLED in shown.getvalue()
    assert "\x1b" not in shown.getvalue()


def test_one_epoch_is_no_plural() -> None:
    shown = io.StringIO()
    once = study()
    scales = {name: scale.model_copy(update={"epochs": 1}) for name, scale in once.profiles.items()}
    once = once.model_copy(update={"profiles": scales})

    Console(file=shown, width=200).print(*study_facts(once, "smoke"), sep="\n")

    assert "1 epoch, " in shown.getvalue()


def test_a_data_set_commands_no_terminal() -> None:
    dataset = kit_catalog()["mnist"].model_copy(update={"licence": HOSTILE})
    shown = io.StringIO()
    DataDisplay(Console(file=shown, width=200)).say(f"{data_facts(dataset)} {HOSTILE}")

    assert shown.getvalue().count(SPELLED) == 2
    assert "\x1b" not in shown.getvalue()
