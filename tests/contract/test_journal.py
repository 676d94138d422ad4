"""A journal is read line by line; what is no entry is counted, and never believed."""

from hypothesis import given
from hypothesis import strategies as st

from contract.journal import (
    JobEntry,
    SetAside,
    Spared,
    TakenOver,
    parse_journal,
    spared,
    taken_over,
)
from tests.contract.examples import MOMENT
from tests.contract.test_drift import reading

ENTRIES = [
    reading(1, "first"),
    JobEntry(job_id="s2.a", started=MOMENT, seconds=2.5, status="ok"),
    SetAside(time=MOMENT, block=1, because="drift"),
    TakenOver(
        kind="proved_before", time=MOMENT, job_id="s2.a", by_run="20260101", by_job_id="x1.a"
    ),
]
LINES = [entry.model_dump_json().encode() + b"\n" for entry in ENTRIES]


def test_entries_come_back_as_they_were_written():
    assert parse_journal(b"".join(LINES)) == (ENTRIES, 0)


@given(st.integers(1, len(LINES[2]) - 1))
def test_a_torn_last_line_is_no_entry_and_no_fault(length):
    assert parse_journal(LINES[0] + LINES[2][:length]) == (ENTRIES[:1], 0)


@given(st.binary(min_size=1).filter(lambda text: b"\n" not in text))
def test_what_is_no_entry_is_counted(line):
    assert parse_journal(LINES[0] + line + b"\n" + LINES[1]) == (ENTRIES[:2], 1)


def test_a_proof_is_taken_over_until_it_is_set_aside_or_made_anew():
    _, run, _, taken = ENTRIES
    aside = SetAside(time=MOMENT, job_id="s2.a", block=1, because="its source changed")
    other = SetAside(time=MOMENT, job_id="s2.b", block=1, because="its source changed")
    assert taken_over([run, taken, other]) == {"s2.a": taken}
    assert taken_over([taken, run]) == {}
    assert taken_over([taken, aside]) == {}
    assert taken_over([taken, aside, taken]) == {"s2.a": taken}


def test_what_was_left_out_stays_so_until_it_is_done_after_all():
    _, run, _, taken = ENTRIES
    left_out = Spared(time=MOMENT, job_ids=("s2.a", "s2.b"), because="nothing is open")
    assert spared([left_out]) == dict.fromkeys(("s2.a", "s2.b"), "nothing is open")
    assert spared([left_out, run]) == {"s2.b": "nothing is open"}
    assert spared([left_out, taken]) == {"s2.b": "nothing is open"}
    assert spared([run, left_out]) == dict.fromkeys(("s2.a", "s2.b"), "nothing is open")
