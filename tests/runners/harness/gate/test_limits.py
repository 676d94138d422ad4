"""Float32 may miss a tolerance by what it costs the reference there, and by no more."""

import pytest

from contract.evidence import DIVERGED
from runners.harness.gate.limits import (
    FLOOR_FACTOR,
    MOST_EXCUSED,
    TOLERANCES,
    Floors,
    Found,
    judge,
    judge_kind,
)

TOLERANCE = TOLERANCES["float32"]["gradients"]


def found(**errors):
    return Found("relative_l2", errors)


def floors(*runs):
    return Floors(iter([{"gradients": found(**run)} for run in runs]))


def never():
    raise AssertionError("no reference is needed in float32")
    yield


def test_the_errors_of_each_kind_are_held_against_its_tolerance():
    observed = {"forward_logits": found(logits=1e-7), "gradients": found(kernel=1e-6, bias=1e-5)}

    logits, gradients = judge(observed, "float32", Floors(never()))

    assert (logits.kind, logits.worst, logits.tolerance) == ("forward_logits", "logits", 1e-6)
    assert (gradients.kind, gradients.worst, gradients.error) == ("gradients", "bias", 1e-5)
    assert logits.passed
    assert gradients.passed


def test_a_tolerance_that_is_kept_asks_for_no_floor():
    check = judge_kind("gradients", found(kernel=TOLERANCE), "float32", Floors(never()))

    assert check.passed
    assert check.floor is None
    assert check.excused is None
    assert check.cause == ""


def test_float32_may_miss_a_tolerance_by_what_it_costs_the_reference():
    reached = floors({"kernel": 1e-6}, {"kernel": 1e-3})

    check = judge_kind("gradients", found(kernel=3e-3), "float32", reached)

    assert check.passed
    assert check.tolerance == TOLERANCE
    assert (check.floor, check.excused) == (1e-3, 3e-3)
    assert check.cause == "float32: the reference computed in it is 1.0e-03 away itself"


def test_float32_may_not_miss_it_by_more():
    error = 1.01 * FLOOR_FACTOR * 1e-3

    check = judge_kind("gradients", found(kernel=error), "float32", floors({"kernel": 1e-3}))

    assert not check.passed
    assert check.floor == 1e-3
    assert check.excused is None
    assert check.cause == ""


def test_the_floor_of_one_tensor_excuses_no_other():
    missed = found(kernel=3e-3, bias=3e-3)

    check = judge_kind("gradients", missed, "float32", floors({"kernel": 1e-3, "bias": 1e-7}))

    assert not check.passed
    assert (check.worst, check.floor) == ("bias", 1e-7)


def test_what_was_excused_is_told_where_another_tensor_fails_too():
    missed = found(kernel=3e-3, bias=3e-3)

    check = judge_kind("gradients", missed, "float32", floors({"kernel": 1e-3, "bias": 1e-7}))

    assert check.excused == 3e-3


def test_the_largest_of_what_was_excused_is_told():
    missed = found(first=1e-4, second=3e-3, third=1e-6)
    reached = floors({"first": 3e-5, "second": 1e-3, "third": 1.0})

    check = judge_kind("gradients", missed, "float32", reached)

    assert check.passed
    assert check.excused == 3e-3


def test_a_floor_excuses_a_tenth_at_most():
    for error, passes in ((MOST_EXCUSED, True), (1.01 * MOST_EXCUSED, False)):
        reached = floors({"kernel": MOST_EXCUSED})

        assert judge_kind("gradients", found(kernel=error), "float32", reached).passed == passes


@pytest.mark.parametrize("error", [1.001 * MOST_EXCUSED, 1.0, DIVERGED])
def test_no_floor_above_a_tenth_excuses_anything(error):
    for missed in (2 * TOLERANCE, error):
        reached = floors({"kernel": error})

        assert not judge_kind("gradients", found(kernel=missed), "float32", reached).passed


def test_float64_has_no_floor():
    check = judge_kind("gradients", found(kernel=1e-5), "float64", Floors(never()))

    assert not check.passed
    assert check.floor is None
    assert check.excused is None


def test_floors_are_computed_once_and_only_as_far_as_needed():
    made = []

    def runs():
        for error in (1e-6, 1e-3, 1.0):
            made.append(error)
            yield {"gradients": found(kernel=error)}

    reached = Floors(runs())

    assert reached.reach("gradients", "kernel", 2e-3) == 1e-3
    assert reached.reach("gradients", "kernel", 2e-3) == 1e-3
    assert made == [1e-6, 1e-3]
