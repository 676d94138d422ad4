"""What an earlier run measured here is taken over, block by block, by every later run."""

import pytest

from contract.journal import Spared, read_journal
from contract.names import LOGITS_NAME, WEIGHTS_NAME
from orchestrator.store.journal import now
from orchestrator.store.store import RunStore
from orchestrator.terminal.progress import PlainDisplay
from tests.contract.examples import job
from tests.orchestrator.hosts.test_blocks import INFO
from tests.orchestrator.programs import WRITE_RESULT, ProgramLauncher, run_programs

CONTENDERS = ("keras", "pytorch")
BLOCK = tuple(job(contender=name) for name in CONTENDERS)
NEXT_BLOCK = tuple(job(contender=name, repeat=2, seed=1) for name in CONTENDERS)
TRANSFER = job(task="transfer", contender="keras", transfer_from=("pytorch",))
WITH_WEIGHTS = (
    WRITE_RESULT
    + f"""
if trained:
    (folder / "{WEIGHTS_NAME}").write_bytes(b"weights")
    (folder / "{LOGITS_NAME}").write_bytes(b"logits")
"""
)
A_DAY_LATER = (
    WRITE_RESULT
    + """
from datetime import timedelta
later = {name: getattr(result, name) + timedelta(days=1) for name in ("started", "finished")}
result = result.model_copy(update=later)
(folder / "result.json").write_text(result.model_dump_json())
"""
)
DISTURBED = (
    WRITE_RESULT
    + """
from contract.disturbance import Disturbance
found = Disturbance(wall_seconds=1, foreign_cpu_share=0.5, involuntary_switches=0)
result = result.model_copy(update={"disturbances": {"train": found}})
(folder / "result.json").write_text(result.model_dump_json())
"""
)
FAILS = "raise SystemExit(1)"


@pytest.fixture
def run(tmp_path, console):
    """Run jobs in a run of that name; return the results, which jobs started, and the store."""

    def run(name, *jobs, program=lambda spec: WRITE_RESULT, software="software-1", fresh=False):
        folder = tmp_path / name
        store = RunStore(folder) if folder.exists() else RunStore.create(tmp_path, name)
        launcher = ProgramLauncher(program, software)
        contenders = dict.fromkeys(CONTENDERS, (INFO, tmp_path))
        display = PlainDisplay(console)
        results = run_programs(jobs, launcher, store, contenders, display, fresh=fresh)
        return results, launcher.started, store

    return run


def ids(*jobs):
    return [one.job_id for one in jobs]


def test_a_later_run_takes_measurements_over_and_says_whose_they_are(run):
    first, _, _ = run("1", *BLOCK)

    results, started, store = run("2", *BLOCK)

    assert started == []
    assert results == first
    assert results == [store.read_result(job_id) for job_id in ids(*BLOCK)]
    entries = read_journal(store.folder)
    assert [(e.kind, e.job_id, e.by_run) for e in entries] == [
        ("measured_before", job_id, "1") for job_id in ids(*BLOCK)
    ]


def test_what_was_handed_on_is_said_to_be_of_the_run_that_measured_it(run):
    run("1", *BLOCK)
    run("2", *BLOCK)

    _, _, store = run("3", *BLOCK)

    assert {entry.by_run for entry in read_journal(store.folder)} == {"1"}


def test_only_what_was_not_measured_runs(run):
    run("1", *BLOCK)

    _, started, _ = run("2", *BLOCK, *NEXT_BLOCK)

    assert started == ids(*NEXT_BLOCK)


def test_contenders_of_a_block_are_measured_together_or_taken_over_together(run):
    run("1", BLOCK[0])
    run("2", BLOCK[1])

    _, started, _ = run("3", *BLOCK)

    assert started == ids(*BLOCK)


def test_what_the_earlier_run_left_out_is_not_missed(run):
    """It took turns with fewer: those whom an open statement needed."""
    _, _, store = run("1", BLOCK[0])
    left_out = BLOCK[1].job_id
    store.journal.add(Spared(time=now(), job_ids=(left_out,), because="nothing is open"))

    _, started, _ = run("2", *BLOCK)

    assert started == [left_out]


def test_a_block_in_which_one_failed_is_measured_again_as_a_whole(run):
    run("1", *BLOCK, program=lambda spec: FAILS if spec.contender == "keras" else WRITE_RESULT)

    _, started, _ = run("2", *BLOCK)

    assert started == ids(*BLOCK)


def test_measurements_of_something_else_are_never_taken_over(run):
    run("1", *BLOCK)

    _, started, _ = run("2", *BLOCK, software="software-2")

    assert started == ids(*BLOCK)


def test_fresh_measures_anew(run):
    run("1", *BLOCK)

    _, started, _ = run("2", *BLOCK, fresh=True)

    assert started == ids(*BLOCK)


def test_a_block_in_which_the_machine_changed_is_not_taken_over(run):
    _, _, store = run("1", *BLOCK)
    last = read_journal(store.folder)[-1]
    store.journal.add(last.model_copy(update={"samples_seconds": (0.3, 0.3, 0.3)}))

    _, started, _ = run("2", *BLOCK)

    assert started == ids(*BLOCK)


def test_a_block_in_which_one_stayed_disturbed_is_not_taken_over(run):
    run("1", *BLOCK, program=lambda spec: DISTURBED if spec.contender == "keras" else WRITE_RESULT)

    _, started, _ = run("2", *BLOCK)

    assert started == ids(*BLOCK)


def test_a_resumed_run_does_not_mix_its_own_block_with_an_earlier_one(run):
    run("1", *BLOCK)
    run("2", BLOCK[0], program=lambda spec: A_DAY_LATER, fresh=True)

    _, started, _ = run("2", *BLOCK)

    assert started == ids(BLOCK[1])


def test_a_run_that_was_interrupted_while_it_took_over_goes_on_with_that(run):
    run("1", *BLOCK)
    run("2", BLOCK[0])

    _, started, _ = run("2", *BLOCK)

    assert started == []


def test_transfers_read_the_weights_of_trainings_that_were_taken_over(run):
    run("1", *BLOCK, TRANSFER, program=lambda spec: WITH_WEIGHTS)

    results, started, store = run("2", *BLOCK, TRANSFER, program=lambda spec: WITH_WEIGHTS)

    assert started == []
    assert [result.status for result in results] == ["ok"] * 3
    assert (store.job_folder(BLOCK[1].job_id) / WEIGHTS_NAME).read_bytes() == b"weights"


def test_trainings_whose_weights_are_gone_run_again_where_a_transfer_reads_them(run):
    _, _, store = run("1", *BLOCK, program=lambda spec: WITH_WEIGHTS)
    assert not (store.job_folder(BLOCK[1].job_id) / WEIGHTS_NAME).exists()

    _, started, _ = run("2", *BLOCK, TRANSFER, program=lambda spec: WITH_WEIGHTS)

    assert started == ids(*BLOCK, TRANSFER)


def test_what_is_left_counts_nothing_that_was_measured(run, console):
    run("1", *BLOCK)

    run("2", *BLOCK, *NEXT_BLOCK)

    told = [line for line in console.file.getvalue().splitlines() if "starts" in line]
    assert told[-4].endswith("left: 0 s and 2 jobs of unknown cost")


def test_a_run_on_both_devices_takes_over_what_was_measured_on_one(run):
    run("1", *BLOCK)

    on_gpu = [spec.model_copy(update={"device": "cuda"}) for spec in BLOCK]
    _, started, _ = run("2", *BLOCK, *on_gpu)

    assert started == ids(*on_gpu)
