"""An epoch is its steps, in its order, all of them: whatever else a timed loop does is seen."""

import threading
import time
from dataclasses import replace

import numpy as np
import pytest

from contract.evidence import DIVERGED
from runners.harness.gate.epoch import check_epoch
from runners.harness.gate.loop import own_loop, small_loop
from runners.harness.gate.trajectory import GENTLE
from runners.harness.reference.network import Reference
from runners.harness.reference.optimizers import make_update
from tests.runners.harness.numpy_contender import NumpyContender, StayingInEvaluation
from tests.runners.suite_models import (
    FLATTEN,
    NORMALISED,
    NORMALISED_FEATURES,
    REGRESSION,
    SMALL_CNN,
    SQUARED,
    TRAINING,
    batch,
    batch_norm,
    conv,
    dense,
    measured_batch,
    network,
)

SGD, MOMENTUM, ADAM = GENTLE
BIASED = network((7, 6, 2), conv("conv", 4, 3), batch_norm("norm"), FLATTEN, dense("logits", 3))


def look(kind, model=NORMALISED, optimizer=MOMENTUM, *, is_dear=False):
    """Look at epochs of a contender whose networks are of a class of the test's."""
    training = TRAINING.model_copy(update={"optimizer": optimizer})
    samples = batch(model, 1000, "float32")
    own = own_loop(model, training, samples, is_dear=is_dear)
    return check_epoch(NumpyContender(kind=kind), own, small_loop(model, training))


def training_on(change):
    """Return a class of networks that train on an epoch that `change` has changed."""

    class Changed(Reference):
        def train_epoch(self, epoch):
            return super().train_epoch(change(epoch))

    return Changed


def reporting(change):
    """Return a class of networks that report metrics that `change` has changed."""

    class Changed(Reference):
        def train_epoch(self, epoch):
            return change(super().train_epoch(epoch))

    return Changed


@pytest.mark.parametrize("optimizer", GENTLE, ids=lambda optimizer: optimizer.type)
@pytest.mark.parametrize("model", [SMALL_CNN, NORMALISED, NORMALISED_FEATURES])
def test_a_right_epoch_passes(model, optimizer):
    check = look(Reference, model, optimizer)

    assert check.passed
    assert check.kind == "epoch"
    assert check.cause == ""


def test_a_right_epoch_of_a_regression_passes():
    samples = measured_batch(REGRESSION, 100, "float32")
    own = own_loop(REGRESSION, SQUARED, samples, is_dear=False)

    assert check_epoch(NumpyContender(), own, small_loop(REGRESSION, SQUARED)).passed


@pytest.mark.parametrize(
    "change",
    [
        lambda epoch: np.sort(epoch.order),
        lambda epoch: epoch.order[::-1],
        lambda epoch: np.random.default_rng(1).permutation(epoch.order),
        lambda epoch: np.arange(len(epoch.order)),
    ],
    ids=["sorted", "backwards", "shuffled again", "the first samples"],
)
def test_an_order_that_is_ignored_is_seen(change):
    check = look(training_on(lambda epoch: replace(epoch, order=change(epoch))))

    assert not check.passed


def test_a_dropped_last_batch_is_seen():
    def without_last(epoch):
        whole = len(epoch.order) // epoch.batch_size * epoch.batch_size
        return replace(epoch, order=epoch.order[:whole])

    check = look(training_on(without_last))

    assert check.worst.startswith("progress of epoch 1")


def test_a_dropped_last_batch_is_seen_whatever_is_told():
    class Dropping(Reference):
        def step(self, inputs, targets):
            if len(targets) < self.batch_size:
                loss, _, outputs, _ = self._differentiate(inputs, targets)
                return loss, int((outputs.argmax(axis=1) == targets).sum())
            return super().step(inputs, targets)

        def train_epoch(self, epoch):
            self.batch_size = epoch.batch_size
            return super().train_epoch(epoch)

        batch_size = 0

    check = look(Dropping)

    assert "its epochs are not their batches" in check.cause


def in_epochs(taken):
    """Return a class of networks whose epochs take `taken(number)` steps on each batch."""

    class Counting(Reference):
        def train_epoch(self, epoch):
            self.batches = 0
            return super().train_epoch(epoch)

        def step(self, inputs, targets):
            if not hasattr(self, "batches"):
                return super().step(inputs, targets)
            self.batches += 1
            loss, _, outputs, _ = self._differentiate(inputs, targets)
            for _ in range(taken(self.batches)):
                super().step(inputs, targets)
            return loss, int((outputs.argmax(axis=1) == targets).sum())

    return Counting


def test_every_tenth_step_left_out_is_seen():
    check = look(in_epochs(lambda number: int(number % 10 != 0)), optimizer=SGD)

    assert "its epochs are not their batches" in check.cause


def over_a_training(taken):
    """Return a class of networks that take `taken(number)` steps on the nth batch of all epochs."""

    class Counting(Reference):
        batches = 0

        def step(self, inputs, targets):
            self.batches += 1
            loss, _, outputs, _ = self._differentiate(inputs, targets)
            for _ in range(taken(self.batches)):
                super().step(inputs, targets)
            return loss, int((outputs.argmax(axis=1) == targets).sum())

    return Counting


def test_a_step_of_forty_left_out_is_seen():
    assert not look(over_a_training(lambda number: int(number % 40 != 0))).passed


def test_a_rate_that_falls_after_fifty_steps_is_seen():
    class Falling(Reference):
        def step(self, inputs, targets):
            if self._step == 50:
                update = self._update
                self._update = lambda *of: 0.1 * update(*of)
            return super().step(inputs, targets)

    assert not look(Falling).passed


@pytest.mark.parametrize(
    "change",
    [
        lambda order: order[:1000],
        lambda order: order.astype(np.int16).astype(np.int64),
    ],
    ids=["1,000 samples", "16 bits"],
)
def test_an_order_that_is_cut_is_seen_whatever_is_told(change):
    class Cutting(Reference):
        def train_epoch(self, epoch):
            cut = replace(epoch, order=change(epoch.order), on_batch=lambda _done: None)
            metrics = super().train_epoch(cut)
            for done in np.cumsum([len(targets) for _, targets in epoch.batches()]):
                epoch.on_batch(int(done))
            return metrics

    assert not look(Cutting).passed


def test_a_third_epoch_that_is_cut_is_seen():
    class Tiring(Reference):
        epochs = 0

        def train_epoch(self, epoch):
            self.epochs += 1
            half = len(epoch.order) // 2 if self.epochs > 2 else None
            return super().train_epoch(replace(epoch, order=epoch.order[:half]))

    assert not look(Tiring).passed


def test_a_batch_that_is_repeated_is_seen():
    assert not look(in_epochs(lambda number: 2 if number == 12 else 1), optimizer=SGD).passed


def test_the_same_batch_twice_in_place_of_the_next_is_seen():
    def repeating(epoch):
        order = epoch.order.copy()
        size = epoch.batch_size
        order[size : 2 * size] = order[:size]
        return replace(epoch, order=order)

    assert not look(training_on(repeating)).passed


def test_targets_of_other_samples_are_seen():
    shifted = training_on(lambda epoch: replace(epoch, targets=np.roll(epoch.targets, 1, axis=0)))

    assert not look(shifted).passed


def test_another_batch_size_is_seen():
    class Doubled(Reference):
        """Tells the progress of the batches that it was to take."""

        def train_epoch(self, epoch):
            doubled = replace(epoch, batch_size=2 * epoch.batch_size, on_batch=lambda _done: None)
            metrics = super().train_epoch(doubled)
            sizes = [len(targets) for _, targets in epoch.batches()]
            for done in np.cumsum(sizes):
                epoch.on_batch(int(done))
            return metrics

    assert not look(Doubled).passed


@pytest.mark.parametrize("factor", [1.001, float("nan")])
def test_another_loss_is_seen(factor):
    wrong = reporting(lambda metrics: replace(metrics, loss=metrics.loss * factor))

    check = look(wrong)

    assert check.worst.startswith("loss of epoch ")
    assert check.cause == "it reports another loss than its batches have"


def test_a_sample_whose_class_is_a_matter_of_rounding_condemns_nobody(monkeypatch):
    """Its two largest outputs are the same; the first of them is right by luck."""

    class Even(Reference):
        exchanges = False

        def _forward(self, inputs, *, training):
            outputs, backward, moved = super()._forward(inputs, training=training)
            outputs = outputs.copy()
            outputs[0, :2] = 9.0
            return outputs, backward, moved

        def step(self, inputs, targets):
            loss, right = super().step(inputs, targets)
            return loss, right - int(self.exchanges and targets[0] == 0)

    class Exchanging(Even):
        exchanges = True

    monkeypatch.setattr("runners.harness.gate.epoch.Reference", Even)

    assert "accuracy" not in look(Exchanging).cause


def test_the_mean_of_batches_is_no_mean_of_samples():
    class ByBatch(Reference):
        """Gives the smaller last batch as much weight as the others."""

        def train_epoch(self, epoch):
            losses = []
            metrics = None

            def step(inputs, targets):
                loss, hits = Reference.step(self, inputs, targets)
                losses.append(loss)
                return loss, hits

            self.step = step
            metrics = super().train_epoch(epoch)
            del self.step
            return replace(metrics, loss=float(np.mean(losses)))

    assert look(ByBatch).worst.startswith("loss of epoch ")


@pytest.mark.parametrize(
    "change",
    [lambda accuracy: accuracy + 0.01, lambda _: 1.0, lambda _: None, lambda _: float("nan")],
    ids=["a little more", "all right", "none", "no number"],
)
def test_another_accuracy_is_seen(change):
    wrong = reporting(lambda metrics: replace(metrics, accuracy=change(metrics.accuracy)))

    check = look(wrong)

    assert check.worst.startswith("accuracy of epoch ")
    assert check.cause == "it reports another accuracy than its batches have"


@pytest.mark.parametrize(
    "told",
    [lambda done: (), lambda done: (done, done), lambda done: (done + 1,)],
    ids=["none", "twice", "another"],
)
def test_another_progress_is_seen(told):
    def telling(epoch):
        def on_batch(done):
            for number in told(done):
                epoch.on_batch(number)

        return replace(epoch, on_batch=on_batch)

    check = look(training_on(telling))

    assert check.worst == "progress of epoch 1 on a small network"
    assert check.measure == "count"


@pytest.mark.parametrize("optimizer", [MOMENTUM, ADAM], ids=["momentum", "adam"])
def test_an_optimizer_that_forgets_between_epochs_is_seen(optimizer):
    class Forgetful(Reference):
        def train_epoch(self, epoch):
            self._update = make_update(optimizer, self._weights)
            return super().train_epoch(epoch)

    assert not look(Forgetful, optimizer=optimizer).passed


def restoring(names):
    """Return a class of networks that take back what an epoch does to tensors named so."""

    class Restoring(Reference):
        def train_epoch(self, epoch):
            before = self.weights()
            metrics = super().train_epoch(epoch)
            self._weights |= {n: v for n, v in before.items() if names in n}
            return metrics

    return Restoring


@pytest.mark.parametrize("is_dear", [False, True])
def test_moving_averages_that_are_restored_are_seen(is_dear):
    check = look(restoring("moving_"), is_dear=is_dear)

    assert check.worst.startswith("norm.moving_")


def test_a_tensor_that_is_not_trained_is_named():
    check = look(restoring("logits.bias"), SMALL_CNN)

    assert check.worst.startswith("logits.bias after 2 epochs on the study's network")


def test_training_in_evaluation_mode_is_seen():
    class Evaluating(Reference):
        """Normalises by the moving averages while an epoch lasts."""

        is_epoch = False

        def train_epoch(self, epoch):
            self.is_epoch = True
            metrics = super().train_epoch(epoch)
            self.is_epoch = False
            return metrics

        def _forward(self, inputs, *, training):
            return super()._forward(inputs, training=training and not self.is_epoch)

    check = look(Evaluating)

    assert "its epochs are not their batches" in check.cause


def test_an_epoch_that_stays_in_evaluation_mode_after_a_prediction_is_seen():
    check = look(StayingInEvaluation)

    assert not check.passed
    assert "its epochs are not their batches" in check.cause


def test_predictions_that_an_epoch_leaves_stale_are_seen():
    class Stale(Reference):
        """Predicts by the weights of its last single step."""

        def __init__(self, *of):
            super().__init__(*of)
            self.seen = Reference(*of)

        def predict(self, inputs):
            return self.seen.predict(inputs)

    check = look(Stale)

    assert check.worst.startswith("prediction after epoch ")
    assert check.cause == "it does not predict by the weights that an epoch leaves"


def test_what_only_the_studys_batch_size_shows_is_seen():
    class Capped(Reference):
        """Takes no more than six samples of a batch."""

        def step(self, inputs, targets):
            _, hits = Reference.step(self, inputs, targets)
            return Reference.step(self, inputs[:6], targets[:6])[0], hits

    assert not look(Capped).passed


def test_work_that_goes_on_after_an_epoch_is_seen():
    class Late(Reference):
        def train_epoch(self, epoch):
            metrics = super().train_epoch(epoch)
            self.thread = threading.Thread(target=self.work)
            self.thread.start()
            return metrics

        def work(self):
            until = time.process_time() + 0.4
            while time.process_time() < until:
                pass

    check = look(Late)

    assert check.worst.startswith("processor time after epoch ")
    assert check.cause == "it goes on computing after the epoch is said to be over"


@pytest.mark.parametrize(
    ("first", "on"),
    [(1, "the study's network"), (2, "the study's network"), (3, "a small network")],
)
def test_weights_that_change_after_an_epoch_are_seen(first, on):
    class Late(Reference):
        """Is not done yet when its weights are read for the first time."""

        epochs = 0
        is_late = False

        def train_epoch(self, epoch):
            metrics = super().train_epoch(epoch)
            self.epochs += 1
            self.is_late = self.epochs >= first
            return metrics

        def weights(self):
            found = super().weights()
            if self.is_late:
                self._weights["hidden.kernel"] += 1e-3
            self.is_late = False
            return found

    check = look(Late, NORMALISED_FEATURES)

    assert check.worst == f"weights that change after epoch {first} on {on}"


def test_a_network_that_breaks_has_diverged():
    class Broken(Reference):
        def train_epoch(self, epoch):
            metrics = super().train_epoch(epoch)
            self._weights["hidden.kernel"] *= np.nan
            return metrics

    check = look(Broken, NORMALISED_FEATURES)

    assert check.error == DIVERGED
    assert not check.passed


def test_every_network_of_an_epoch_is_closed():
    opened, closed = [], []

    class Closing(Reference):
        def __init__(self, *of):
            super().__init__(*of)
            opened.append(self)

        def close(self):
            closed.append(self)

    look(Closing)

    assert len(opened) == 3
    assert closed == opened


def changing_gradients_of_epochs(change):
    """Return a class of networks whose gradients are others in an epoch than in single steps."""

    class Changed(Reference):
        is_epoch = False

        def train_epoch(self, epoch):
            self.is_epoch = True
            return super().train_epoch(epoch)

        def _differentiate(self, *of):
            loss, gradients, outputs, moved = super()._differentiate(*of)
            if self.is_epoch:
                gradients = {name: change(name, value) for name, value in gradients.items()}
            return loss, gradients, outputs, moved

    return Changed


def test_rounding_of_a_gradient_that_is_truly_0_condemns_nobody():
    """A bias before a batch norm: steps and epochs may be computed by other kernels."""
    random = np.random.default_rng(0)

    def rounded(name, value):
        of_zero = 1e-8 * random.normal(size=value.shape) if name == "conv.bias" else 0
        return value + np.float32(of_zero)

    assert look(changing_gradients_of_epochs(rounded), BIASED).passed


def test_a_wrong_gradient_of_a_bias_before_a_batch_norm_is_seen():
    def wrong(name, value):
        return value + np.float32(0.01) if name == "conv.bias" else value

    check = look(changing_gradients_of_epochs(wrong), BIASED)

    assert not check.passed
    assert check.worst.startswith(("conv.bias ", "norm.moving_mean "))  # it is shifted with it


def test_the_call_that_trains_for_all_epochs_is_looked_at():
    class Shortened(Reference):
        def train(self, epochs, count, report):
            for epoch in epochs:
                report(self.train_epoch(replace(epoch, order=epoch.order[: len(epoch.order) // 2])))

    check = look(Shortened)

    assert not check.passed
    assert Reference.train_epoch is Shortened.train_epoch


def test_an_epoch_that_is_not_reported_is_told():
    class Silent(Reference):
        def train(self, epochs, count, report):
            super().train(epochs, count, lambda metrics: None)

    check = look(Silent)

    assert not check.passed
    assert check.cause == "it reports other epochs than it was given"
