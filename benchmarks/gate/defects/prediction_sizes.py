"""Predictions that are wrong for some numbers of rows, or that take rows for others seen before."""

from collections.abc import Callable, Hashable

import numpy as np

from benchmarks.gate.defects.prediction import MANY, Predict, weights_key
from benchmarks.gate.planted import method, plant
from benchmarks.gate.trials import FEATURES
from runners.harness.contender.network import FloatArray, Network

ONE = "One row is predicted otherwise than among others."
CHANGED = "Rows of which some are others than before are predicted as before."


def _cached(predict: Predict, key: Callable[[FloatArray], Hashable]) -> Predict:
    """Return what remembers outputs, under a key of the rows, while the weights are the same."""

    def changed(network: Network, inputs: FloatArray) -> FloatArray:
        seen: dict[Hashable, FloatArray] = vars(network).setdefault("_seen_by_key", {})
        found = (key(inputs), weights_key(network))
        if found not in seen:
            seen[found] = predict(network, inputs).copy()
        return seen[found]

    return changed


@plant("timed-prediction", method("predict"), FEATURES, CHANGED, ("pytorch",))
def prediction_remembers_first_rows(predict: Predict) -> Predict:
    """Rows that begin with a row as other rows did get the outputs of those."""
    return _cached(predict, lambda inputs: (inputs.shape, inputs[0].tobytes()))


@plant("timed-prediction", method("predict"), FEATURES, CHANGED)
def prediction_remembers_last_rows(predict: Predict) -> Predict:
    """Rows that end with a row as other rows did get the outputs of those."""
    return _cached(predict, lambda inputs: (inputs.shape, inputs[-1].tobytes()))


@plant("timed-prediction", method("predict"), FEATURES, CHANGED)
def prediction_remembers_sums(predict: Predict) -> Predict:
    """Rows whose numbers add up to the same sum as those of other rows get the outputs of those."""
    return _cached(
        predict, lambda inputs: (inputs.shape, round(float(inputs.sum(dtype=np.float64)), 4))
    )


@plant("timed-prediction", method("predict"), FEATURES, MANY, ("velox",))
def prediction_goes_wrong_beyond_4096_rows(predict: Predict) -> Predict:
    """Rows beyond the 4,096th get the outputs of the first 4,096."""

    def changed(network: Network, inputs: FloatArray) -> FloatArray:
        outputs = predict(network, inputs)
        return np.resize(outputs[:4096], outputs.shape)

    return changed


@plant("timed-prediction", method("predict"), FEATURES, ONE, ("velox-stock",))
def prediction_of_one_row_is_scaled(predict: Predict) -> Predict:
    """The outputs of a single row are a tenth too large."""

    def changed(network: Network, inputs: FloatArray) -> FloatArray:
        outputs = predict(network, inputs)
        return outputs * outputs.dtype.type(1.1) if len(inputs) == 1 else outputs

    return changed


@plant("timed-prediction", method("predict"), FEATURES, ONE)
def prediction_of_one_row_loses_its_axis(predict: Predict) -> Predict:
    """The outputs of a single row have no axis for rows."""

    def changed(network: Network, inputs: FloatArray) -> FloatArray:
        outputs = predict(network, inputs)
        return outputs[0] if len(inputs) == 1 else outputs

    return changed


@plant("timed-prediction", method("predict"), FEATURES, MANY, ("tensorflow",))
def prediction_of_odd_numbers_loses_a_row(predict: Predict) -> Predict:
    """Of an odd number of rows, but one, the last gets the outputs of the last but one."""

    def changed(network: Network, inputs: FloatArray) -> FloatArray:
        outputs = predict(network, inputs).copy()
        if len(inputs) % 2 and len(inputs) > 1:
            outputs[-1] = outputs[-2]
        return outputs

    return changed


@plant(
    "timed-prediction",
    method("predict"),
    FEATURES,
    "What is predicted is what was predicted of as many rows before.",
)
def prediction_lags_by_a_call(predict: Predict) -> Predict:
    """A call returns what the one before it computed, if that was of as many rows."""

    def changed(network: Network, inputs: FloatArray) -> FloatArray:
        outputs = predict(network, inputs).copy()
        before: FloatArray = vars(network).get("_outputs_before", outputs)
        vars(network)["_outputs_before"] = outputs
        return before if before.shape == outputs.shape else outputs

    return changed
