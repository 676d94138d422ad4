"""What a defect may do inside a contender's network; each family of contenders has its own way."""

from abc import ABC, abstractmethod
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import Any
from unittest import mock

from runners.harness.contender.network import Network, Weights


class Insides(ABC):
    """A network's own parts, which no contender shows."""

    def __init__(self, network: Any) -> None:
        self._network = network

    @abstractmethod
    def load(self, weights: Weights) -> None:
        """Put weights and states in the place of those that are there."""

    @abstractmethod
    def forget(self) -> None:
        """Let the optimizer start anew."""

    @abstractmethod
    def draw_anew(self) -> None:
        """Let the dropouts draw from the start of their sequence again."""

    @abstractmethod
    def without_dropout(self) -> Any:
        """Within the block, train with dropouts that do nothing."""

    @abstractmethod
    def in_evaluation(self) -> Any:
        """Within the block, train with batch norms that go by their moving averages."""


class PyTorchInsides(Insides):
    """A torch module and its optimizer."""

    def load(self, weights: Weights) -> None:
        """Copy them into the module."""
        from runners.pytorch.modules import load

        load(self._network._module, weights.values())

    def forget(self) -> None:
        """Clear the moments, and the count of steps."""
        self._network._optimizer.state.clear()
        self._network._optimizer._steps_taken = 0

    def draw_anew(self) -> None:
        """Seed torch."""
        import torch

        torch.manual_seed(0)

    @contextmanager
    def without_dropout(self) -> Iterator[None]:
        """Set all rates to 0."""
        from torch.nn import Dropout

        modules = [each for each in self._network._module.modules() if isinstance(each, Dropout)]
        with ExitStack() as patches:
            for module in modules:
                patches.enter_context(mock.patch.object(module, "p", 0.0))
            yield

    @contextmanager
    def in_evaluation(self) -> Iterator[None]:
        """Let the module's switch to training be one to evaluation."""
        module = self._network._module
        with mock.patch.object(type(module), "train", lambda of, _mode=True: _evaluate(of)):
            yield


def _evaluate(module: Any) -> Any:
    for each in module.modules():
        each.training = False
    return module


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

    def _optimizer(self) -> Any:
        return self._network._optimizer

    @contextmanager
    def _traced_anew(self) -> Iterator[None]:
        import tensorflow as tf

        signature = self._network._step_on.input_signature
        step = tf.function(self._network._trace_step_on, input_signature=signature)
        with mock.patch.object(self._network, "_step_on", step):
            yield


class KerasInsides(TensorFlowInsides):
    """A compiled Keras model."""

    def _optimizer(self) -> Any:
        return self._network._model.keras.optimizer

    @contextmanager
    def _traced_anew(self) -> Iterator[None]:
        self._network._model.keras.make_train_function(force=True)
        yield
        self._network._model.keras.make_train_function(force=True)


class EngineInsides(Insides):
    """Velox's plans over memory of their own."""

    def load(self, weights: Weights) -> None:
        """Overwrite the memory."""
        for name, values in self._network._parameters._values.items():
            values[:] = weights[name]

    def forget(self) -> None:
        """Set to zero what the optimizer remembers, and the number of its step."""
        columns = self._network._parameters._columns
        for name, values in columns.items():
            if name.startswith("optimizer_") or name == "step":
                values[...] = 0

    def draw_anew(self) -> None:
        """Count the draws from 0."""
        self._network._parameters._draw[...] = 0

    @contextmanager
    def without_dropout(self) -> Iterator[None]:
        """Compile anew with dropouts that pass on what enters."""
        from runners.velox.lowering.dropout import DropoutNode

        with (
            mock.patch.object(DropoutNode, "forward", lambda node: node.entering.column),
            mock.patch.object(DropoutNode, "input_gradient", lambda _node, gradient: gradient),
            mock.patch.object(self._network, "_plans", {}),
        ):
            yield

    @contextmanager
    def in_evaluation(self) -> Iterator[None]:
        """Compile anew with the states in the place of the batch's statistics."""
        from runners.velox.columns import state_column
        from runners.velox.lowering.batch_norm import BatchNormNode

        def statistics(node: Any) -> str:
            return state_column(node.layer.name)

        with (
            mock.patch.object(BatchNormNode, "_statistics", property(statistics)),
            mock.patch.object(BatchNormNode, "statistics", return_value={}),
            mock.patch.object(self._network, "_plans", {}),
        ):
            yield


_FAMILIES: dict[str, type[Insides]] = {
    "pytorch": PyTorchInsides,
    "tensorflow": TensorFlowInsides,
    "keras": KerasInsides,
    "velox": EngineInsides,
    "velox_stock": EngineInsides,
}


def inside(network: Network) -> Insides:
    """Return the insides of a contender's network."""
    return _FAMILIES[type(network).__module__.split(".")[1]](network)
