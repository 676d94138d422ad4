"""What a gate proved once on this machine is taken over by every later run, and nothing else is."""

import pytest

from contract.evidence import Equivalence
from contract.journal import read_journal
from contract.untrusted import read_record
from orchestrator.store.store import RunStore
from orchestrator.terminal.progress import PlainDisplay
from tests.contract.examples import MOMENT, job
from tests.orchestrator.hosts.test_blocks import INFO
from tests.orchestrator.programs import WRITE_RESULT, ProgramLauncher, run_programs

GATE = job(task="verify")
NOT_PASSED = (
    WRITE_RESULT
    + """
from tests.contract.examples import equivalence
result = result.model_copy(update={"equivalence": equivalence(error=1.0)})
(folder / "result.json").write_text(result.model_dump_json())
"""
)
FAILS = "raise SystemExit(1)"


@pytest.fixture
def run(tmp_path, console):
    """Run jobs in a run of that name; return the results, which jobs started, and the store."""

    def run(name, *jobs, program=WRITE_RESULT, software="software-1", fresh=False):
        store = RunStore.create(tmp_path, name)
        launcher = ProgramLauncher(lambda spec: program, software)
        contenders, display = {"pytorch": (INFO, tmp_path)}, PlainDisplay(console)
        results = run_programs(jobs, launcher, store, contenders, display, fresh=fresh)
        return results, launcher.started, store

    return run


def test_a_later_run_takes_the_proof_over_and_says_whose_it_is(run):
    run("first", GATE)
    again = job(task="verify", seed=5)

    (result,), started, store = run("second", again)

    assert started == []
    assert result == store.read_result(again.job_id)
    assert (result.job, result.finished) == (again.identity, MOMENT)
    (entry,) = read_journal(store.folder)
    assert (entry.kind, entry.job_id) == ("proved_before", again.job_id)
    assert (entry.by_run, entry.by_job_id) == ("first", GATE.job_id)


def test_workloads_of_one_network_are_proved_once(run):
    other = job(task="verify", study="x1", workload="another")

    results, started, _ = run("first", GATE, other)

    assert started == [GATE.job_id]
    assert [result.job for result in results] == [GATE.identity, other.identity]


@pytest.mark.parametrize(
    ("gate", "software"),
    [
        (GATE, "software-2"),
        (job(task="verify", limits=GATE.limits.model_copy(update={"threads": 1})), "software-1"),
        (job(task="verify", training=GATE.training.model_copy(update={"batch_size": 7})), ""),
    ],
    ids=["software", "threads", "training"],
)
def test_the_proof_of_something_else_is_never_taken_over(run, gate, software):
    run("first", GATE)

    _, started, _ = run("second", gate, software=software or "software-1")

    assert started == [gate.job_id]


def test_a_gate_that_was_not_passed_is_proved_too(run):
    run("first", GATE, program=NOT_PASSED)

    (result,), started, _ = run("second", GATE)

    assert started == []
    assert not result.equivalence.passed


def test_a_gate_that_did_not_finish_proves_nothing(run):
    run("first", GATE, program=FAILS)

    (result,), started, _ = run("second", GATE)

    assert started == [GATE.job_id]
    assert result.status == "ok"


def test_a_contender_that_is_edited_at_the_gate_has_proved_nothing(tmp_path, console):
    class EditedLauncher(ProgramLauncher):
        def start(self, *arguments):
            self.software = "software-2"
            return super().start(*arguments)

    launchers = [EditedLauncher(), ProgramLauncher(), ProgramLauncher(software="software-2")]
    contenders, display = {"pytorch": (INFO, tmp_path)}, PlainDisplay(console)
    for number, launcher in enumerate(launchers):
        store = RunStore.create(tmp_path, str(number))
        run_programs([GATE], launcher, store, contenders, display)

    assert [launcher.started for launcher in launchers] == [[GATE.job_id]] * 3


def test_fresh_proves_anew_and_replaces_the_proof(run):
    run("first", GATE)

    _, started, _ = run("second", GATE, program=NOT_PASSED, fresh=True)
    (result,), _, _ = run("third", GATE)

    assert started == [GATE.job_id]
    assert not result.equivalence.passed


def test_a_proof_that_was_taken_over_is_evidence_for_what_is_timed(run):
    run("first", GATE)

    _, started, store = run("second", GATE, job())

    assert started == [job().job_id]
    path = store.job_folder(job().job_id) / "evidence.json"
    assert read_record(path, Equivalence).passed


def test_a_resumed_run_keeps_what_it_took_over(run, tmp_path, console):
    run("first", GATE)
    _, _, store = run("second", GATE)
    launcher = ProgramLauncher()

    display = PlainDisplay(console)
    run_programs([GATE], launcher, store, {"pytorch": (INFO, tmp_path)}, display, fresh=True)

    assert launcher.started == []
    assert len(read_journal(store.folder)) == 1


def test_what_is_left_counts_no_gate_that_was_proved(run, console):
    run("first", GATE)

    run("second", GATE, job(), job(task="verify", seed=1))

    told = [line for line in console.file.getvalue().splitlines() if "starts" in line]
    assert told[0].endswith("left: 1 job of unknown cost")
    assert told[1].endswith("left: 0 s and 1 job of unknown cost")
