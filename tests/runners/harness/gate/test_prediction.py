"""Prediction of many rows, as it is timed, is that of the same rows, a few at a time."""

import numpy as np
import pytest

from contract.evidence import DIVERGED
from runners.harness.gate.loop import own_loop, small_loop
from runners.harness.gate.prediction import MANY, MORE, check_prediction
from runners.harness.reference.network import Reference
from tests.runners.harness.numpy_contender import NumpyContender
from tests.runners.suite_models import (
    NORMALISED,
    REGRESSION,
    SMALL_CNN,
    SQUARED,
    TRAINING,
    batch,
    measured_batch,
)


def look(kind, model=SMALL_CNN, *, samples=MORE, is_dear=False):
    """Look at predictions of a contender whose networks are of a class of the test's."""
    own = own_loop(model, TRAINING, batch(model, samples, "float32"), is_dear=is_dear)
    small = small_loop(model, TRAINING)
    return check_prediction(NumpyContender(kind=kind), own, small, is_dear=is_dear)


def predicting(change):
    """Return a class of networks whose outputs `change` has changed."""

    class Changed(Reference):
        def predict(self, inputs):
            return change(super().predict(inputs))

    return Changed


@pytest.mark.parametrize("model", [SMALL_CNN, NORMALISED])
@pytest.mark.parametrize("is_dear", [False, True])
def test_right_predictions_pass(model, is_dear):
    check = look(Reference, model, is_dear=is_dear)

    assert check.passed
    assert check.kind == "prediction"


def test_right_predictions_of_a_regression_of_few_rows_pass():
    samples = measured_batch(REGRESSION, 7, "float32")
    own = own_loop(REGRESSION, SQUARED, samples, is_dear=False)
    small = small_loop(REGRESSION, SQUARED)

    assert check_prediction(NumpyContender(), own, small, is_dear=False).passed


@pytest.mark.parametrize("first", [10, 16, 50])
@pytest.mark.parametrize("is_dear", [False, True])
def test_first_rows_that_are_repeated_are_seen(first, is_dear):
    repeating = predicting(lambda outputs: np.resize(outputs[:first], outputs.shape))

    check = look(repeating, is_dear=is_dear)

    assert not check.passed
    assert "row " in check.worst


def test_rows_beyond_128_that_are_wrong_are_seen():
    def change(outputs):
        outputs = outputs.copy()
        outputs[128:] *= 1.001
        return outputs

    check = look(predicting(change))

    assert not check.passed
    assert "00 rows" in check.worst or "5001 rows" in check.worst


def test_a_last_row_that_is_wrong_is_named():
    def change(outputs):
        outputs = outputs.copy()
        if len(outputs) == MORE:
            outputs[-1] += 1
        return outputs

    assert look(predicting(change)).worst.startswith("row 999 of 1000 rows")


def test_outputs_that_go_by_the_array_are_seen():
    class Memoising(Reference):
        def __init__(self, *of):
            super().__init__(*of)
            self.known = {}

        def predict(self, inputs):
            if id(inputs) not in self.known:
                # The array is kept, so that no other takes its place in memory.
                self.known[id(inputs)] = inputs, super().predict(inputs)
            return self.known[id(inputs)][1]

    check = look(Memoising)

    assert not check.passed
    assert "it goes by the array or the place in it, not by what is there" in check.cause


def test_outputs_that_are_kept_for_an_array_until_a_step_are_seen():
    class Memoising(Reference):
        def __init__(self, *of):
            super().__init__(*of)
            self.known = {}

        def predict(self, inputs):
            if id(inputs) not in self.known:
                self.known[id(inputs)] = inputs, super().predict(inputs)
            return self.known[id(inputs)][1]

        def train_step(self, inputs, targets):
            self.known.clear()
            return super().train_step(inputs, targets)

    check = look(Memoising)

    assert "put into the same array in another order" in check.worst
    assert check.cause == "it goes by the array or the place in it, not by what is there"


@pytest.mark.parametrize("row", [0, -1], ids=["first", "last"])
def test_outputs_that_are_kept_for_a_row_until_a_step_are_seen(row):
    class Memoising(Reference):
        def __init__(self, *of):
            super().__init__(*of)
            self.known = {}

        def predict(self, inputs):
            key = inputs.shape, inputs[row].tobytes()
            if key not in self.known:
                self.known[key] = super().predict(inputs)
            return self.known[key]

        def train_step(self, inputs, targets):
            self.known.clear()
            return super().train_step(inputs, targets)

    check = look(Memoising)

    assert "put into the same array in another order" in check.worst
    assert check.cause == "it goes by the array or the place in it, not by what is there"


@pytest.mark.parametrize("is_dear", [False, True])
@pytest.mark.parametrize(
    "change", [lambda outputs: outputs * 1.1, lambda outputs: outputs[0]], ids=["value", "shape"]
)
def test_one_row_that_is_wrong_by_itself_is_seen(change, is_dear):
    check = look(
        predicting(lambda outputs: change(outputs) if len(outputs) == 1 else outputs),
        is_dear=is_dear,
    )

    assert check.worst.startswith(("row 0 of one row of ", "one row of "))


@pytest.mark.parametrize("first", [2048, 4096, 5000])
def test_rows_beyond_many_that_are_wrong_are_seen(first):
    check = look(predicting(lambda outputs: np.resize(outputs[:first], outputs.shape)))

    assert not check.passed
    assert "5001 rows of a small network" in check.worst


def test_outputs_that_a_step_leaves_stale_are_seen():
    class Stale(Reference):
        """Predicts many rows by the weights that it began with."""

        def __init__(self, *of):
            super().__init__(*of)
            self.first = Reference(*of)

        def predict(self, inputs):
            return super().predict(inputs) if len(inputs) < MANY else self.first.predict(inputs)

    assert look(Stale).worst.endswith(" network after a step")


@pytest.mark.parametrize("is_dear", [False, True])
def test_missing_rows_are_seen(is_dear):
    check = look(predicting(lambda outputs: outputs[:96]), is_dear=is_dear)

    assert check.error == DIVERGED
    assert not check.passed
    assert "96" in check.cause


def test_outputs_of_another_shape_do_not_broadcast():
    check = look(predicting(lambda outputs: outputs[:, :1]))

    assert not check.passed
    assert check.cause.startswith("outputs are (")


def test_a_row_that_is_no_number_is_named():
    def change(outputs):
        outputs = outputs.copy()
        outputs[500:, 0] = np.nan
        return outputs

    check = look(predicting(change))

    assert check.error == DIVERGED
    assert check.worst.startswith("row ")


def test_many_and_few_rows_that_are_wrong_alike_are_seen_on_the_small_network():
    check = look(predicting(lambda outputs: outputs * (1 + 1e-3 * np.abs(outputs))))

    assert not check.passed
    assert "against the reference" in check.worst


def test_a_dear_network_predicts_few_rows():
    rows = []

    class Counting(Reference):
        def predict(self, inputs):
            if inputs.shape[1:] == SMALL_CNN.input_shape:
                rows.append(len(inputs))
            return super().predict(inputs)

    look(Counting, is_dear=True)

    assert rows == [MANY, 10, 1]


def test_every_network_of_a_prediction_is_closed():
    opened, closed = [], []

    class Closing(Reference):
        def __init__(self, *of):
            super().__init__(*of)
            opened.append(self)

        def close(self):
            closed.append(self)

    look(Closing)

    assert len(opened) == 2
    assert {id(network) for network in closed} == {id(network) for network in opened}
