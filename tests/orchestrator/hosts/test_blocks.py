"""Whatever a job does, it leaves a result with its cause, and the rest goes on."""

import io
import json
import os
import signal
import threading
import time

import psutil
import pytest
from rich.console import Console

from contract.base import SCHEMA_VERSION
from contract.contender import Abilities
from contract.job import Limits
from contract.journal import read_journal
from contract.result import Failure
from orchestrator.errors import PlumblineError
from orchestrator.run.aside import put_drifted_aside
from orchestrator.store.store import RunStore
from orchestrator.terminal.progress import PlainDisplay
from tests.contract.examples import contender_info, job
from tests.orchestrator.programs import WRITE_RESULT, ProgramLauncher, run_programs

INFO = contender_info()


@pytest.fixture
def execute(tmp_path):
    """Run jobs with a program; return results and what was printed."""

    def execute(jobs, engine=None, unavailable=None):
        folder = tmp_path / "run"
        store = RunStore(folder) if folder.exists() else RunStore.create(tmp_path, "run")
        output = io.StringIO()
        contenders = {"pytorch": (INFO, tmp_path)}
        display = PlainDisplay(Console(file=output))
        launcher = engine or ProgramLauncher()
        results = run_programs(jobs, launcher, store, contenders, display, unavailable)
        return results, output.getvalue()

    return execute


def short(seconds):
    return Limits(cpus=(0,), threads=1, memory_bytes=2**30, timeout_seconds=seconds)


def program_for(**by_task):
    return lambda spec: by_task.get(spec.task, WRITE_RESULT)


def test_a_good_job_gives_its_result(execute):
    results, output = execute([job()])

    assert [result.status for result in results] == ["ok"]
    assert "trained in 12.5 s, test accuracy 50.00 %" in output


@pytest.mark.parametrize(
    ("program", "cause"),
    [
        ("raise SystemExit(3)", "exit code 3 and no valid result"),
        ("print('the disk is on fire'); raise SystemExit(1)", "the disk is on fire"),
        ("import os, signal; os.kill(os.getpid(), signal.SIGSEGV)", "killed by signal SIGSEGV"),
        ("import sys; open(sys.argv[1] + '/result.json', 'w').write('{\"half')", "exit code 0 and"),
        ("import sys; open(sys.argv[1] + '/result.json', 'w').write('{}' * 9)", "no valid result"),
        (WRITE_RESULT + "\nsys.exit(1)", "exit code 1"),
        (WRITE_RESULT.replace('"job": spec.identity', ""), "no valid result"),
    ],
    ids=[
        "exit",
        "end of the log",
        "signal",
        "half written",
        "garbage",
        "exit after",
        "other job's",
    ],
)
def test_a_bad_job_is_a_failure_with_its_cause_and_the_rest_goes_on(execute, program, cause):
    jobs = [job(task="predict", seed=7), job(task="train", seed=8)]

    results, _ = execute(jobs, ProgramLauncher(program_for(predict=program)))

    assert [result.status for result in results] == ["failed", "ok"]
    assert cause in results[0].failure.cause
    assert "--resume" in results[0].failure.remedy


def test_a_hung_job_is_killed_at_its_deadline_with_all_that_it_started(execute):
    hang = """
    import subprocess, sys, time
    child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"])
    print(child.pid, flush=True)
    time.sleep(600)
    """
    started = time.monotonic()

    results, _ = execute([job(limits=short(2))], ProgramLauncher(lambda spec: hang))

    assert time.monotonic() - started < 20
    assert "exceeded its deadline of 2 s" in results[0].failure.cause
    grandchild = int(results[0].failure.cause.split()[-1])
    assert not psutil.pid_exists(grandchild) or (
        psutil.Process(grandchild).status() == psutil.STATUS_ZOMBIE
    )


def test_finished_jobs_are_used_again_and_failed_ones_are_not(execute):
    jobs = [job(seed=1), job(seed=2)]
    first = ProgramLauncher(lambda spec: WRITE_RESULT if spec.seed == 1 else "raise SystemExit(1)")
    execute(jobs, first)
    second = ProgramLauncher()

    results, output = execute(jobs, second)

    assert [result.status for result in results] == ["ok", "ok"]
    assert second.started == [jobs[1].job_id]
    assert "finished before" in output


@pytest.mark.parametrize(
    ("change", "software"),
    [({"epochs": 2}, "software-1"), ({"limits": short(99)}, "software-1"), ({}, "software-2")],
    ids=["other epochs", "other limits", "other software"],
)
def test_a_result_of_something_else_is_never_used_again(execute, change, software):
    execute([job()])
    engine = ProgramLauncher(software=software)

    execute([job(**change)], engine)

    assert len(engine.started) == 1


def test_what_was_measured_with_other_software_is_set_aside_with_the_reason(execute, tmp_path):
    execute([job()])
    before = (tmp_path / "run" / "jobs" / job().job_id / "result.json").read_bytes()

    _, output = execute([job()], ProgramLauncher(software="software-2"))

    kept = tmp_path / "run" / "aside" / f"{job().job_id}.1"
    assert (kept / "result.json").read_bytes() == before
    assert f"software changed; the earlier result is kept in aside/{kept.name}" in (
        " ".join(output.split())
    )
    (aside,) = [entry for entry in read_journal(tmp_path / "run") if entry.kind == "set_aside"]
    assert (aside.job_id, aside.because) == (job().job_id, "software changed")


@pytest.mark.parametrize(
    ("name", "change", "told"),
    [
        ("result.json", {"schema_version": 99}, "result.json cannot be read (schema_version"),
        ("result.json", {"of_the_future": 1}, "of_the_future"),
        ("job.json", {"schema_version": 99}, "job.json cannot be read"),
        ("key.json", {"job": 1}, "key.json cannot be read (not a key"),
    ],
    ids=["newer result", "one field more", "newer job", "no key"],
)
def test_what_cannot_be_read_is_set_aside_with_the_reason(execute, tmp_path, name, change, told):
    execute([job()])
    path = tmp_path / "run" / "jobs" / job().job_id / name
    path.write_text(json.dumps(json.loads(path.read_text()) | change))
    before = path.read_bytes()

    results, output = execute([job()])

    assert [result.status for result in results] == ["ok"]
    assert (tmp_path / "run" / "aside" / f"{job().job_id}.1" / name).read_bytes() == before
    (aside,) = [entry for entry in read_journal(tmp_path / "run") if entry.kind == "set_aside"]
    assert told in aside.because
    assert told in " ".join(output.split())


def test_a_result_of_the_previous_schema_version_is_used_again(execute, tmp_path):
    execute([job()])
    path = tmp_path / "run" / "jobs" / job().job_id / "result.json"
    previous = json.loads(path.read_text()) | {"schema_version": SCHEMA_VERSION - 1}
    path.write_text(json.dumps(previous))
    engine = ProgramLauncher()

    results, _ = execute([job()], engine)

    assert [result.status for result in results] == ["ok"]
    assert engine.started == []


def test_what_cannot_be_read_is_kept_even_where_the_job_cannot_run(execute, tmp_path):
    execute([job()])
    (tmp_path / "run" / "jobs" / job().job_id / "result.json").write_text("{")

    execute([job()], unavailable={"mnist": Failure(cause="no network", remedy="connect it")})

    kept = tmp_path / "run" / "aside" / f"{job().job_id}.1" / "result.json"
    assert kept.read_text() == "{"


def test_a_failure_is_never_used_again_and_never_lost(execute, tmp_path):
    for _ in range(2):
        execute([job()], ProgramLauncher(lambda spec: "raise SystemExit(1)"))
    results, output = execute([job()])

    assert [result.status for result in results] == ["ok"]
    assert "it failed; the earlier result is kept in" in " ".join(output.split())
    assert len(list((tmp_path / "run" / "aside").iterdir())) == 2


def test_the_journal_tells_what_ran_when_and_how_it_ended(execute, tmp_path):
    jobs = [job(task="verify"), job(seed=1), job(seed=2)]
    fails = ProgramLauncher(lambda spec: "raise SystemExit(1)" if spec.seed == 2 else WRITE_RESULT)
    execute(jobs, fails)

    kinds = [(entry.kind, getattr(entry, "status", "")) for entry in read_journal(tmp_path / "run")]
    assert kinds == [
        ("job", "ok"),
        ("sentinel", ""),
        ("job", "ok"),
        ("job", "failed"),
        ("sentinel", ""),
    ]


def test_a_block_in_which_the_machine_changed_runs_again_and_no_other(execute, tmp_path):
    jobs = [job(seed=seed, repeat=seed + 1) for seed in range(2)]
    execute(jobs)
    store = RunStore(tmp_path / "run")
    slower = {"block": 2, "samples_seconds": (0.06, 0.06, 0.06)}
    steady = next(entry for entry in store.journal.entries() if entry.kind == "sentinel")
    store.journal.add(steady.model_copy(update=slower))
    said = []

    put_drifted_aside(store, jobs, said.append)
    execute(jobs, engine := ProgramLauncher())

    assert engine.started == [jobs[1].job_id]
    assert "block 2 runs again: the machine changed meanwhile" in said[0]
    assert (tmp_path / "run" / "aside" / f"{jobs[1].job_id}.1" / "result.json").is_file()
    put_drifted_aside(store, jobs, said.append)
    assert said[1:] == ["no block drifted and no job was disturbed: none runs again"]


def test_where_the_data_lies_does_not_make_a_job_another(execute):
    execute([job(data_dir="/data")])
    engine = ProgramLauncher()

    execute([job(data_dir="/elsewhere")], engine)

    assert engine.started == []


def test_jobs_without_data_are_skipped_with_the_reason(execute):
    absent = Failure(cause="no source answered", remedy="plumbline data fetch mnist")
    engine = ProgramLauncher()

    results, output = execute([job()], engine, unavailable={"mnist": absent})

    assert [(result.status, result.failure) for result in results] == [("skipped", absent)]
    assert engine.started == []
    assert "skipped: no source answered (remedy: plumbline data fetch mnist)" in output


def test_jobs_that_exceed_abilities_are_skipped_with_the_reason(execute, monkeypatch):
    limited = INFO.model_copy(update={"abilities": Abilities(layers=("dense",))})
    monkeypatch.setattr("tests.orchestrator.hosts.test_blocks.INFO", limited)
    engine = ProgramLauncher()

    results, output = execute([job()], engine)

    assert [result.status for result in results] == ["skipped"]
    assert engine.started == []
    assert "exceeds the abilities of PyTorch: it has no conv2d" in output


def test_a_skipped_job_is_tried_again_when_its_data_is_there(execute):
    execute([job()], unavailable={"mnist": Failure(cause="no network", remedy="connect it")})
    engine = ProgramLauncher()

    results, _ = execute([job()], engine)

    assert [result.status for result in results] == ["ok"]
    assert engine.started == [job().job_id]


def test_mistakes_are_made_without_a_gate(execute):
    engine = ProgramLauncher(program_for(verify="raise SystemExit(9)"))

    results, _ = execute([job(task="verify"), job(task="mistakes")], engine)

    assert [result.status for result in results] == ["failed", "ok"]


def test_nothing_is_timed_whose_gate_did_not_end(execute):
    engine = ProgramLauncher(program_for(verify="raise SystemExit(9)"))

    results, _ = execute([job(task="verify"), job(task="train")], engine)

    assert [result.status for result in results] == ["failed", "skipped"]
    assert "its gate did not finish" in results[1].failure.cause
    assert len(engine.started) == 1


def test_the_gates_evidence_is_handed_to_what_is_timed(execute, tmp_path):
    execute([job(task="verify"), job(task="train")])

    evidence = tmp_path / "run" / "jobs" / job(task="train").job_id / "evidence.json"
    assert '"passed":true' in evidence.read_text()


@pytest.fixture
def interruptible():
    """Let an interrupt be one, even where whoever started the tests lets it be ignored."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


@pytest.mark.usefixtures("interruptible")
def test_an_interrupt_stops_the_running_job_and_keeps_the_finished_ones(execute, tmp_path):
    sleeper = "import os, time; print(os.getpid(), flush=True); time.sleep(600)"
    engine = ProgramLauncher(lambda spec: WRITE_RESULT if spec.seed == 1 else sleeper)
    log = tmp_path / "run" / "jobs" / job(seed=2).job_id / "log.txt"

    def interrupt():
        while not log.is_file() or not log.read_text():
            time.sleep(0.05)
        os.kill(os.getpid(), signal.SIGINT)

    threading.Thread(target=interrupt, daemon=True).start()
    with pytest.raises(KeyboardInterrupt):
        execute([job(seed=1), job(seed=2)], engine)

    assert not psutil.pid_exists(int(log.read_text()))
    results, _ = execute([job(seed=1), job(seed=2)], resumed := ProgramLauncher())
    assert [result.status for result in results] == ["ok", "ok"]
    assert resumed.started == [job(seed=2).job_id]


def test_a_full_disk_stops_the_run_before_the_next_job(execute, monkeypatch):
    execute([job(seed=1)])
    monkeypatch.setattr("orchestrator.plan.resources.LEAST_FREE_BYTES", 2**60)

    with pytest.raises(PlumblineError, match="not enough disk space"):
        execute([job(seed=1), job(seed=2)])

    monkeypatch.undo()
    _, output = execute([job(seed=1)])
    assert "finished before" in output


def test_hostile_events_do_not_disturb_a_run(execute):
    hostile = (
        """
import sys
with open(sys.argv[1] + "/events.jsonl", "wb") as file:
    file.write(b"\\xff\\xfe not json\\n" + b"[" * 100000 + b"\\n" + b"{}\\n")
    file.write(b'{"kind": "epoch", "epoch": -1}\\n')
"""
        + WRITE_RESULT
    )

    results, _ = execute([job()], ProgramLauncher(lambda spec: hostile))

    assert results[0].status == "ok"


def test_what_is_left_is_told_from_what_the_same_work_took_before(execute):
    execute([job(seed=1)])

    _, output = execute([job(seed=1), job(seed=2), job(task="predict")])

    lines = [line for line in output.splitlines() if "starts" in line]
    assert "left: 2 jobs of unknown cost" in lines[0]
    assert "left: 1 job of unknown cost" in lines[2]


def test_a_contender_that_this_machine_cannot_have_is_skipped_with_the_reason(execute):
    class Without(ProgramLauncher):
        def left_out(self, contenders):
            return {"pytorch": Failure(cause="no compiler", remedy="install one")}

        def identity(self, contender, folder, device):
            raise AssertionError("there is nothing to look at")

    engine = Without()
    (result,), _ = execute([job()], engine)

    assert result.status == "skipped"
    assert result.failure.cause == "no compiler"
    assert engine.started == []
