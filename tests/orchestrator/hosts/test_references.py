"""The reference's work on a network is done once, and given to the gate of every contender."""

import sys

import pytest

from orchestrator.run import reference
from orchestrator.store.references import ReferenceStore
from orchestrator.store.store import RunStore
from orchestrator.terminal.progress import PlainDisplay
from tests.contract.examples import contender_info, job
from tests.orchestrator.programs import WRITE_RESULT, ProgramLauncher, run_programs

COMPUTES = """
import os, pathlib, sys
from contract.job import JobSpec
_, _, job, _, output = sys.argv
spec = JobSpec.model_validate_json(pathlib.Path(job).read_bytes())
pathlib.Path(output).write_text(f"for {spec.contender} on {sorted(os.sched_getaffinity(0))}")
"""
SEES = (
    WRITE_RESULT
    + """
given = folder / "given" / "reference.safetensors"
(folder / "seen").write_text(given.read_text() if given.exists() else "nothing")
"""
)
GATES = [job(task="verify", contender=name) for name in ("pytorch", "velox")]
CPUS = list(GATES[0].limits.cpus)
CONTENDERS = {name: (contender_info(name=name), None) for name in ("pytorch", "velox")}


@pytest.fixture
def run(tmp_path, console, monkeypatch):
    """Run jobs, a program in the reference's place; return what each saw of it, and the store."""

    def run(*jobs, computes=COMPUTES):
        monkeypatch.setattr(reference, "COMMAND", (sys.executable, "-c", computes))
        store, references = RunStore.create(tmp_path, "run"), ReferenceStore(tmp_path / "kept")
        launcher, display = ProgramLauncher(lambda spec: SEES), PlainDisplay(console)
        results = run_programs(
            jobs, launcher, store, CONTENDERS, display, fresh=True, references=references
        )
        assert {result.status for result in results} == {"ok"}
        return [(store.job_folder(spec.job_id) / "seen").read_text() for spec in jobs], store

    return run


def test_every_contender_of_a_network_is_given_the_work_that_was_done_for_the_first(run):
    seen, store = run(*GATES)

    assert seen == [f"for pytorch on {CPUS}"] * 2
    assert list(store.folder.rglob("given")) == []
    assert list(store.folder.rglob("reference")) == []


def test_a_later_run_does_it_no_more(run):
    run(GATES[0])

    seen, _ = run(GATES[1], computes="raise SystemExit('again')")

    assert seen == [f"for pytorch on {CPUS}"]


def test_another_network_has_work_of_its_own(run):
    training = GATES[1].training.model_copy(update={"batch_size": 7})

    seen, _ = run(GATES[0], GATES[1].model_copy(update={"training": training}))

    assert [text.split()[1] for text in seen] == ["pytorch", "velox"]


def test_only_a_gate_is_given_any(run):
    seen, _ = run(job())

    assert seen == ["nothing"]


@pytest.mark.parametrize(
    ("computes", "cause"),
    [
        ("raise SystemExit(3)", "exit code 3; see"),
        ("", "exit code 0; see"),
        ("import os, signal; os.kill(os.getpid(), signal.SIGSEGV)", "signal SIGSEGV"),
        ("import time; time.sleep(600)", "exceeded its deadline of 2 s"),
        (f"{COMPUTES}\nraise SystemExit(1)", "exit code 1; see"),
    ],
    ids=["failure", "no file", "signal", "deadline", "failure after the file"],
)
def test_where_it_fails_a_line_says_why_and_the_runner_does_it(run, console, computes, cause):
    short = GATES[0].limits.model_copy(update={"timeout_seconds": 2.0})

    seen, _ = run(GATES[0].model_copy(update={"limits": short}), computes=computes)

    assert seen == ["nothing"]
    told = " ".join(console.file.getvalue().split())
    assert "its runner computes the reference itself: " in told
    assert cause in told


def test_work_that_cannot_be_kept_is_no_failure(run, tmp_path):
    (tmp_path / "kept").write_text("not a folder")

    seen, _ = run(GATES[0])

    assert seen == ["nothing"]
