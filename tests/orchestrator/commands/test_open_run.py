"""A run is resumed where it is of the same plan and can be read; else a new one begins."""

import pytest

from contract.run import EngineRecord
from orchestrator.commands.carry_out import open_store, run_record
from orchestrator.commands.options import RunOptions
from orchestrator.errors import PlumblineError
from orchestrator.store.output import point_latest_to
from orchestrator.store.source import Source
from tests.contract.examples import contender_info, job

ENGINE = EngineRecord(name="local", version="1", reason="a test")
JOBS = [job(seed=1), job(seed=2)]


@pytest.fixture
def open_run(tmp_path):
    """Open a run as `--resume` does, describe it, and return its folder and what was said."""

    def open_run(jobs=JOBS, **options):
        said = []
        options = RunOptions(output=tmp_path, profile="smoke", resume=True, **options)
        store, created = open_store(options, jobs, ENGINE, said.append)
        contenders = {"pytorch": (contender_info(), tmp_path)}
        source = Source("0.1.0", None, None)
        record = run_record(options, store.folder.name, created, jobs, ENGINE, source, contenders)
        store.write_run(record)
        point_latest_to(store, said.append)
        return store.folder, said

    return open_run


def test_a_run_of_the_same_plan_is_resumed_and_nothing_said(open_run):
    first, _ = open_run()

    assert open_run() == (first, [])


def test_a_run_of_another_plan_is_left_alone(open_run):
    first, _ = open_run()
    before = (first / "run.json").read_bytes()

    second, said = open_run(jobs=JOBS[:1])

    assert second != first
    assert said == []
    assert (first / "run.json").read_bytes() == before


@pytest.mark.parametrize("content", ["", "{", '{"schema_version": 2}'])
def test_beside_a_run_that_cannot_be_read_a_new_one_begins(open_run, tmp_path, content):
    first, _ = open_run()
    (first / "run.json").write_text(content)

    second, (line,) = open_run()

    assert second != first
    assert f"{first} cannot be resumed: run.json cannot be read" in line
    assert (first / "run.json").read_text() == content
    assert (tmp_path / "latest").resolve() == second


def test_drifted_blocks_of_another_plan_cannot_run_again(open_run):
    open_run()

    with pytest.raises(PlumblineError, match="has other jobs"):
        open_run(jobs=JOBS[:1], rerun_drifted=True)


def test_drifted_blocks_of_a_run_that_cannot_be_read_cannot_run_again(open_run):
    folder, _ = open_run()
    (folder / "run.json").write_text("{")

    with pytest.raises(PlumblineError, match="holds no run that can be continued"):
        open_run(rerun_drifted=True)
