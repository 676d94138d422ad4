"""What is told apart, and what is not, in runs drawn from real samples."""

import numpy as np
import pytest

from report.compare.blocks import against_blocks
from report.compare.cells import SharedCell
from report.compare.changes import Change, changes, drift, repeats_to_see
from report.run.measurements import Setting
from tests.report.real_samples import RunPair

PAIRS = 100
DEFAULT_REPEATS = 3
"""Of profile quick, which is the default."""


def alarms(found: tuple[Change, ...]) -> list[Change]:
    return [change for change in found if change.verdict in ("worse", "better")]


@pytest.mark.parametrize("drifting", [0.0, 0.05], ids=["a quiet machine", "a drifting one"])
def test_two_runs_of_the_same_thing_hardly_ever_differ(drifting: float) -> None:
    """At most 5 of 100 pairs give any false alarm, in whatever cell; drift is called by its name.

    A drift of 5 % is that of the two real runs, an hour and a half apart, against each other.
    """
    pairs = [
        changes(RunPair(np.random.default_rng(seed), DEFAULT_REPEATS, drifting).cells())
        for seed in range(PAIRS)
    ]

    assert sum(bool(alarms(found)) for found in pairs) <= 0.05 * PAIRS
    told = sum(any(change.verdict == "as its blocks" for change in found) for found in pairs)
    assert (told > 0.2 * PAIRS) == bool(drifting)


@pytest.mark.parametrize("slowed", ["keras", "pytorch", "tensorflow", "velox"])
def test_a_tenth_is_found_or_the_repeats_that_would_find_it_are_named(slowed: str) -> None:
    """At the default number of repeats; and with as many as it names it is found in most cases."""
    found, needed = _training(_slowed(slowed, DEFAULT_REPEATS, seed=1), slowed)
    if found.verdict != "worse":
        assert needed is not None
        assert needed > DEFAULT_REPEATS
    assert needed is not None

    again = [_training(_slowed(slowed, needed, seed), slowed)[0] for seed in range(2, 12)]
    assert sum(change.verdict == "worse" for change in again) >= 6
    assert not any(change.verdict == "better" for change in again)


def _slowed(contender: str, repeats: int, seed: int) -> tuple[Change, ...]:
    random = np.random.default_rng(seed)
    return changes(RunPair(random, repeats, slowed=contender, factor=1.1).cells())


def _training(found: tuple[Change, ...], contender: str) -> tuple[Change, int | None]:
    (change,) = (
        change
        for change in found
        if change.is_overall
        and change.first.setting.contender == contender
        and change.first.metric == "train_seconds"
    )
    return change, repeats_to_see(change, 10)


def cell(
    contender: str, before: list[float], after: list[float], workload: str = "one"
) -> SharedCell:
    return SharedCell(
        setting=Setting("s1", workload, contender, "matched", "cpu", "train"),
        metric="train_seconds",
        scale="ratio",
        before=dict(enumerate(before, start=1)),
        after=dict(enumerate(after, start=1)),
        test_samples=None,
    )


STEADY = [1.0, 1.01, 0.99]
SLOWER = [1.2, 1.21, 1.19]


def test_what_the_machine_does_to_all_cancels() -> None:
    cells = [cell(name, STEADY, SLOWER) for name in "abc"]

    found = changes(cells)

    assert {change.verdict for change in found} == {"as its blocks"}
    assert drift(cells) == pytest.approx(1.2)


def test_one_that_changes_does_not_make_the_others_look_changed() -> None:
    found = changes([cell("a", STEADY, SLOWER), *(cell(name, STEADY, STEADY) for name in "bcd")])

    verdicts = {change.first.setting.contender: change.verdict for change in found}
    assert verdicts == {"a": "worse", **dict.fromkeys("bcd", "no difference")}


def test_one_that_stays_while_the_machine_moves_is_named() -> None:
    found = changes([cell("a", STEADY, STEADY), *(cell(name, STEADY, SLOWER) for name in "bcd")])

    assert found[0].verdict == "against its blocks"


def test_two_contenders_have_nobody_to_be_held_against() -> None:
    cells = [cell("a", STEADY, SLOWER), cell("b", STEADY, STEADY)]

    assert against_blocks(cells) == {}
    assert [change.verdict for change in changes(cells)] == ["worse", "no difference"]


def test_the_sentinel_stands_in_for_other_contenders() -> None:
    alone = cell("a", STEADY, SLOWER)
    quiet, slowed = dict.fromkeys((1, 2, 3), 0.1), dict.fromkeys((1, 2, 3), 0.12)

    assert changes([alone], (quiet, quiet))[0].verdict == "worse"
    assert changes([alone], (quiet, slowed))[0].verdict == "as its blocks"


def test_workloads_with_one_contender_are_held_against_all_others() -> None:
    alone = cell("a", STEADY, SLOWER, workload="two")
    others = [cell(name, STEADY, SLOWER) for name in "bcd"]

    divided = against_blocks([alone, *others])[alone]

    assert list(divided.after.values()) == pytest.approx(list(divided.before.values()))


def test_a_single_repeat_tells_nothing() -> None:
    (found,) = changes([cell("a", [1.0], [2.0])])

    assert found.verdict == "too few repeats"
    assert repeats_to_see(found, 10) is None


def test_more_comparisons_share_the_level() -> None:
    alone = changes([cell("a", STEADY, SLOWER)])[0]
    among = changes([cell("a", STEADY, SLOWER), cell("b", STEADY, STEADY)])[0]

    assert alone.test is not None
    assert alone.p == alone.test.p
    assert among.p == pytest.approx(2 * alone.p)
    assert among.tests == 2
