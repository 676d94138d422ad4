"""A run's folder: atomic, held by one, trusting nothing that it reads."""

import pytest

from contract.development import DevelopmentMetrics, DevelopmentRecord
from orchestrator.errors import PlumblineError
from orchestrator.run.follow import EventTail
from orchestrator.store.files import write_atomically
from orchestrator.store.store import RunStore
from tests.contract.examples import job


def test_an_unwritable_output_is_refused_with_the_remedy(tmp_path):
    (tmp_path / "file").write_text("not a folder")

    with pytest.raises(PlumblineError, match="cannot be written") as caught:
        RunStore.create(tmp_path / "file", "run")

    assert "--output" in caught.value.remedy


@pytest.mark.parametrize("content", [b"", b"{", b"\xff\xfe", b"[]", b"{}", b"null"])
def test_a_result_that_is_none_is_no_result(tmp_path, content):
    store = RunStore(tmp_path)
    folder = store.prepare(job(), None)
    (folder / "result.json").write_bytes(content)
    store.accept(job(), {"job": "1"})

    assert store.read_result(job().job_id) is None


def test_a_result_that_is_too_large_to_be_one_is_not_read(tmp_path):
    store = RunStore(tmp_path)
    folder = store.prepare(job(), None)
    with (folder / "result.json").open("wb") as file:
        file.truncate(2**31)

    assert store.read_result(job().job_id) is None


def test_writing_leaves_the_whole_file_or_the_old_one(tmp_path):
    path = tmp_path / "file"
    write_atomically(path, "old")

    with pytest.raises(UnicodeEncodeError):
        write_atomically(path, "new \ud800")

    assert path.read_text() == "old"


def test_events_are_read_as_they_come_and_half_lines_wait(tmp_path):
    path = tmp_path / "events.jsonl"
    tail = EventTail(path)
    line = b'{"kind": "done", "time": "2026-01-01T00:00:00Z", "elapsed_seconds": 1}\n'
    assert list(tail.new()) == []

    path.write_bytes(line + line[:20])
    assert [event.kind for event in tail.new()] == ["done"]
    with path.open("ab") as file:
        file.write(line[20:])

    assert [event.kind for event in tail.new()] == ["done"]
    assert list(tail.new()) == []


def test_development_is_written_where_the_report_finds_it(tmp_path):
    reasons = {
        name: "not asked" for name in DevelopmentMetrics.model_fields if name != "unmeasured"
    }
    record = DevelopmentRecord(contender="pytorch", metrics=DevelopmentMetrics(unmeasured=reasons))

    RunStore(tmp_path).write_development(record)

    text = (tmp_path / "development" / "pytorch.json").read_text()
    assert DevelopmentRecord.model_validate_json(text) == record
