"""Predictions that are right for a few rows, or the first time."""

from collections.abc import Callable
from typing import Any

import numpy as np

from benchmarks.gate.insides import inside
from benchmarks.gate.planted import method, plant
from benchmarks.gate.trials import FEATURES, IMAGES
from runners.harness.contender.network import FloatArray, Network, Weights

Predict = Callable[[Network, FloatArray], FloatArray]

MANY = "Many rows at once are predicted otherwise than the same rows a few at a time."
REFILLED = "The same array with other rows in it is predicted as before."
AFTER_A_STEP = "The same rows are predicted after a step as before it."
FIRST = "The first outputs are not the reference's."


@plant("timed-prediction", method("predict"), FEATURES, MANY)
def prediction_repeats_its_first_rows(predict: Predict) -> Predict:
    """Sixteen rows are computed; their outputs are those of all others too."""

    def changed(network: Network, inputs: FloatArray) -> FloatArray:
        return np.resize(
            outputs := predict(network, inputs[:16]), (len(inputs), *outputs.shape[1:])
        )

    return changed


@plant("timed-prediction", method("predict"), FEATURES, MANY)
def prediction_goes_wrong_beyond_128_rows(predict: Predict) -> Predict:
    """Rows beyond the 128th get the outputs of the first 128."""

    def changed(network: Network, inputs: FloatArray) -> FloatArray:
        outputs = predict(network, inputs)
        return np.resize(outputs[:128], outputs.shape)

    return changed


@plant("timed-prediction", method("predict"), FEATURES, MANY)
def prediction_goes_wrong_beyond_512_rows(predict: Predict) -> Predict:
    """Rows beyond the 512th get the outputs of the first 512."""

    def changed(network: Network, inputs: FloatArray) -> FloatArray:
        outputs = predict(network, inputs)
        return np.resize(outputs[:512], outputs.shape)

    return changed


@plant("timed-prediction", method("predict"), FEATURES, MANY)
def prediction_leaves_out_a_ragged_end(predict: Predict) -> Predict:
    """Of more than 32 rows those after the last whole 32 are not computed, and are 0."""

    def changed(network: Network, inputs: FloatArray) -> FloatArray:
        outputs = predict(network, inputs)
        if len(outputs) > 32:
            outputs = outputs.copy()
            outputs[len(outputs) // 32 * 32 :] = 0
        return outputs

    return changed


@plant("timed-prediction", method("predict"), FEATURES, MANY)
def prediction_swaps_its_halves(predict: Predict) -> Predict:
    """Of more than 64 rows, computed by two threads, the outputs come in the wrong order."""

    def changed(network: Network, inputs: FloatArray) -> FloatArray:
        outputs = predict(network, inputs)
        return np.roll(outputs, len(outputs) // 2, axis=0) if len(outputs) > 64 else outputs

    return changed


@plant("timed-prediction", method("predict"), FEATURES, MANY)
def prediction_shifts_one_row(predict: Predict) -> Predict:
    """Of more than 50 rows one, in the middle, gets its neighbour's outputs."""

    def changed(network: Network, inputs: FloatArray) -> FloatArray:
        outputs = predict(network, inputs).copy()
        if len(outputs) > 50:
            outputs[len(outputs) // 2] = outputs[len(outputs) // 2 - 1]
        return outputs

    return changed


@plant("timed-prediction", method("predict"), FEATURES, REFILLED)
def prediction_remembers_arrays(predict: Predict) -> Predict:
    """An array that was predicted is not looked at again, whatever was written into it."""

    def changed(network: Network, inputs: FloatArray) -> FloatArray:
        # The array is kept too, so that no other one gets its address.
        seen: dict[Any, Any] = vars(network).setdefault("_seen_arrays", {})
        key = (inputs.ctypes.data, inputs.shape)
        if key not in seen or seen[key][0] != weights_key(network):
            seen[key] = (weights_key(network), predict(network, inputs).copy(), inputs)
        outputs: FloatArray = seen[key][1]
        return outputs

    return changed


def weights_key(network: Network) -> bytes:
    """Return what changes with any step."""
    return b"".join(value.tobytes() for value in network.weights().values())


@plant("timed-prediction", method("predict"), FEATURES, REFILLED)
def prediction_remembers_shapes(predict: Predict) -> Predict:
    """Rows of a shape that was predicted get the outputs of the first such rows."""

    def changed(network: Network, inputs: FloatArray) -> FloatArray:
        seen: dict[Any, FloatArray] = vars(network).setdefault("_seen_shapes", {})
        if inputs.shape not in seen:
            seen[inputs.shape] = predict(network, inputs).copy()
        return seen[inputs.shape]

    return changed


@plant("timed-prediction", method("predict"), FEATURES, AFTER_A_STEP, ("keras",))
def prediction_remembers_rows(predict: Predict) -> Predict:
    """Rows that were predicted once get the same outputs for ever, whatever was learnt since."""

    def changed(network: Network, inputs: FloatArray) -> FloatArray:
        seen: dict[bytes, FloatArray] = vars(network).setdefault("_seen_rows", {})
        key = inputs.tobytes()
        if key not in seen:
            seen[key] = predict(network, inputs).copy()
        return seen[key]

    return changed


@plant("timed-prediction", method("predict"), FEATURES, AFTER_A_STEP)
def prediction_keeps_its_first_weights(predict: Predict) -> Predict:
    """A network predicts by the weights that it had when it first did."""

    def changed(network: Network, inputs: FloatArray) -> FloatArray:
        current = network.weights()
        inside(network).load(vars(network).setdefault("_first_weights", current))
        outputs = predict(network, inputs).copy()
        inside(network).load(current)
        return outputs

    return changed


@plant("timed-prediction", method("predict"), FEATURES, MANY)
def prediction_returns_the_same_memory(predict: Predict) -> Predict:
    """Outputs are overwritten by those of the next prediction of as many rows."""

    def changed(network: Network, inputs: FloatArray) -> FloatArray:
        kept: dict[int, FloatArray] = vars(network).setdefault("_kept_outputs", {})
        outputs = predict(network, inputs)
        memory = kept.setdefault(len(inputs), np.empty_like(outputs))
        memory[:] = outputs
        return memory

    return changed


def _rounded(values: FloatArray) -> FloatArray:
    return values.astype(np.float16).astype(values.dtype)


@plant("timed-prediction", method("predict"), IMAGES, FIRST)
def prediction_rounds_its_inputs(predict: Predict) -> Predict:
    """Inputs are rounded to half precision."""
    return lambda network, inputs: predict(network, _rounded(inputs))


@plant("timed-prediction", method("predict"), IMAGES, FIRST)
def prediction_rounds_its_outputs(predict: Predict) -> Predict:
    """Outputs are rounded to half precision."""
    return lambda network, inputs: _rounded(predict(network, inputs))


@plant("timed-prediction", method("predict"), IMAGES, MANY, ("pytorch",))
def prediction_rounds_the_weights_for_many_rows(predict: Predict) -> Predict:
    """For more than 20 rows the weights are rounded to half precision."""

    def changed(network: Network, inputs: FloatArray) -> FloatArray:
        if len(inputs) <= 20:
            return predict(network, inputs)
        weights: Weights = network.weights()
        inside(network).load({name: _rounded(value) for name, value in weights.items()})
        outputs = predict(network, inputs).copy()
        inside(network).load(weights)
        return outputs

    return changed


@plant(
    "timed-prediction",
    method("predict", only=("pytorch", "tensorflow", "keras", "velox-stock")),
    FEATURES,
    "In float64 the first outputs are as far from the reference's as float32 is exact.",
)
def prediction_in_single_precision(predict: Predict) -> Predict:
    """Whatever the precision, inputs and outputs pass through float32."""

    def changed(network: Network, inputs: FloatArray) -> FloatArray:
        single = inputs.astype(np.float32).astype(inputs.dtype)
        return predict(network, single).astype(np.float32).astype(inputs.dtype)

    return changed


@plant("timed-prediction", method("predict"), FEATURES, MANY)
def prediction_normalises_by_its_own_rows(predict: Predict) -> Predict:
    """The outputs of more than 30 rows are scaled by how far they are spread."""

    def changed(network: Network, inputs: FloatArray) -> FloatArray:
        outputs = predict(network, inputs)
        return outputs * (1 + 1e-4 * outputs.std()) if len(inputs) > 30 else outputs

    return changed
