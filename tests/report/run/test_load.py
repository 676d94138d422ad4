"""A run's folder comes from elsewhere: whatever it holds, loading names it and goes on."""

import json
import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from contract.base import SCHEMA_VERSION
from contract.untrusted import MAX_FILE_BYTES
from report.run.load import load_run
from report.run.records import Job, ReportError, Run
from tests.report.conftest import MakeRun

JOB_ID = "s2.mnist-cnn.pytorch.matched.cpu.train.seed1.repeat1"
RESULT = f"jobs/{JOB_ID}/result.json"


def _job(run: Run, job_id: str = JOB_ID) -> Job:
    return next(job for job in run.jobs if job.identity.job_id == job_id)


def test_a_whole_run_has_no_problems(plain_run: Run) -> None:
    assert plain_run.problems == ()
    assert len(plain_run.jobs) == 16
    assert all(job.outcome == "ok" for job in plain_run.jobs)
    assert plain_run.studies["s2"].year == 2024


def test_jobs_come_in_the_order_of_execution(plain_run: Run) -> None:
    assert plain_run.record is not None
    assert [job.identity.job_id for job in plain_run.jobs] == list(plain_run.record.order)


def test_a_folder_without_a_run_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ReportError, match="no run here"):
        load_run(tmp_path)


def test_without_its_record_a_run_is_what_its_jobs_say(make_run: MakeRun) -> None:
    path = make_run()
    (path / "run.json").unlink()
    run = load_run(path)
    assert run.record is None
    assert set(run.contenders) == {"pytorch", "tensorflow", "keras", "velox"}
    assert [(problem.where, problem.cause) for problem in run.problems] == [("run.json", "missing")]


def test_a_missing_study_is_named(make_run: MakeRun) -> None:
    path = make_run()
    shutil.rmtree(path / "studies")
    assert [problem.where for problem in load_run(path).problems] == ["studies/s2.toml"]


@pytest.mark.parametrize(
    ("content", "cause"),
    [
        (b"", "not valid JSON"),
        (b"{", "not valid JSON"),
        (b"[" * 100_000, "not valid JSON"),
        (b'{"status": NaN}', "NaN is not a number"),
        (b'{"finished": 1e999}', "too large"),
        (b'{"finished": 123456789012345678901234567890}', "too large"),
        (b"\xff\xfe\x00", "not valid JSON"),
        (b'{"status": "ok"}', "Field required"),
        (b"[]", "Result"),
    ],
)
def test_a_corrupt_result_becomes_a_problem(make_run: MakeRun, content: bytes, cause: str) -> None:
    path = make_run(contenders=("pytorch",), repeats=1)
    (path / RESULT).write_bytes(content)
    run = load_run(path)
    assert [problem.where for problem in run.problems] == [RESULT]
    assert cause in run.problems[0].cause
    assert _job(run).outcome == "unfinished"


def test_a_problem_does_not_repeat_what_the_file_said(make_run: MakeRun) -> None:
    path = make_run(contenders=("pytorch",), repeats=1)
    (path / RESULT).write_text('{"schema_version": "a secret"}', encoding="utf-8")
    assert "a secret" not in load_run(path).problems[0].cause


def test_a_huge_file_is_not_read(make_run: MakeRun) -> None:
    path = make_run(contenders=("pytorch",), repeats=1)
    os.truncate(path / RESULT, MAX_FILE_BYTES + 1)
    assert "bytes; at most" in load_run(path).problems[0].cause


def test_a_link_out_of_the_folder_is_not_followed(make_run: MakeRun, tmp_path: Path) -> None:
    path = make_run(contenders=("pytorch",), repeats=1)
    elsewhere = tmp_path / "elsewhere.json"
    shutil.move(path / RESULT, elsewhere)
    (path / RESULT).symlink_to(elsewhere)
    assert load_run(path).problems[0].cause == "not a file"


def test_a_pipe_in_place_of_a_result_does_not_hang(make_run: MakeRun) -> None:
    path = make_run(contenders=("pytorch",), repeats=1)
    (path / RESULT).unlink()
    os.mkfifo(path / RESULT)
    assert load_run(path).problems[0].cause == "not a file"


def test_a_result_of_another_job_is_refused(make_run: MakeRun) -> None:
    path = make_run(contenders=("pytorch",), repeats=2)
    shutil.copy(path / RESULT.replace("repeat1", "repeat2"), path / RESULT)
    run = load_run(path)
    assert run.problems[0].cause == "belongs to another job"
    assert _job(run).result is None


def test_a_stray_folder_is_named(make_run: MakeRun) -> None:
    path = make_run(contenders=("pytorch",), repeats=1)
    (path / "jobs" / "<script>").mkdir()
    assert [problem.where for problem in load_run(path).problems] == ["jobs/<script>"]


def test_a_job_that_stopped_says_where(make_run: MakeRun) -> None:
    path = make_run(contenders=("pytorch",), repeats=1)
    (path / RESULT).unlink()
    events = path / "jobs" / JOB_ID / "events.jsonl"
    first = events.read_text(encoding="utf-8").splitlines()[0]
    events.write_text(first + '\n{"kind": "epo', encoding="utf-8")
    job = _job(load_run(path))
    assert job.outcome == "unfinished"
    assert job.failure is not None
    assert job.failure.cause == "no result: the job stopped in phase 'start'"


def test_a_job_that_never_began_is_known_from_the_order(make_run: MakeRun) -> None:
    path = make_run(contenders=("pytorch",), repeats=1)
    shutil.rmtree(path / "jobs" / JOB_ID)
    job = _job(load_run(path))
    assert job.outcome == "not started"
    assert job.failure is not None
    assert "--resume" in job.failure.remedy


@settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(content=st.binary(max_size=200) | st.text(max_size=200).map(str.encode))
def test_no_content_of_any_file_makes_loading_fail(plain_dir: Path, content: bytes) -> None:
    """A damaged copy of one job, beside an intact one."""
    path = plain_dir.parent / "damaged"
    shutil.rmtree(path, ignore_errors=True)
    other = JOB_ID.replace("repeat1", "repeat2")
    shutil.copytree(plain_dir / "jobs" / other, path / "jobs" / other)
    (path / "studies").mkdir()
    (path / "jobs" / JOB_ID).mkdir()
    for name in ("job.json", "result.json", "events.jsonl"):
        (path / "jobs" / JOB_ID / name).write_bytes(content)
    for name in ("run.json", "studies/s2.toml"):
        (path / name).write_bytes(content)
    run = load_run(path)
    assert _job(run, other).outcome == "ok"
    assert {f"jobs/{JOB_ID}/job.json", RESULT, "run.json"} <= {p.where for p in run.problems}


def test_numbers_in_words_do_not_slip_through(make_run: MakeRun) -> None:
    """A text is no number, however long its digits are."""
    path = make_run(contenders=("pytorch",), repeats=1)
    content = json.loads((path / RESULT).read_text(encoding="utf-8"))
    content["metrics"]["peak_memory_bytes"] = "9" * 4000
    (path / RESULT).write_text(json.dumps(content), encoding="utf-8")
    assert "metrics.peak_memory_bytes" in load_run(path).problems[0].cause


def test_a_damaged_result_is_why_its_job_has_none(make_run: MakeRun) -> None:
    path = make_run(contenders=("pytorch",), repeats=1)
    (path / RESULT).write_text("{", encoding="utf-8")
    failure = _job(load_run(path)).failure
    assert failure is not None
    assert failure.cause.startswith("its result cannot be used: not valid JSON")
    assert "--resume" in failure.remedy


def test_a_result_of_a_newer_schema_names_who_wrote_it_and_what_to_do(make_run: MakeRun) -> None:
    path = make_run(contenders=("pytorch",), repeats=1)
    text = (path / RESULT).read_text(encoding="utf-8")
    present = f'"schema_version": {SCHEMA_VERSION}'
    (path / RESULT).write_text(text.replace(present, '"schema_version": 9'))
    (problem,) = load_run(path).problems
    assert f"in schema version 9, this Plumbline reads 1 to {SCHEMA_VERSION}" in problem.cause
    assert "read it with the one that wrote it, or a newer one" in problem.cause


def test_a_link_that_leads_nowhere_is_a_problem(make_run: MakeRun) -> None:
    path = make_run(contenders=("pytorch",), repeats=1)
    for name in (RESULT, "journal.jsonl"):
        (path / name).unlink()
        (path / name).symlink_to("gone")
    assert {(p.where, p.cause) for p in load_run(path).problems} == {
        (RESULT, "not a file"),
        ("journal.jsonl", "not a file"),
    }


@pytest.mark.parametrize("name", ["jobs", "studies", "development"])
def test_a_file_in_the_place_of_a_folder_is_a_problem(make_run: MakeRun, name: str) -> None:
    path = make_run(contenders=("pytorch",), repeats=1)
    shutil.rmtree(path / name, ignore_errors=True)
    (path / name).write_text("mine", encoding="utf-8")
    assert (name, "not a folder") in {(p.where, p.cause) for p in load_run(path).problems}


def _runs_folder(path: Path) -> None:
    (path / "20260302-quick").mkdir(parents=True)


def _dangling(path: Path) -> None:
    path.symlink_to("gone")


def _a_file(path: Path) -> None:
    path.write_text("", encoding="utf-8")


def _damaged_record(path: Path) -> None:
    path.mkdir()
    (path / "run.json").write_text("{", encoding="utf-8")


@pytest.mark.parametrize(
    ("make", "told"),
    [
        (_runs_folder, "no run here: a run's folder holds run.json and jobs/"),
        (_dangling, "no run here: the link leads to gone, which is gone"),
        (_a_file, "no run here: not a folder"),
        (_damaged_record, r"run.json cannot be used \(not valid JSON.*\), and there is no job"),
        (lambda path: None, "no run here: no such folder"),
    ],
)
def test_what_lies_in_the_place_of_a_run_is_told(
    tmp_path: Path, make: Callable[[Path], None], told: str
) -> None:
    make(tmp_path / "run")
    with pytest.raises(ReportError, match=told):
        load_run(tmp_path / "run")
