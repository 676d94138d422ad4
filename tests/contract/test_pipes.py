"""Neither side of the pipes waits without a limit for the other, whatever that one does."""

import os
import time

import pytest

from contract.names import ANSWERS_NAME, ORDERS_NAME
from contract.pipes import MAX_LINE_BYTES, PipeError, make_pipes, open_pipes


@pytest.fixture
def sides(tmp_path):
    with make_pipes(tmp_path) as orchestrator, open_pipes(tmp_path) as runner:
        yield orchestrator, runner


def test_lines_go_both_ways_in_their_order(sides):
    orchestrator, runner = sides

    for number in range(3):
        orchestrator.send(f"order {number}")
    runner.send("ready")

    assert [runner.receive(1) for _ in range(3)] == [b"order 0", b"order 1", b"order 2"]
    assert orchestrator.receive(1) == b"ready"


@pytest.mark.parametrize("side", [0, 1], ids=["orchestrator", "runner"])
def test_silence_is_told_in_time(sides, side):
    began = time.monotonic()

    assert sides[side].receive(0.05) is None
    assert 0.05 <= time.monotonic() - began < 5


def test_half_a_line_is_none_yet(sides, tmp_path):
    orchestrator, _ = sides
    writer = os.open(tmp_path / ANSWERS_NAME, os.O_WRONLY | os.O_NONBLOCK)

    os.write(writer, b"half ")
    assert orchestrator.receive(0.01) is None
    os.write(writer, b"a line\n")
    assert orchestrator.receive(0.01) == b"half a line"


@pytest.mark.parametrize("side", [0, 1], ids=["orchestrator", "runner"])
def test_a_line_without_an_end_is_not_gathered(sides, side, tmp_path):
    name = (ANSWERS_NAME, ORDERS_NAME)[side]
    writer = os.open(tmp_path / name, os.O_WRONLY | os.O_NONBLOCK)
    os.write(writer, b"x" * (3 * MAX_LINE_BYTES))

    with pytest.raises(PipeError, match=f"a line of more than {MAX_LINE_BYTES} bytes"):
        sides[side].receive(1)


def test_a_runner_that_never_reads_stops_nobody(sides):
    orchestrator, _ = sides

    def send_for_ever():
        while True:
            orchestrator.send("x" * 1000)

    with pytest.raises(PipeError, match="nobody reads the pipe"):
        send_for_ever()


def test_a_runner_notices_that_the_orchestrator_is_gone(tmp_path):
    orchestrator = make_pipes(tmp_path)
    with open_pipes(tmp_path) as runner:
        orchestrator.close()

        with pytest.raises(PipeError, match="the other side is gone"):
            runner.receive(60)
        with pytest.raises(PipeError, match="the other side is gone"):
            runner.send("answer")


def test_an_orchestrator_whose_runner_is_gone_hears_nothing(tmp_path):
    """That one died is told by its process; the pipes are no other source."""
    with make_pipes(tmp_path) as orchestrator:
        open_pipes(tmp_path).close()

        orchestrator.send("order")
        assert orchestrator.receive(0.01) is None


def test_without_pipes_a_runner_does_not_wait(tmp_path):
    with pytest.raises(FileNotFoundError):
        open_pipes(tmp_path)
    make_pipes(tmp_path).close()
    with pytest.raises(OSError, match="No such device or address"):
        open_pipes(tmp_path)
