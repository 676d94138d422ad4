"""The insides of networks on TensorFlow, under either loop."""

from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from typing import Any
from unittest import mock

from benchmarks.gate.insides.base import TOO_MUCH, Insides, Kind
from runners.harness.contender.network import Weights

_TRACED = ("_outputs", "_gradients", "_step_on", "_step")
"""Functions of a network; what they trace goes by the name with `_trace` before it."""

_LAYERS: Mapping[Kind, str] = {
    "relu": "ReLU",
    "max_pool2d": "MaxPooling2D",
    "global_avg_pool2d": "GlobalAveragePooling2D",
}


class TensorFlowInsides(Insides):
    """A Keras model under functions that are traced."""

    def load(self, weights: Weights) -> None:
        """Assign them to the variables."""
        self._network._model.load(weights)

    def forget(self) -> None:
        """Set to zero what the optimizer keeps; the learning rate is none of its variables."""
        for variable in self._optimizer().variables:
            variable.assign(variable * 0)

    def draw_anew(self) -> None:
        """Set the layers' generators back."""
        for layer in self._network._model.keras.layers:
            if hasattr(layer, "seed_generator"):
                layer.seed_generator.state.assign([1, 0])

    @contextmanager
    def without_dropout(self) -> Iterator[None]:
        """Trace anew with all rates at 0."""
        layers = [each for each in self._network._model.keras.layers if hasattr(each, "rate")]
        with ExitStack() as patches:
            for layer in layers:
                patches.enter_context(mock.patch.object(layer, "rate", 0.0))
            patches.enter_context(self._traced_anew())
            yield

    @contextmanager
    def in_evaluation(self) -> Iterator[None]:
        """Trace anew with batch norms that are told that this is no training."""
        import keras

        normalise = keras.layers.BatchNormalization.call

        def call(layer: Any, inputs: Any, **_: Any) -> Any:
            return normalise(layer, inputs, training=False)

        with mock.patch.object(keras.layers.BatchNormalization, "call", call), self._traced_anew():
            yield

    @contextmanager
    def dropping(self) -> Iterator[None]:
        """Trace anew with dropouts that are told that this is training."""
        import keras

        drop = keras.layers.Dropout.call

        def call(layer: Any, inputs: Any, **_: Any) -> Any:
            return drop(layer, inputs, training=True)

        with mock.patch.object(keras.layers.Dropout, "call", call), self._traced_anew():
            yield

    @contextmanager
    def scaling(self, kind: Kind) -> Iterator[None]:
        """Trace anew with layers that put out more."""
        import keras

        layer = getattr(keras.layers, _LAYERS[kind])
        right = layer.call

        def call(of: Any, inputs: Any) -> Any:
            return TOO_MUCH * right(of, inputs)

        with mock.patch.object(layer, "call", call), self._traced_anew():
            yield

    def _optimizer(self) -> Any:
        return self._network._optimizer

    @contextmanager
    def _traced_anew(self) -> Iterator[None]:
        import tensorflow as tf

        traced = {
            name: tf.function(
                getattr(self._network, f"_trace{name}"),
                input_signature=getattr(self._network, name).input_signature,
            )
            for name in _TRACED
            if hasattr(self._network, name)
        }
        with mock.patch.multiple(self._network, **traced):
            yield


class KerasInsides(TensorFlowInsides):
    """A compiled Keras model."""

    def _optimizer(self) -> Any:
        return self._network._model.keras.optimizer

    @contextmanager
    def _traced_anew(self) -> Iterator[None]:
        self._trace_when_called()
        yield
        self._trace_when_called()

    def _trace_when_called(self) -> None:
        model = self._network._model.keras
        model.train_function = model.predict_function = None
