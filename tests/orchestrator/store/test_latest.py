"""Whatever lies at `latest`, a run can begin, is told what is wrong, and destroys nothing."""

import json
from datetime import datetime, timezone

import pytest

from contract.run import EngineRecord, RunRecord
from orchestrator.store.output import latest_run, point_latest_to
from orchestrator.store.store import RunStore

RECORD = RunRecord(
    run_id="run",
    created=datetime(2026, 1, 1, tzinfo=timezone.utc),
    finished=None,
    profile="quick",
    engine=EngineRecord(name="local", version="1", reason="asked for"),
    studies=("s2",),
    contenders=("pytorch",),
    devices=("cpu",),
    repeats=1,
    seed=0,
    command=("run",),
    plumbline_version="0.1.0",
    source_commit=None,
    source_dirty=None,
    order=(),
)


@pytest.fixture
def said():
    return []


def a_run(output, name):
    store = RunStore.create(output, name)
    store.write_run(RECORD)
    return store


def test_latest_leads_to_the_newest_run(tmp_path, said):
    for name in ("first", "second"):
        point_latest_to(a_run(tmp_path, name), said.append)

    store, record = latest_run(tmp_path, said.append)

    assert store.folder.name == "second"
    assert record == RECORD
    assert said == []


def test_without_a_run_there_is_no_latest_and_nothing_to_say(tmp_path, said):
    assert latest_run(tmp_path, said.append) is None
    assert said == []


@pytest.mark.parametrize(
    ("content", "told"),
    [
        ("{", "not valid JSON"),
        (RECORD.model_dump_json().replace("quick", "slow"), "profile"),
        (
            json.dumps(
                json.loads(RECORD.model_dump_json())
                | {"schema_version": 99, "plumbline_version": "7.0"}
            ),
            "schema_version",
        ),
    ],
    ids=["corrupt", "invalid", "newer"],
)
def test_a_record_that_cannot_be_read_is_told_and_kept(tmp_path, said, content, told):
    store = a_run(tmp_path, "run")
    point_latest_to(store, said.append)
    (store.folder / "run.json").write_text(content)

    assert latest_run(tmp_path, said.append) is None

    (line,) = said
    assert "run.json cannot be read" in line
    assert told in line
    assert "a new run begins" in line
    assert (store.folder / "run.json").read_text() == content


def test_a_link_that_leads_nowhere_is_told(tmp_path, said):
    (tmp_path / "latest").symlink_to("gone")

    assert latest_run(tmp_path, said.append) is None
    assert said == [f"{tmp_path}/gone cannot be resumed: there is no run.json; a new run begins"]


@pytest.mark.parametrize("name", ["jobs", "studies", "development", "aside"])
def test_a_file_in_the_place_of_a_runs_folder_is_told_and_kept(tmp_path, said, name):
    store = a_run(tmp_path, "run")
    point_latest_to(store, said.append)
    (store.folder / name).write_text("mine")

    assert latest_run(tmp_path, said.append) is None

    assert said == [
        f"{store.folder} cannot be resumed: {name}: not a folder; it is kept, and a new run begins"
    ]
    assert (store.folder / name).read_text() == "mine"


def test_a_folder_in_the_place_of_the_link_is_kept_and_resumed(tmp_path, said):
    a_run(tmp_path, "latest")

    store, record = latest_run(tmp_path, said.append)

    assert store.folder == tmp_path / "latest.1"
    assert record == RECORD
    assert (tmp_path / "latest").is_symlink()
    assert "latest.1" in said[0]


@pytest.mark.parametrize("in_the_way", ["folder", "file"])
def test_what_lies_in_the_place_of_the_link_is_kept(tmp_path, said, in_the_way):
    if in_the_way == "folder":
        (tmp_path / "latest").mkdir()
        (tmp_path / "latest" / "mine").touch()
    else:
        (tmp_path / "latest").write_text("mine")

    point_latest_to(a_run(tmp_path, "run"), said.append)

    assert (tmp_path / "latest").resolve() == tmp_path / "run"
    assert (tmp_path / "latest.1").exists()
    assert len(said) == 1
