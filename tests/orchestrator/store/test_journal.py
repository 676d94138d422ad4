"""A journal is only added to; what of it cannot be read is kept and told."""

import json

import pytest

from contract.journal import THIS_MACHINE, JobEntry
from orchestrator.store.journal import Journal, now
from orchestrator.store.store import RunStore

ENTRY = JobEntry(job_id="a.job", started=now(), seconds=1, status="ok", host="another-machine")


@pytest.fixture
def check(tmp_path):
    """Check the journal of a run with that content; return what is said."""

    def check(content):
        (tmp_path / "journal.jsonl").write_bytes(content)
        said = []
        RunStore(tmp_path).check_journal(said.append)
        return said

    return check


def test_an_entry_names_its_host(tmp_path):
    Journal(tmp_path).add(ENTRY)

    assert Journal(tmp_path).entries() == [ENTRY]


def test_an_entry_of_a_journal_without_hosts_is_of_this_machine(tmp_path):
    older = json.loads(ENTRY.model_dump_json(exclude={"host"}))
    (tmp_path / "journal.jsonl").write_text(json.dumps(older) + "\n")

    (entry,) = Journal(tmp_path).entries()

    assert entry.host == THIS_MACHINE


def test_nothing_is_said_of_a_good_journal(check):
    assert check(ENTRY.model_dump_json().encode() + b"\n") == []


def test_lines_that_cannot_be_read_are_told_and_stay(check, tmp_path):
    content = b'{"kind": "of the future"}\n' + ENTRY.model_dump_json().encode() + b"\n"

    (line,) = check(content)

    assert line.endswith("unreadable lines, which are ignored: 1")
    assert (tmp_path / "journal.jsonl").read_bytes() == content
    assert Journal(tmp_path).entries() == [ENTRY]


def test_a_journal_that_cannot_be_read_at_all_is_set_aside(tmp_path):
    (tmp_path / "elsewhere").write_text("of somebody else")
    (tmp_path / "journal.jsonl").symlink_to(tmp_path / "elsewhere")
    said = []

    RunStore(tmp_path).check_journal(said.append)
    Journal(tmp_path).add(ENTRY)

    assert said == [
        "journal.jsonl cannot be read (not a file); it is kept in aside/journal.jsonl.1, "
        "and a new one begins"
    ]
    assert Journal(tmp_path).entries() == [ENTRY]
    assert (tmp_path / "elsewhere").read_text() == "of somebody else"
