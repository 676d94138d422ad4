"""Contenders are compared in turns: which jobs that takes, and what the blocks are shown as."""

import io

import pytest
from rich.console import Console

from benchmarks.contenders import blocks_of, compared, table
from tests.contract.examples import job, turn, turns, untimed_result


def gate(contender, workload="mnist-cnn"):
    return job(task="verify", contender=contender, workload=workload)


def block(contender, number, seconds):
    spec = job(task="turns", turn_rounds=1, contender=contender, repeat=number)
    return untimed_result(spec.identity, turns=turns(turn(1, call_seconds=seconds)))


def test_the_gates_come_first_and_then_block_after_block() -> None:
    gates = [gate("keras"), gate("pytorch")]

    found = blocks_of(gates, [], blocks=2, rounds=3)

    assert [(one.task, one.contender, one.repeat, one.seed) for one in found] == [
        ("verify", "keras", 1, 0),
        ("verify", "pytorch", 1, 0),
        ("turns", "keras", 1, 0),
        ("turns", "pytorch", 1, 0),
        ("turns", "keras", 2, 1),
        ("turns", "pytorch", 2, 1),
    ]
    assert {one.turn_rounds for one in found if one.task == "turns"} == {3}


def test_the_contenders_of_a_workload_stand_together() -> None:
    gates = [gate(name, at) for name in ("keras", "pytorch") for at in ("mnist-mlp", "mnist-cnn")]

    found = [one.workload for one in blocks_of(gates, [], blocks=1, rounds=1)]

    assert found == 2 * (2 * ["mnist-cnn"] + 2 * ["mnist-mlp"])


@pytest.mark.parametrize(
    ("gates", "workloads"),
    [([gate("pytorch")], []), ([gate("keras"), gate("pytorch")], ["mnist-mlp"])],
    ids=["a contender alone", "another workload is wanted"],
)
def test_there_is_nothing_to_compare(gates, workloads) -> None:
    assert blocks_of(gates, workloads, blocks=2, rounds=1) == []


def test_blocks_are_shown_as_ratios_with_their_interval() -> None:
    taken = [(1, 0.03), (2, 0.0303)]
    results = [block("keras", n, s) for n, s in taken] + [
        block("pytorch", n, 0.01) for n, _ in taken
    ]
    printed = io.StringIO()

    Console(file=printed, width=200).print(
        table("mnist-cnn", "pytorch", compared(results, "pytorch"))
    )

    keras = next(line for line in printed.getvalue().splitlines() if "keras" in line)
    assert "30.15" in keras
    assert "3.015 (2.8" in keras


def test_without_the_baseline_there_is_no_ratio() -> None:
    found = compared([block("keras", 1, 0.03)], "pytorch")

    assert found["step_seconds"] == {"keras": []}
