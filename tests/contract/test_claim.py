"""Claims are read by a small language that admits comparisons of metrics and nothing else."""

import pytest

from contract.claim import parse_comparisons
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


def test_every_claim_of_s2_is_kept():
    """The claims that the paper makes, counted from its text; two of them are read two ways."""
    claims = load_study(STUDY_FILE).claims

    assert len(claims) == 14
    for subject in ("99 %", "trains faster", "predicts 100", "memory", "fast"):
        assert any(subject in claim.text for claim in claims)
