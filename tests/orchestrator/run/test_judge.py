"""A job that left no result is told by its exit, its log and the disk, and harms no terminal."""

import pytest

from contract.memory_size import readable_size
from orchestrator.errors import printable
from orchestrator.run import judge
from orchestrator.run.follow import Ending
from orchestrator.run.judge import cause_of_death
from tests.contract.examples import job


@pytest.mark.parametrize(
    ("log", "reason", "cause", "remedy"),
    [
        ("", None, "exit code 9 and no valid result", "--resume"),
        ("", "killed by the kernel: out of memory", "killed by the kernel", "--memory"),
        ("fine\nlast line", None, "the end of its log: last line", "log.txt"),
    ],
)
def test_the_cause_is_told_with_its_remedy(tmp_path, log, reason, cause, remedy):
    (tmp_path / "log.txt").write_text(log)

    failure = cause_of_death(job(), tmp_path, Ending(9, reason))

    assert cause in failure.cause
    assert remedy in failure.remedy


@pytest.mark.parametrize(
    "last_words",
    [
        "MemoryError",
        "  what():  std::bad_alloc",
        "OSError: [Errno 12] Cannot allocate memory",
        "numpy._core._exceptions._ArrayMemoryError: Unable to allocate 1.2 GiB for an array",
        "DefaultCPUAllocator: not enough memory: you tried to allocate 8000000000 bytes.",
        "memory allocation of 8 bytes failed\nnote: run with `RUST_BACKTRACE=1`",
        "RESOURCE_EXHAUSTED: OOM when allocating tensor with shape[1000,13,13,32]",
        "Exceeded memory pool cap of 1.00GB with max 1.00GB",
    ],
)
def test_a_crash_for_want_of_memory_is_called_that_with_the_limit(tmp_path, last_words):
    (tmp_path / "log.txt").write_text(f"starts\n{last_words}\n")
    spec = job()

    failure = cause_of_death(spec, tmp_path, Ending(-6, "killed by signal SIGABRT"))

    limit = readable_size(spec.limits.memory_bytes)
    shortage = last_words.splitlines()[0].strip()
    assert failure.cause.startswith(f"out of memory at the limit of {limit}: {shortage}; killed by")
    assert failure.remedy.startswith("raise --memory, or whatever limit the cause names")


def test_a_gpu_that_has_no_memory_left_has_nothing_to_do_with_the_jobs_limit(tmp_path):
    (tmp_path / "log.txt").write_text("torch.OutOfMemoryError: CUDA out of memory. Tried …")

    cause = cause_of_death(job(), tmp_path, Ending(1, None)).cause

    assert cause.startswith("out of memory on the GPU: torch.OutOfMemoryError: CUDA")


def test_a_full_disk_is_told_first(tmp_path, monkeypatch):
    monkeypatch.setattr(judge, "free_bytes", lambda folder: 0)

    failure = cause_of_death(job(), tmp_path, Ending(2, None))

    assert failure.cause.startswith("the disk is full; ")
    assert "free space" in failure.remedy


def test_the_end_of_a_log_cannot_command_a_terminal(tmp_path):
    (tmp_path / "log.txt").write_bytes(b"\x1b[2J\x1b]0;owned\x07\xe2\x80\xae evil \xff")

    cause = cause_of_death(job(), tmp_path, Ending(1, None)).cause

    assert cause.isprintable()
    assert r"\x1b[2J" in cause


def test_a_log_that_is_a_link_is_not_read(tmp_path):
    (tmp_path / "secret").write_text("a secret")
    (tmp_path / "log.txt").symlink_to(tmp_path / "secret")

    assert "a secret" not in cause_of_death(job(), tmp_path, Ending(1, None)).cause


def test_what_can_be_printed_stays_as_it_is():
    assert printable("größer ≥ 1…\nnext") == "größer ≥ 1…\nnext"


def test_a_result_that_cannot_be_read_is_told_with_the_reason(tmp_path):
    (tmp_path / "result.json").write_text('{"schema_version": 1, "status": "perfect"}')

    failure = judge.judge(job(), tmp_path, Ending(0, None))

    assert "exit code 0 and no valid result; result.json cannot be read (" in failure.cause
