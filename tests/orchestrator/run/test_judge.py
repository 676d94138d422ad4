"""A job that left no result is told by its exit, its log and the disk, and harms no terminal."""

import pytest

from orchestrator.errors import printable
from orchestrator.run import judge
from orchestrator.run.follow import Ending
from orchestrator.run.judge import cause_of_death
from tests.contract.examples import job


@pytest.mark.parametrize(
    ("log", "reason", "cause", "remedy"),
    [
        ("", None, "exit code 9 and no valid result", "--resume"),
        ("what(): std::bad_alloc", "killed by signal SIGABRT", "out of memory; killed", "--memory"),
        ("memory allocation of 8 bytes failed\nnote: …", None, "out of memory; the", "--memory"),
        ("", "killed by the kernel: out of memory", "killed by the kernel", "--memory"),
        ("fine\nlast line", None, "the end of its log: last line", "log.txt"),
    ],
)
def test_the_cause_is_told_with_its_remedy(tmp_path, log, reason, cause, remedy):
    (tmp_path / "log.txt").write_text(log)

    failure = cause_of_death(tmp_path, Ending(9, reason))

    assert cause in failure.cause
    assert remedy in failure.remedy


def test_a_full_disk_is_told_first(tmp_path, monkeypatch):
    monkeypatch.setattr(judge, "free_bytes", lambda folder: 0)

    failure = cause_of_death(tmp_path, Ending(2, None))

    assert failure.cause.startswith("the disk is full; ")
    assert "free space" in failure.remedy


def test_the_end_of_a_log_cannot_command_a_terminal(tmp_path):
    (tmp_path / "log.txt").write_bytes(b"\x1b[2J\x1b]0;owned\x07\xe2\x80\xae evil \xff")

    cause = cause_of_death(tmp_path, Ending(1, None)).cause

    assert cause.isprintable()
    assert r"\x1b[2J" in cause


def test_a_log_that_is_a_link_is_not_read(tmp_path):
    (tmp_path / "secret").write_text("a secret")
    (tmp_path / "log.txt").symlink_to(tmp_path / "secret")

    assert "a secret" not in cause_of_death(tmp_path, Ending(1, None)).cause


def test_what_can_be_printed_stays_as_it_is():
    assert printable("größer ≥ 1…\nnext") == "größer ≥ 1…\nnext"


def test_a_result_that_cannot_be_read_is_told_with_the_reason(tmp_path):
    (tmp_path / "result.json").write_text('{"schema_version": 1, "status": "perfect"}')

    failure = judge.judge(job(), tmp_path, Ending(0, None))

    assert "exit code 0 and no valid result; result.json cannot be read (" in failure.cause
