"""Trained weights reach the jobs that transfer them, and nobody else keeps any."""

import pytest

from contract.result import Failure
from orchestrator.store.store import RunStore
from orchestrator.terminal.progress import PlainDisplay
from tests.contract.examples import job
from tests.orchestrator.hosts.test_blocks import INFO
from tests.orchestrator.programs import WRITE_RESULT, ProgramLauncher, run_programs

WRITE_WEIGHTS = (
    WRITE_RESULT
    + """
for name in ("weights.safetensors", "logits.npy"):
    (folder / name).write_text(f"{name} of {spec.contender} by seed {spec.seed}")
"""
)
LIST_GIVEN = (
    WRITE_RESULT
    + """
given = sorted(str(path.relative_to(folder)) for path in folder.rglob("given/*/*"))
(folder / "seen").write_text(" ".join([*spec.transfer_from, *given]))
"""
)
TRAINED = [job(contender=name) for name in ("pytorch", "velox")]
LATER = job(repeat=2, seed=1)
TRANSFER = job(task="transfer", transfer_from=("pytorch", "velox"))
JOBS = [*TRAINED, TRANSFER, LATER]


def program(spec):
    return {"train": WRITE_WEIGHTS, "transfer": LIST_GIVEN}[spec.task]


@pytest.fixture
def run(tmp_path, console):
    """Run jobs; return the results and the run's folder."""

    def run(jobs, program=program, unavailable=None):
        folder = tmp_path / "run"
        store = RunStore(folder) if folder.exists() else RunStore.create(tmp_path, "run")
        contenders = dict.fromkeys(("pytorch", "velox"), (INFO, tmp_path))
        engine = ProgramLauncher(program)
        display = PlainDisplay(console)
        results = run_programs(jobs, engine, store, contenders, display, unavailable)
        return results, engine.started, store

    return run


def seen(store):
    return (store.job_folder(TRANSFER.job_id) / "seen").read_text().split()


def test_a_transfer_is_given_the_weights_and_outputs_of_every_contender(run):
    results, _, store = run(JOBS)

    assert {result.status for result in results} == {"ok"}
    assert seen(store) == [
        *("pytorch", "velox"),
        *("given/pytorch/logits.npy", "given/pytorch/weights.safetensors"),
        *("given/velox/logits.npy", "given/velox/weights.safetensors"),
    ]


def test_only_weights_that_a_transfer_reads_are_kept_and_only_once(run):
    _, _, store = run(JOBS)

    kept = {path.parent.name for path in store.folder.rglob("weights.safetensors")}
    assert kept == {spec.job_id for spec in TRAINED}
    assert {path.parent.name for path in store.folder.rglob("logits.npy")} == kept


def test_a_source_without_weights_is_left_out(run):
    def one_fails(spec):
        failing = spec.task == "train" and spec.contender == "velox"
        return "raise SystemExit(1)" if failing else program(spec)

    results, _, store = run(JOBS, one_fails)

    assert [result.status for result in results] == ["ok", "failed", "ok", "ok"]
    assert seen(store)[0] == "pytorch"
    assert "velox" not in " ".join(seen(store))
    assert store.read_job(TRANSFER.job_id).transfer_from == ("pytorch",)


def test_a_transfer_without_any_source_is_skipped(run):
    absent = {"mnist": Failure(cause="no network", remedy="connect it")}
    run(TRAINED, unavailable=absent)

    results, started, _ = run([TRANSFER])

    assert results[0].status == "skipped"
    assert "no training of mnist-cnn left weights to transfer" in results[0].failure.cause
    assert started == []


def test_a_transfer_is_used_again_only_for_the_same_weights(run):
    run(JOBS)
    _, started, store = run(JOBS)
    assert started == []

    trained = store.job_folder(TRAINED[0].job_id) / "weights.safetensors"
    trained.write_text("other weights")
    _, started, _ = run(JOBS)

    assert started == [TRANSFER.job_id]
