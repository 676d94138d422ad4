"""Whether a trained network shows on its test set that it learned anything. Pure functions."""

import math
from dataclasses import dataclass

from contract.result import Result
from contract.words import counted

WIDEST_INTERVAL = 0.1
"""Of an accuracy that says something, from end to end: 10 points."""
_NORMAL_QUANTILE = 1.959964
"""Of 95 %, two-sided."""

_NO_BETTER = "no better than a guess"
_TOO_FEW = "too few test images"


@dataclass(frozen=True)
class Accuracy:
    """A share of test images that were classified right, with what it has to be held against."""

    share: float
    images: int
    guess: float
    """The share that always answering the test set's most frequent class gets right."""

    @property
    def interval(self) -> tuple[float, float]:
        """Wilson's 95 % score interval of a share (Wilson 1927), which holds for few images too."""
        z2, n = _NORMAL_QUANTILE**2, self.images
        middle = self.share + z2 / (2 * n)
        half = math.sqrt(z2 * (self.share * (1 - self.share) + z2 / (4 * n)) / n)
        scale = 1 + z2 / n
        return max(0.0, (middle - half) / scale), min(1.0, (middle + half) / scale)

    @property
    def is_no_better_than_a_guess(self) -> bool:
        """Whether the share is not above the guess, or not by more than many images leave open."""
        is_open = self.interval[0] <= self.guess and not self.rests_on_too_few
        return is_open or self.share <= self.guess

    @property
    def rests_on_too_few(self) -> bool:
        """Whether the interval is wider than that of an accuracy that says something."""
        low, high = self.interval
        return high - low > WIDEST_INTERVAL

    def __str__(self) -> str:
        low, high = (f"{100 * end:.1f}" for end in self.interval)
        images = counted(self.images, "image")
        return (
            f"test accuracy {100 * self.share:.2f} % of {images} (95 % interval {low} – {high} %)"
        )


def accuracy_of(result: Result) -> Accuracy | None:
    """Return the test accuracy of a training; None where there are no classes."""
    share = result.metrics.test_accuracy if result.metrics else None
    by_class = [sum(row) for row in result.confusion_matrix or ()]
    if share is None or not sum(by_class):
        return None
    return Accuracy(share, sum(by_class), max(by_class) / sum(by_class))


def why_no_better_than_a_guess(result: Result) -> str:
    """Say which number of a training is one that a guess reaches; empty where none is."""
    accuracy = accuracy_of(result)
    if accuracy is None:
        return _why_no_better_than_the_mean(result)
    if not accuracy.is_no_better_than_a_guess:
        return ""
    return (
        f"{accuracy}; always answering the most frequent class gives {100 * accuracy.guess:.2f} %"
    )


def why_too_few_images(result: Result) -> str:
    """Say how far the test images leave an accuracy open; empty where they are enough."""
    accuracy = accuracy_of(result)
    return str(accuracy) if accuracy is not None and accuracy.rests_on_too_few else ""


def why_no_quality(result: Result) -> str:
    """Say in a few words why a training's accuracy, or its error, ranks nobody; empty if it may."""
    if why_too_few_images(result):
        return _TOO_FEW
    return _NO_BETTER if why_no_better_than_a_guess(result) else ""


def _why_no_better_than_the_mean(result: Result) -> str:
    """Hold a regression against always answering the mean of the training targets.

    Records that do not tell what that gives on the test set are judged by the training loss: in
    standardised units the mean gives 1 there.
    """
    metrics = result.metrics
    if metrics is None or metrics.test_accuracy is not None or result.confusion_matrix is not None:
        return ""
    split, loss, of_the_mean = "test", metrics.test_loss, result.mean_test_loss
    if of_the_mean is None:
        split, loss, of_the_mean = "training", metrics.train_loss, 1.0
    if loss is None or loss < of_the_mean:
        return ""
    return (
        f"{split} loss {loss:.4g}; always answering the mean of the training targets gives "
        f"{of_the_mean:.4g}"
    )
