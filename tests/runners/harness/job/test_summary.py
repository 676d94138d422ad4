"""What the person who started one container by itself is told."""

from runners.harness.job.summary import summarise
from tests.contract.examples import trained_result


def test_an_accuracy_on_few_images_that_a_guess_reaches_is_told_with_its_interval():
    """Ten of twenty images in two classes."""
    warnings = [line for line in summarise(trained_result()).splitlines() if "warning" in line]

    assert ["too few test images" in line for line in warnings] == [True, False]
    assert "50.00 % of 20 images (95 % interval 29.9 – 70.1 %)" in warnings[0]
    assert "no better than a guess" in warnings[1]


def test_an_accuracy_that_was_learned_needs_no_warning():
    learned = trained_result(confusion_matrix=((500, 250), (250, 0)))
    metrics = learned.metrics.model_copy(update={"test_accuracy": 0.9})

    assert "warning" not in summarise(learned.model_copy(update={"metrics": metrics}))
