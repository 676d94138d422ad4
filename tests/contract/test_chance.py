"""What a test set shows of a network: more than a guess, or nothing."""

import pytest

from contract.chance import (
    Accuracy,
    accuracy_of,
    why_no_better_than_a_guess,
    why_no_quality,
    why_too_few_images,
)
from contract.result import Result
from tests.contract.examples import job, trained_result, untimed_result

TEN_CLASSES = tuple(tuple(100 * (row == column) for column in range(10)) for row in range(10))
ONE_IMAGE = ((1, 0), (0, 0))


def trained(share: float | None, confusion: object = TEN_CLASSES, **changes: object) -> Result:
    result = trained_result(confusion_matrix=confusion, **changes)
    assert result.metrics is not None
    metrics = result.metrics.model_copy(update={"test_accuracy": share})
    return result.model_copy(update={"metrics": metrics})


def regression(test_loss: float, *, mean: float | None, train_loss: float = 0.5) -> Result:
    result = trained(None, None, mean_test_loss=mean)
    assert result.metrics is not None
    losses = {"test_loss": test_loss, "train_loss": train_loss}
    return result.model_copy(update={"metrics": result.metrics.model_copy(update=losses)})


@pytest.mark.parametrize(
    ("share", "images", "low", "high"),
    [(1.0, 1, 0.207, 1.0), (0.5, 100, 0.404, 0.596), (0.0, 10, 0.0, 0.278)],
)
def test_the_interval_is_wilsons(share: float, images: int, low: float, high: float) -> None:
    """As tabulated for the score interval without a correction for continuity."""
    assert Accuracy(share, images, 0.1).interval == pytest.approx((low, high), abs=5e-4)


@pytest.mark.parametrize(("share", "doubted"), [(0.099, True), (0.115, True), (0.13, False)])
def test_an_accuracy_that_a_guess_may_reach_is_none(share: float, doubted: bool) -> None:
    """Of 1,000 images 11.5 % leave 9.7 to 13.6 % open: a tenth among them."""
    assert bool(why_no_better_than_a_guess(trained(share))) == doubted


def test_it_is_held_against_the_most_frequent_class() -> None:
    nine_in_ten = ((900, 0), (100, 0))

    assert why_no_better_than_a_guess(trained(0.9, nine_in_ten)) == (
        "test accuracy 90.00 % of 1,000 images (95 % interval 88.0 – 91.7 %); always answering the "
        "most frequent class gives 90.00 %"
    )


def test_one_image_shows_nothing() -> None:
    assert why_too_few_images(trained(1.0, ONE_IMAGE)) == (
        "test accuracy 100.00 % of 1 image (95 % interval 20.7 – 100.0 %)"
    )
    assert why_no_quality(trained(1.0, ONE_IMAGE)) == "too few test images"


def test_few_images_that_are_all_right_are_few_and_no_guess() -> None:
    found = trained(1.0, ((1, 0), (0, 1)))

    assert why_too_few_images(found)
    assert not why_no_better_than_a_guess(found)


def test_an_accuracy_of_many_images_that_was_learned_is_in_no_doubt() -> None:
    assert why_no_quality(trained(0.8)) == ""


@pytest.mark.parametrize(("test_loss", "doubted"), [(1.9, False), (2.1, True), (2.5, True)])
def test_a_regression_is_held_against_the_mean_of_its_targets(
    test_loss: float, doubted: bool
) -> None:
    assert bool(why_no_better_than_a_guess(regression(test_loss, mean=2.1))) == doubted


def test_a_record_that_does_not_tell_what_the_mean_gives_is_judged_by_its_training() -> None:
    assert why_no_better_than_a_guess(regression(1.5, mean=None)) == ""
    assert why_no_better_than_a_guess(regression(1.5, mean=None, train_loss=1.02)) == (
        "training loss 1.02; always answering the mean of the training targets gives 1"
    )


def test_a_gate_learned_nothing_and_is_not_asked() -> None:
    result = untimed_result(job(task="verify").identity)

    assert accuracy_of(result) is None
    assert why_no_quality(result) == ""
