"""Distances are relative to what matters, and no number is always too far."""

import numpy as np
import pytest

from contract.evidence import DIVERGED
from runners.harness.gate.distance import (
    Distance,
    difference,
    folded,
    largest_difference,
    relative,
    relative_l2,
    relative_to_largest,
    worst_check,
)

NAN = float("nan")
LONG = 100_000
"""Entries of a tensor that is folded."""


def distance(error, tolerance=1.0, where="here"):
    return Distance(error, tolerance, "relative_l2", where, "the cause")


def test_the_worst_is_the_largest_multiple_of_what_is_allowed():
    found = [distance(5, 10, "a tensor"), distance(0.2, 0.1, "a step"), distance(1, 1, "a row")]

    check = worst_check("epoch", found)

    assert (check.worst, check.error, check.tolerance) == ("a step", 0.2, 0.1)
    assert not check.passed


def test_a_cause_is_given_for_what_is_not_kept_alone():
    assert worst_check("epoch", [distance(2)]).cause == "the cause"
    assert worst_check("epoch", [distance(1)]).cause == ""


def test_the_causes_of_all_that_fails_are_given_once_each():
    found = [
        distance(2),
        Distance(3, 1, "count", "a row", "another cause"),
        distance(4),
        Distance(1, 1, "count", "a step", "no cause"),
        Distance(2, 1, "count", "a step"),
    ]

    assert worst_check("epoch", found).cause == "the cause; another cause"


def test_one_of_what_may_never_happen_is_worse_than_any_distance():
    found = [distance(1e6), Distance(1, 0, "count", "progress")]

    assert worst_check("epoch", found).worst == "progress"
    assert worst_check("epoch", [Distance(0, 0, "count", "progress")]).passed


@pytest.mark.parametrize("error", [NAN, np.inf])
def test_no_number_is_the_worst_wherever_it_stands(error):
    for found in ([distance(2), distance(error)], [distance(error), distance(2)]):
        check = worst_check("epoch", found)

        assert check.error == DIVERGED
        assert not check.passed


def test_a_distance_is_relative_to_the_length_of_its_tensor():
    expected = {"long": np.array([3.0, 4.0]), "short": np.array([3e-4, 4e-4])}
    observed = {"long": np.array([3.0, 4.5]), "short": np.array([3e-4, 4.5e-4])}

    assert relative_l2(observed, expected) == pytest.approx({"long": 0.1, "short": 0.1})


def test_a_tensor_that_is_truly_zero_is_judged_against_the_largest():
    expected = {"kernel": np.array([3.0, 4.0]), "bias": np.array([2e-17, -1e-17])}
    rounding = {"kernel": expected["kernel"], "bias": np.array([1e-8, -3e-8])}
    wrong = rounding | {"bias": np.array([0.05, 0.0])}

    assert relative_l2(rounding, expected)["bias"] < 1e-8
    assert relative_l2(wrong, expected)["bias"] == pytest.approx(0.01)


def test_what_float32_leaves_of_zero_is_more():
    expected = {"kernel": np.array([3.0, 4.0]), "bias": np.array([2e-8, -1e-8])}
    rounding = {"kernel": expected["kernel"], "bias": np.array([1e-8, -3e-8])}

    assert relative_l2(rounding, expected, "float32")["bias"] < 1e-8
    assert relative_l2(rounding, expected, "float64")["bias"] == pytest.approx(1)


def test_where_all_is_zero_the_distance_itself_counts():
    zeros = {"bias": np.zeros(2)}

    assert relative_l2({"bias": np.array([0.3, 0.4])}, zeros) == {"bias": pytest.approx(0.5)}


@pytest.mark.parametrize(
    "observed",
    [{}, {"bias": np.zeros((1, 2))}, {"bias": np.full(2, NAN)}, {"bias": np.full(2, np.inf)}],
    ids=["absent", "of another shape", "no number", "infinite"],
)
def test_a_tensor_that_cannot_be_compared_has_diverged(observed):
    assert relative_l2(observed, {"bias": np.ones(2)}) == {"bias": DIVERGED}


def test_logits_are_judged_against_the_largest():
    expected = np.array([[1e-3, -10.0]])

    assert relative_to_largest(expected + np.array([1e-3, 0.0]), expected) == pytest.approx(1e-4)


def test_outputs_of_another_shape_do_not_broadcast():
    assert largest_difference(np.ones((4, 1)), np.ones((4, 3))) == DIVERGED


def test_over_nothing_a_distance_is_itself():
    assert relative(0.5, 0.0) == 0.5
    assert relative(NAN, 1.0) == DIVERGED


def test_what_was_added_is_taken_in_double_precision():
    before = {"kernel": np.float32([1.0])}
    after = {"kernel": np.float32([1.0]) + np.float32(2**-23)}

    assert difference(after, before)["kernel"] == [2**-23]
    assert difference(after, before)["kernel"].dtype == np.float64


def test_a_short_tensor_is_folded_into_itself():
    tensor = np.float32([[1, 2], [3, 4]])

    assert folded({"kernel": tensor})["kernel"].tolist() == [1, 2, 3, 4]


@pytest.mark.parametrize("wrong", [1, 100, LONG])
def test_a_fold_keeps_the_length_of_a_difference(wrong):
    generator = np.random.default_rng(1)
    tensor = generator.normal(size=LONG)
    other = tensor.copy()
    other[generator.permutation(LONG)[:wrong]] += generator.normal(size=wrong)

    folds = folded({"kernel": tensor})["kernel"], folded({"kernel": other})["kernel"]

    assert len(folds[0]) < LONG / 20
    kept = np.linalg.norm(folds[1] - folds[0])
    assert kept == pytest.approx(np.linalg.norm(other - tensor), rel=0.1)


def test_a_fold_takes_the_order_of_entries_into_account():
    tensor = np.random.default_rng(1).normal(size=(250, 400))

    found = relative_l2(folded({"k": tensor.T}), folded({"k": tensor}))

    assert found["k"] == pytest.approx(np.sqrt(2), rel=0.1)
