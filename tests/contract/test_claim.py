"""Claims are read by a small language that admits comparisons of metrics and nothing else."""

import pytest
from pydantic import ValidationError

from contract.claim import Claim, parse_comparisons
from contract.study import StudyError, load_study
from tests.contract.examples import STUDY_FILE

TEXT = STUDY_FILE.read_text()


def test_a_metric_is_compared_with_a_metric():
    (found,) = parse_comparisons("train_seconds[tensorflow, cpu] < train_seconds[pytorch, cpu]")

    assert (found.left.metric, found.left.contender, found.left.device) == (
        "train_seconds",
        "tensorflow",
        "cpu",
    )
    assert found.relation == "<"
    assert found.right.contender == "pytorch"
    assert found.left.task == "train"


def test_a_metric_is_compared_with_a_number_and_may_name_its_task():
    (found,) = parse_comparisons("predict_100_seconds[velox-stock, cuda, predict]>0.25")

    assert found.left.contender == "velox-stock"
    assert found.left.task == "predict"
    assert found.right == 0.25


def test_comparisons_are_joined_by_and():
    found = parse_comparisons(
        "test_accuracy[keras, cpu] > 0.99 and test_accuracy[pytorch, cpu] > 0.99"
    )

    assert [comparison.left.contender for comparison in found] == ["keras", "pytorch"]


def test_either_side_may_carry_a_factor():
    (left,) = parse_comparisons("1.5 * train_seconds[keras, cpu] < train_seconds[pytorch, cpu]")
    (right,) = parse_comparisons("train_seconds[keras, cpu] < 2 * train_seconds[pytorch, cpu]")

    assert (left.left.factor, left.right.factor) == (1.5, 1.0)
    assert (right.left.factor, right.right.factor) == (1.0, 2.0)


def test_a_metric_of_development_belongs_to_a_contender_alone():
    (found,) = parse_comparisons("source_lines[velox] > 3 * source_lines[pytorch]")

    assert (found.left.device, found.left.task) == (None, None)
    assert found.right.contender == "pytorch"


CLAIM = {"text": "It is so.", "place": "p. 1", "workload": "w", "published": "no number"}
HOLDS = "test_loss[keras, cpu] < 1"


def test_a_claim_may_be_untestable_and_then_compares_nothing():
    claim = Claim.model_validate(CLAIM | {"untestable": "Nobody could measure it."})

    assert claim.comparisons == ()
    assert claim.contenders == set()


def test_the_contenders_of_a_claim_are_those_of_both_sides():
    claim = Claim.model_validate(
        CLAIM | {"holds": f"{HOLDS} and packages[velox] < packages[keras]"}
    )

    assert claim.contenders == {"keras", "velox"}


@pytest.mark.parametrize("ways", [{}, {"holds": HOLDS, "untestable": "It is not."}])
def test_a_claim_is_either_judged_or_says_why_not(ways):
    with pytest.raises(ValidationError, match="give either `holds` or `untestable`"):
        Claim.model_validate(CLAIM | ways)


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
        ("train_seconds[keras] > 1", "expected ,"),
        ("train_seconds[keras, cpu, dream] > 1", "expected verify, train"),
    ],
)
def test_anything_else_is_refused_with_its_place(text, message):
    with pytest.raises(ValueError, match="character") as caught:
        parse_comparisons(text)

    assert message in str(caught.value)


@pytest.mark.parametrize(
    ("before", "after", "message"),
    [
        ("train_seconds[tensorflow, cpu] <", "train_second[tensorflow, cpu] <", "train_second["),
        (
            "train_seconds[tensorflow, cpu] <",
            "train_seconds[caffe, cpu] <",
            "caffe: not among the study's contenders",
        ),
        ("train_seconds[tensorflow, cpu] <", "source_lines[tensorflow, cpu] <", "expected ]"),
        ("> 0.99 and", "> 0.99 or", "expected and"),
    ],
)
def test_a_wrong_claim_is_refused_at_its_line(tmp_path, before, after, message):
    text = TEXT.replace(before, after, 1)
    line = next(n for n, row in enumerate(text.splitlines(), start=1) if after in row)
    path = tmp_path / "study.toml"
    path.write_text(text)

    with pytest.raises(StudyError) as caught:
        load_study(path)

    assert f"study.toml:{line}:" in str(caught.value)
    assert message in str(caught.value)
