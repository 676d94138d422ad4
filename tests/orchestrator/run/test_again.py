"""What others disturbed is measured again, within bounds, and nothing of it is lost."""

import io

import pytest
from rich.console import Console

from contract.journal import JobEntry, SetAside, read_journal
from contract.result import Result
from contract.untrusted import read_record
from orchestrator.run import again
from orchestrator.run.aside import put_drifted_aside
from orchestrator.store.store import RunStore
from orchestrator.terminal.progress import PlainDisplay
from tests.contract.examples import contender_info, disturbance, job
from tests.orchestrator.programs import WRITE_RESULT, ProgramLauncher, run_programs

HIT = disturbance(foreign_cpu_share=0.43).model_dump_json()
DISTURBED = WRITE_RESULT.replace(
    "folder = ",
    f"from contract.disturbance import Disturbance\n"
    f"hit = Disturbance.model_validate_json('{HIT}')\n"
    "folder = ",
).replace(
    "trained_result(job=spec.identity)",
    "trained_result(job=spec.identity, disturbances={'train': hit})",
)
LABEL = "train mnist-cnn pytorch #1"


@pytest.fixture
def measure(tmp_path):
    """Run a job whose first measurements are disturbed; return journal, results and lines."""

    def measure(disturbed):
        launcher = ProgramLauncher()
        launcher.program = lambda _: (
            DISTURBED if len(launcher.started) <= disturbed else WRITE_RESULT
        )
        output, folder = io.StringIO(), tmp_path / "run"
        store = RunStore(folder) if folder.exists() else RunStore.create(tmp_path, "run")
        display = PlainDisplay(Console(file=output, width=200))
        contenders = {"pytorch": (contender_info(), tmp_path)}
        results = run_programs([job()], launcher, store, contenders, display)
        return read_journal(folder), results, output.getvalue()

    return measure


def test_a_quiet_measurement_is_not_repeated(measure):
    journal, _, output = measure(disturbed=0)

    assert sum(isinstance(entry, JobEntry) for entry in journal) == 1
    assert "disturbed" not in output


def test_a_disturbed_measurement_is_set_aside_and_made_again(measure, tmp_path):
    journal, (result,), output = measure(disturbed=1)

    assert result.disturbed_because == ""
    (aside,) = [entry for entry in journal if isinstance(entry, SetAside)]
    assert aside.disturbed
    assert aside.because == "disturbed: others used 43 % of its CPUs"
    kept = read_record(tmp_path / "run" / aside.place / "result.json", Result)
    assert kept.disturbed_because == "others used 43 % of its CPUs"
    assert (
        f"{LABEL}: disturbed: others used 43 % of its CPUs; it is measured again, and the earlier "
        f"result is kept in {aside.place}"
    ) in output


def test_what_stays_disturbed_keeps_its_last_measurement_and_is_named(measure):
    journal, (result,), output = measure(disturbed=99)

    assert sum(isinstance(entry, JobEntry) for entry in journal) == 3
    assert sum(isinstance(entry, SetAside) for entry in journal) == 2
    assert result.disturbed_because
    assert (
        f"{LABEL}: disturbed: others used 43 % of its CPUs; its times count for no verdict"
    ) in output


def test_the_run_bounds_what_is_measured_again(measure, monkeypatch):
    monkeypatch.setattr(again, "_LEAST_OF_RUN_SECONDS", 0.0)

    journal, _, output = measure(disturbed=99)

    assert not any(isinstance(entry, SetAside) for entry in journal)
    assert "its times count for no verdict" in output


def test_what_stayed_disturbed_is_measured_again_where_that_is_asked_for(measure, tmp_path):
    measure(disturbed=99)
    said = []

    put_drifted_aside(RunStore(tmp_path / "run"), [job(), job(task="verify")], said.append)
    _, (result,), _ = measure(disturbed=0)

    assert said == [
        "measured again, for others disturbed it: 1 job; the earlier results are kept in aside/"
    ]
    assert result.disturbed_because == ""


def test_what_an_earlier_start_measured_is_used_again_disturbed_or_not(measure):
    measure(disturbed=99)

    journal, (result,), _ = measure(disturbed=99)

    assert sum(isinstance(entry, JobEntry) for entry in journal) == 3
    assert result.disturbed_because
