"""Defects that depend on what was called before, or on how many samples, go wrong there alone."""

from collections.abc import Callable
from contextlib import contextmanager
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from benchmarks.gate.defects import (
    dropout_places,
    late_epochs,
    modes,
    prediction_sizes,
    published_networks,
    wide_batches,
)
from benchmarks.gate.networks import altered_methods, of_model, of_training
from benchmarks.gate.trials import DROPPING, FEATURES, SAME_DROP, make_trial
from contract.layers.dropout import Dropout
from runners.harness.contender.network import Epoch, EpochMetrics


class RecordingNetwork:
    """A network whose methods note that they were called, and within what."""

    def __init__(self, *_: Any) -> None:
        self.within: list[str] = []
        self.calls: list[tuple[str, str]] = []
        self.orders: list[Any] = []

    def predict(self, inputs):
        self._note("predict")
        return 2 * inputs

    def train_step(self, _inputs, _targets):
        self._note("train_step")

    def gradients(self, _inputs, _targets):
        self._note("gradients")

    def train_epoch(self, epoch):
        self._note("train_epoch")
        self.orders.append(epoch.order)
        for end in range(epoch.batch_size, len(epoch.order) + 1, epoch.batch_size):
            epoch.on_batch(end)
        return EpochMetrics(1.0, None)

    def weights(self):
        return {"a.kernel": np.ones(2)}

    def _note(self, method):
        self.calls.append((method, "".join(self.within)))


class RecordingInsides:
    """The insides of such a network."""

    def __init__(self, network: RecordingNetwork) -> None:
        self._network = network

    def __getattr__(self, name: str) -> Callable[..., Any]:
        @contextmanager
        def within(*_: Any) -> Any:
            self._network.within.append(name)
            yield
            self._network.within.pop()

        return within


@pytest.fixture(autouse=True)
def recorded(monkeypatch):
    for module in (modes, wide_batches):
        monkeypatch.setattr(module, "inside", RecordingInsides)


def epoch(samples=8, batch_size=4, told=lambda _done: None):
    rows = np.arange(samples)
    return Epoch(rows[:, None] * 1.0, rows, rows, batch_size, told)


def go(network, *methods):
    arguments = {"predict": (np.ones((3, 1)),), "train_epoch": (epoch(),)}
    for method in methods:
        getattr(network, method)(*arguments.get(method, (np.ones((3, 1)), np.ones(3))))
    return [within for _, within in network.calls]


def test_model_and_training_are_changed_before_the_network_is_built():
    trial = make_trial(DROPPING)

    def build(_contender, model, training, weights):
        return model, training, weights

    built = of_model(of_training(build, lambda _training: "other"), lambda _model: "model")
    assert built("contender", trial.model, trial.training, "weights") == (
        "model", "other", "weights",
    )  # fmt: skip


def test_altered_methods_are_given_the_network_and_the_right_method():
    def alter(network, name, right, inputs):
        return network.calls, name, right(inputs)

    network = altered_methods(RecordingNetwork, ("predict",), alter)()
    assert network.predict(1) == ([("predict", "")], "predict", 2)


@pytest.mark.parametrize(
    ("defect", "calls", "within"),
    [
        (modes.epoch_stays_in_evaluation, ("train_epoch", "predict", "train_epoch"),
         ["", "", "in_evaluation"]),
        (modes.epoch_stays_in_evaluation, ("predict", "train_epoch", "train_epoch"),
         ["", "in_evaluation", "in_evaluation"]),
        (modes.epoch_stays_in_evaluation, ("predict", "train_step", "train_epoch"),
         ["", "", ""]),
        (modes.step_stays_without_dropout, ("predict", "train_step", "gradients", "train_step"),
         ["", "without_dropout", "", ""]),
        (modes.prediction_drops_until_the_network_trained,
         ("predict", "gradients", "predict", "train_step", "predict"),
         ["dropping", "", "dropping", "", ""]),
        (modes.prediction_switches_to_evaluation_once,
         ("gradients", "predict", "predict", "train_epoch", "predict"),
         ["", "", "", "", "dropping"]),
        (modes.prediction_of_many_rows_drops, ("predict",), ["dropping"]),
    ],
)  # fmt: skip
def test_modes_go_wrong_after_certain_calls_alone(defect, calls, within):
    assert go(defect(RecordingNetwork)(), *calls) == within


def test_wide_batches_alone_go_wrong():
    network = wide_batches.norm_goes_by_averages_in_wide_batches(RecordingNetwork)()
    network.train_step(np.ones((16, 1)), np.ones(16))
    network.gradients(np.ones((17, 1)), np.ones(17))
    network.train_epoch(epoch(batch_size=17))
    assert [within for _, within in network.calls] == ["", "in_evaluation", "in_evaluation"]


@pytest.mark.parametrize(
    ("defect", "samples", "taken"),
    [
        (late_epochs.epoch_is_halved_from_the_third_on, 8, [8, 8, 4]),
        (late_epochs.epoch_skips_every_fortieth_step, 120, [120, 116, 116]),
        (late_epochs.epoch_slows_down_after_fifty_steps, 8, [8, 8, 8]),
    ],
)
def test_late_epochs_alone_go_wrong_and_tell_what_the_right_ones_tell(defect, samples, taken):
    told: list[int] = []
    network, train_epoch = RecordingNetwork(), defect(RecordingNetwork.train_epoch)
    for _ in taken:
        train_epoch(network, epoch(samples, told=told.append))
    assert [len(order) for order in network.orders] == taken
    assert told == [*range(4, samples + 1, 4)] * len(taken)


def test_steps_after_the_fiftieth_go_a_tenth_of_the_way(monkeypatch):
    loaded = []
    monkeypatch.setattr(late_epochs, "inside", lambda _network: SimpleNamespace(load=loaded.append))
    train_epoch = late_epochs.epoch_slows_down_after_fifty_steps(RecordingNetwork.train_epoch)

    train_epoch(RecordingNetwork(), epoch(samples=4 * 53))

    assert len(loaded) == 3
    before, after = {"a.kernel": np.zeros(1), "n.moving_mean": np.zeros(1)}, np.ones(1)
    moved = late_epochs._a_tenth_of_the_way(before, dict.fromkeys(before, after))
    assert moved == {"a.kernel": pytest.approx(0.1), "n.moving_mean": pytest.approx(1.0)}


def predicted(defect, *arrays):
    network, predict = RecordingNetwork(), defect(RecordingNetwork.predict)
    return [predict(network, np.array(array, float)[:, None]).ravel().tolist() for array in arrays]


@pytest.mark.parametrize(
    ("defect", "arrays", "found"),
    [
        (prediction_sizes.prediction_remembers_first_rows, ([1, 2], [1, 3]), [[2, 4], [2, 4]]),
        (prediction_sizes.prediction_remembers_last_rows, ([1, 2], [3, 2]), [[2, 4], [2, 4]]),
        (prediction_sizes.prediction_remembers_sums, ([1, 3], [2, 2]), [[2, 6], [2, 6]]),
        (prediction_sizes.prediction_of_one_row_is_scaled, ([1], [1, 1]), [[2.2], [2, 2]]),
        (prediction_sizes.prediction_of_odd_numbers_loses_a_row, ([1, 2, 3], [1, 2]),
         [[2, 4, 4], [2, 4]]),
        (prediction_sizes.prediction_lags_by_a_call, ([1], [2], [3]), [[2], [2], [4]]),
    ],
)  # fmt: skip
def test_predictions_go_wrong_for_certain_rows_alone(defect, arrays, found):
    assert predicted(defect, *arrays) == found


@pytest.mark.parametrize(
    ("defect", "trial", "rates"),
    [
        (dropout_places.dropouts_after_the_first_are_missing, DROPPING, [0.25]),
        (dropout_places.second_dropout_of_a_rate_is_missing, SAME_DROP, [0.5]),
        (dropout_places.second_dropout_of_a_rate_is_missing, DROPPING, [0.25, 0.5]),
        (dropout_places.dropout_of_few_channels_is_missing, DROPPING, [0.5]),
        (dropout_places.dropout_of_few_features_is_missing, DROPPING, [0.25]),
        (dropout_places.dropouts_take_the_first_rate, DROPPING, [0.25, 0.25]),
        (published_networks.published_network_has_no_dropout, DROPPING, []),
    ],
)
def test_dropouts_go_wrong_in_certain_places_alone(defect, trial, rates):
    built = defect(lambda _contender, model, *_: model)(None, make_trial(trial).model, None)
    assert [each.rate for each in built.layers if isinstance(each, Dropout)] == rates


def test_published_optimizer_is_told_another_rate():
    training = make_trial(FEATURES).training
    build = published_networks.published_rate_is_ten_times_as_large(lambda *told: told[2])
    rate = training.optimizer.learning_rate
    assert build(None, None, training, 0).optimizer.learning_rate == pytest.approx(10 * rate)
