"""Statements are read by a small language: comparisons of metrics, and nothing else."""

import pytest

from contract.base import Device
from contract.comparison import StatedComparison, parse_comparisons


def parsed(text: str, device: Device = "cpu") -> tuple[StatedComparison, ...]:
    return parse_comparisons(text, "mnist-cnn", device)


def test_a_metric_is_compared_with_a_metric():
    (found,) = parsed("train_seconds[tensorflow, cpu] < train_seconds[pytorch, cpu]")

    assert (found.left.metric, found.left.contender, found.left.device) == (
        "train_seconds",
        "tensorflow",
        "cpu",
    )
    assert found.relation == "<"
    assert found.right.contender == "pytorch"
    assert found.left.task == "train"


def test_a_metric_is_compared_with_a_number_and_may_name_its_task():
    (found,) = parsed("predict_100_seconds[velox-stock, cuda, predict]>0.25")

    assert found.left.contender == "velox-stock"
    assert found.left.task == "predict"
    assert found.right == 0.25


def test_comparisons_are_joined_by_and():
    found = parsed("test_accuracy[keras, cpu] > 0.99 and test_accuracy[pytorch, cpu] > 0.99")

    assert [comparison.left.contender for comparison in found] == ["keras", "pytorch"]


def test_either_side_may_carry_a_factor():
    (left,) = parsed("1.5 * train_seconds[keras, cpu] < train_seconds[pytorch, cpu]")
    (right,) = parsed("train_seconds[keras, cpu] < 2 * train_seconds[pytorch, cpu]")

    assert (left.left.factor, left.right.factor) == (1.5, 1.0)
    assert (right.left.factor, right.right.factor) == (1.0, 2.0)


def test_a_metric_of_development_belongs_to_a_contender_alone():
    (found,) = parsed("source_lines[velox] > 3 * source_lines[pytorch]")

    assert (found.left.workload, found.left.device, found.left.task) == (None, None, None)
    assert found.right.contender == "pytorch"


def test_workload_and_device_are_the_readings_unless_they_are_named():
    (plain,) = parsed("test_loss[keras] < test_loss[pytorch, predict]", "cuda")
    (named,) = parsed("test_loss[keras on petrol-mlp, cpu] < test_loss[pytorch on b, predict]")

    assert (plain.left.workload, plain.left.device, plain.left.task) == (
        "mnist-cnn",
        "cuda",
        "train",
    )
    assert (plain.right.device, plain.right.task) == ("cuda", "predict")
    assert (named.left.workload, named.left.device) == ("petrol-mlp", "cpu")
    assert (named.right.workload, named.right.task) == ("b", "predict")


def test_what_is_measured_of_a_comparison_are_its_sides_that_are_no_numbers():
    (of_two,) = parsed("test_loss[keras] < test_loss[pytorch]")
    (of_one,) = parsed("test_loss[keras] < 1")

    assert [side.contender for side in of_two.quantities] == ["keras", "pytorch"]
    assert [side.contender for side in of_one.quantities] == ["keras"]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("beauty[keras, cpu] > 1", "character 1: found 'beauty"),
        ("train_seconds[keras cpu] > 1", "character 20: found 'cpu"),
        ("train_seconds[keras, tpu] > 1", "expected cpu, cuda"),
        ("train_seconds[keras, cpu] = 1", "expected <, >"),
        ("train_seconds[keras, cpu] > 1 or", "expected and"),
        ("train_seconds[keras, cpu] >", "found the end"),
        ("", "found the end"),
        ("train_seconds[keras, cpu] > __import__('os')", 'found "__import__'),
        ("train_seconds[keras, cpu] > 1 and", "found the end"),
        ("unmeasured[keras, cpu] > 1", "found 'unmeasured"),
        ("1.5 train_seconds[keras, cpu] > 1", "expected *"),
        ("1.5 > train_seconds[keras, cpu]", "expected *"),
        ("train_seconds[keras, cpu] * 2 > 1", "expected <, >"),
        ("source_lines[velox, cpu] > 1", "expected ]"),
        ("train_seconds[] > 1", "expected a name"),
        ("train_seconds[keras on] > 1", "expected a name"),
        ("source_lines[velox on mnist-cnn] > 1", "expected ]"),
        ("train_seconds[keras, train, cpu] > 1", "expected ]"),
        ("train_seconds[keras, cpu, dream] > 1", "expected verify, train"),
    ],
)
def test_anything_else_is_refused_with_its_place(text, message):
    with pytest.raises(ValueError, match="character") as caught:
        parsed(text)

    assert message in str(caught.value)
