"""The published protocol's loop is let through as the framework has it, and with no fault."""

from dataclasses import replace

import numpy as np
import pytest

from contract.training import Adam
from runners.harness.contender.network import EpochMetrics
from runners.harness.gate.published_loop import check_published_loop
from runners.harness.reference.network import Reference
from tests.runners.harness.numpy_contender import PublishedReference, Publishing
from tests.runners.suite_models import LINEAR, REGRESSION, SMALL_CNN, SQUARED, TRAINING

SAMPLES, BATCH_SIZE = 201, 16
EPOCHS = 5


def check(loop, model=SMALL_CNN, training=TRAINING, **contender):
    return check_published_loop(Publishing(loop, **contender), model, training)


def ordered(choose):
    """Return a loop in an order of the test's, chosen from a permutation and the epoch's number."""

    class Ordered(PublishedReference):
        epochs = 0

        def train_epoch(self, epoch):
            self.epochs += 1
            order = choose(self._shuffle.permutation(SAMPLES), self.epochs)
            return Reference.train_epoch(self, replace(epoch, order=order))

    return Ordered


def reporting(change):
    """Return a loop whose metrics the test has changed."""

    class Reporting(PublishedReference):
        def train_epoch(self, epoch):
            return change(super().train_epoch(epoch))

    return Reporting


@pytest.mark.parametrize(
    ("model", "training"),
    [(SMALL_CNN, TRAINING), (LINEAR, TRAINING), (REGRESSION, SQUARED), (SMALL_CNN, SQUARED)],
    ids=["images", "table", "regression", "regression of images"],
)
def test_a_right_loop_passes(model, training):
    found = check(PublishedReference, model, training)

    assert found.passed
    assert (found.error, found.tolerance, found.measure) == (0, 0, "count")
    assert found.worst == "5 epochs of 201 samples"


def test_the_studys_optimizer_is_not_the_probes():
    adam = Adam(type="adam", learning_rate=1e-3)
    training = TRAINING.model_copy(update={"optimizer": adam})

    assert check(PublishedReference, training=training).passed


def test_a_sample_that_another_stands_in_for_is_seen():
    found = check(ordered(lambda order, _: np.where(order == 5, 6, order)))

    assert not found.passed
    assert found.error >= EPOCHS * 2  # one is left out and one comes twice; the loss shows it too
    assert (found.worst, found.cause) == ("sample 5 in epoch 1", "it is never trained on")


def test_a_dropped_last_batch_is_seen():
    found = check(ordered(lambda order, _: order[:-9]))

    assert found.cause == "it is never trained on"
    assert found.error >= EPOCHS * 9


def test_a_skipped_step_is_seen():
    class Skipping(PublishedReference):
        steps = 0

        def step(self, inputs, targets):
            self.steps += 1
            if self.steps % 10 == 0:
                loss, _, outputs, _ = self._differentiate(inputs, targets)
                return loss, int((outputs.argmax(axis=1) == targets).sum())
            return super().step(inputs, targets)

    found = check(Skipping)

    assert found.error == 6 * BATCH_SIZE  # steps 10 to 60; the loss is computed all the same
    assert found.cause == "it is never trained on"


def test_labels_of_other_samples_are_seen():
    class Shifting(PublishedReference):
        def train_epoch(self, epoch):
            return super().train_epoch(replace(epoch, targets=np.roll(epoch.targets, 1, axis=0)))

    for model, training in ((SMALL_CNN, TRAINING), (REGRESSION, SQUARED)):
        found = check(Shifting, model, training)

        assert found.error > SAMPLES
        assert found.cause.startswith("it is not trained on once, with its own target")


def test_another_batch_size_is_seen():
    class Halving(PublishedReference):
        def train_epoch(self, epoch):
            return super().train_epoch(replace(epoch, batch_size=BATCH_SIZE // 2))

    assert check(Halving).error > SAMPLES


def test_a_last_batch_that_is_averaged_as_if_it_were_full_is_seen():
    class Padding(PublishedReference):
        def _differentiate(self, inputs, targets):
            loss, gradients, outputs, moved = super()._differentiate(inputs, targets)
            share = len(inputs) / BATCH_SIZE
            return loss, {n: share * g for n, g in gradients.items()}, outputs, moved

    found = check(Padding)

    assert found.worst == "order of epoch 1"
    assert found.cause == "0 samples are trained on as the last batch of 9"


def test_an_order_that_is_the_arrays_is_seen():
    found = check(ordered(lambda order, _: np.sort(order)))

    assert found.worst == "order of epoch 1"
    assert found.cause == "it is the array's: nothing is shuffled"


def test_an_array_that_is_shuffled_in_the_first_epoch_only_is_seen():
    found = check(ordered(lambda order, epoch: order if epoch == 1 else np.sort(order)))

    assert found.worst == "order of epoch 2"
    assert found.error == EPOCHS - 1


def repeat_order(_order, _epoch):
    return np.random.default_rng(1).permutation(SAMPLES)


def test_an_order_that_comes_again_is_seen():
    found = check(ordered(repeat_order))

    assert (found.worst, found.error) == ("order of epoch 2", EPOCHS - 1)
    assert found.cause == "its batches are those of epoch 1"


def test_an_order_that_comes_again_passes_where_that_is_the_frameworks_known_way():
    assert check(ordered(repeat_order), repeats=True).passed
    assert not check(ordered(lambda order, _: np.sort(order)), repeats=True).passed


def test_a_loss_after_the_steps_is_seen():
    class Late(PublishedReference):
        def step(self, inputs, targets):
            _, correct = super().step(inputs, targets)
            return self.gradients(inputs, targets)[0], correct

    found = check(Late)

    assert (found.worst, found.error) == ("training loss of epoch 1", EPOCHS)


@pytest.mark.parametrize(("model", "training"), [(LINEAR, TRAINING), (REGRESSION, SQUARED)])
def test_a_mean_that_counts_the_last_batch_as_a_full_one_is_seen(model, training):
    class Unweighted(PublishedReference):
        def train_epoch(self, epoch):
            losses = []
            step = super().step

            def noted(inputs, targets):
                loss, correct = step(inputs, targets)
                losses.append(loss)
                return loss, correct

            self.step = noted
            metrics = super().train_epoch(epoch)
            return EpochMetrics(float(np.mean(losses)), metrics.accuracy)

    found = check(Unweighted, model, training)

    assert (found.worst, found.error) == ("training loss of epoch 1", EPOCHS)


def test_a_loss_that_is_no_number_is_seen():
    found = check(reporting(lambda metrics: EpochMetrics(float("nan"), metrics.accuracy)))

    assert (found.worst, found.error) == ("training loss of epoch 1", EPOCHS)


@pytest.mark.parametrize("change", [lambda share: share + 1 / SAMPLES, lambda _share: None])
def test_a_wrong_accuracy_is_seen(change):
    found = check(reporting(lambda seen: EpochMetrics(seen.loss, change(seen.accuracy))))

    assert (found.worst, found.error) == ("training accuracy of epoch 1", EPOCHS)


def test_an_accuracy_of_a_regression_is_seen():
    found = check(reporting(lambda seen: EpochMetrics(seen.loss, 1.0)), REGRESSION, SQUARED)

    assert (found.worst, found.error) == ("training accuracy of epoch 1", EPOCHS)


def test_wrong_progress_is_seen():
    class Silent(PublishedReference):
        def train_epoch(self, epoch):
            return super().train_epoch(replace(epoch, on_batch=lambda done: None))

    found = check(Silent)

    assert (found.worst, found.error) == ("progress of epoch 1", EPOCHS)


def test_a_loop_that_goes_on_for_another_epoch_is_seen():
    class GoingOn(PublishedReference):
        def train(self, epochs, count, report):
            super().train(epochs, count, report)
            report(EpochMetrics(0.0, 1.0))

    found = check(GoingOn)

    assert (found.worst, found.error) == ("number of epochs", 1)
    assert found.cause == "5 are finished and 6 reported, not 5"


def test_a_loop_that_ends_early_is_seen():
    class EndingEarly(PublishedReference):
        def train(self, epochs, count, report):
            report(self.train_epoch(next(epochs)))
            next(epochs)

    assert check(EndingEarly).cause == "1 are finished and 1 reported, not 5"


def test_a_loop_that_stops_the_clock_before_it_trains_is_seen():
    class Hoarding(PublishedReference):
        def train(self, epochs, count, report):
            super().train(iter(list(epochs)), count, report)

    assert check(Hoarding).cause == "it is never trained on"


class Zeros(PublishedReference):
    def predict(self, inputs):
        return super().predict(inputs) * 0


class Stale(PublishedReference):
    """Predicts by the weights of the epoch before."""

    def __init__(self, *args):
        super().__init__(*args)
        self.before = self.weights()

    def train_epoch(self, epoch):
        self.before = self.weights()
        return super().train_epoch(epoch)

    def predict(self, inputs):
        return Reference(self._model, TRAINING, self.before).predict(inputs)


@pytest.mark.parametrize(("loop", "before"), [(Zeros, 1), (Stale, 0)])
def test_predictions_that_are_not_those_of_the_weights_are_seen(loop, before):
    found = check(loop)

    # After epochs 1, 2 and 5, at last, and where that is wrong too, before anything is trained.
    assert (found.worst, found.error) == ("predictions after epoch 1", 4 + before)
    assert found.cause.endswith("away from those of its weights, in evaluation mode")


def test_a_prediction_that_is_wrong_once_training_has_ended_is_seen():
    class Ended(PublishedReference):
        has_ended = False

        def train(self, epochs, count, report):
            super().train(epochs, count, report)
            self.has_ended = True

        def predict(self, inputs):
            return super().predict(inputs) * (1 - self.has_ended)

    found = check(Ended)

    assert (found.worst, found.error) == ("predictions after training", 1)


def test_weights_that_change_once_training_has_ended_are_seen():
    class Late(PublishedReference):
        def train(self, epochs, count, report):
            super().train(epochs, count, report)
            self._weights["probe.kernel"] *= np.float32(1.01)

    found = check(Late)

    assert (found.worst, found.error) == ("probe.kernel after training", 1)
    assert found.cause == "it is no longer what the last epoch left"


def test_an_order_that_comes_again_from_the_fourth_epoch_on_is_seen():
    found = check(ordered(lambda order, epoch: order if epoch < 4 else repeat_order(order, epoch)))

    assert (found.worst, found.error) == ("order of epoch 5", 1)


def test_an_array_that_is_only_rolled_is_seen():
    found = check(ordered(lambda order, _: np.roll(np.arange(SAMPLES), order[0])))

    assert (found.worst, found.error) == ("order of epoch 1", EPOCHS)


class InTF32(PublishedReference):
    """Keeps 10 bits of a factor's fraction, as the tensor cores do."""

    def _differentiate(self, inputs, targets):
        exact = self._weights
        self._weights = {name: shorten(value) for name, value in exact.items()}
        loss, gradients, outputs, moved = super()._differentiate(shorten(inputs), targets)
        self._weights = exact
        return loss, {name: shorten(value) for name, value in gradients.items()}, outputs, moved


def shorten(value):
    return (value.astype(np.float32).view(np.uint32) & 0xFFFFE000).view(np.float32)


@pytest.mark.parametrize(
    ("model", "training"), [(SMALL_CNN, TRAINING), (LINEAR, TRAINING), (REGRESSION, SQUARED)]
)
def test_a_gpu_may_compute_in_tf32(model, training):
    assert check(InTF32, model, training, gpu="a GPU").passed
    assert not check(InTF32, model, training).passed
