"""Networks that are right in training and wrong in evaluation, or that remember the wrong thing."""

from collections.abc import Callable
from typing import Any

from benchmarks.gate.planted import at, plant
from benchmarks.gate.trials import FEATURES, IMAGES, RESNET, VGG
from runners.velox.columns import state_column
from runners.velox.lowering.base import call

STATES = "The moving averages after the steps are not the reference's."
OUTPUTS = "What the network predicts, untrained or trained, is not what the reference predicts."

_FORWARD = at("runners.pytorch.layers.batch_norm:BiasedBatchNorm.forward", "pytorch")
_KERAS_CALL = "runners.tensorflow.layers.batch_norm:keras.layers.BatchNormalization.call"
_KERAS = at(_KERAS_CALL, "tensorflow", "keras")
_NODE = "runners.velox.lowering.batch_norm:BatchNormNode"
Call = Callable[..., Any]


@plant("evaluation", _FORWARD, FEATURES, OUTPUTS, ("pytorch",))
def batch_norm_predicts_by_the_batch(forward: Call) -> Call:
    """In evaluation, too, a batch norm goes by the batch's statistics."""

    def changed(norm: Any, inputs: Any) -> Any:
        if norm.training:
            return forward(norm, inputs)
        kept = norm.moving_mean.clone(), norm.moving_variance.clone()
        norm.training = True
        outputs = forward(norm, inputs)
        norm.training = False
        norm.moving_mean.copy_(kept[0])
        norm.moving_variance.copy_(kept[1])
        return outputs

    return changed


@plant(
    "evaluation", at("runners.pytorch.network:PyTorchNetwork.predict", "pytorch"), FEATURES, OUTPUTS
)
def prediction_moves_the_averages(predict: Call) -> Call:
    """A prediction moves the averages of batch norms by what it sees."""

    def changed(network: Any, inputs: Any) -> Any:
        import torch

        outputs = predict(network, inputs)
        network._module.train()
        with torch.no_grad():
            network._module(network._arrange(network._on_device(inputs)))
        return outputs

    return changed


@plant(
    "evaluation",
    at("runners.pytorch.layers.batch_norm:BiasedBatchNorm._follow", "pytorch"),
    FEATURES,
    STATES,
)
def moving_variance_is_unbiased(_follow: Call) -> Call:
    """The moving variance takes the batch's with Bessel's correction, as PyTorch's own does."""

    def changed(norm: Any, moved: Any, _count: int) -> None:
        norm.moving_variance.copy_(moved)

    return changed


@plant("evaluation", at("runners.pytorch.network:functional_call", "pytorch"), FEATURES, STATES)
def gradients_move_the_averages(_functional_call: Call) -> Call:
    """Asking for gradients moves the averages of batch norms."""
    return lambda module, _states, arguments: module(*arguments)


@plant(
    "evaluation",
    at("runners.pytorch.layers.batch_norm:BiasedBatchNorm.__init__", "pytorch"),
    IMAGES,
    STATES,
)
def averages_keep_a_hundredth_more(initialise: Call) -> Call:
    """The moving averages keep a hundredth more of what they were than they should."""

    def changed(norm: Any, channels: int, momentum: float, epsilon: float) -> None:
        initialise(norm, channels, momentum + 0.01, epsilon)

    return changed


@plant("evaluation", _FORWARD, IMAGES, OUTPUTS)
def beta_is_left_out_of_predictions(forward: Call) -> Call:
    """In evaluation a batch norm does not add β."""

    def changed(norm: Any, inputs: Any) -> Any:
        outputs = forward(norm, inputs)
        if norm.training:
            return outputs
        return outputs - norm.beta.reshape(-1, *[1] * (inputs.ndim - 2))

    return changed


@plant("evaluation", _FORWARD, VGG, OUTPUTS)
def beta_is_left_out_of_deep_predictions(forward: Call) -> Call:
    """In evaluation the batch norms of 512 channels do not add β."""

    def changed(norm: Any, inputs: Any) -> Any:
        outputs = forward(norm, inputs)
        if norm.training or len(norm.beta) != 512:
            return outputs
        return outputs - norm.beta.reshape(-1, *[1] * (inputs.ndim - 2))

    return changed


@plant("evaluation", _KERAS, FEATURES, OUTPUTS, ("tensorflow",))
def batch_norm_trains_in_predictions(normalise: Call) -> Call:
    """In evaluation, too, a batch norm goes by the batch, and moves its averages."""
    return lambda layer, inputs, **_: normalise(layer, inputs, training=True)


@plant("evaluation", _KERAS, IMAGES, OUTPUTS)
def batch_norm_trains_by_the_averages(normalise: Call) -> Call:
    """In training, too, a batch norm goes by its moving averages, which stay."""
    return lambda layer, inputs, **_: normalise(layer, inputs, training=False)


@plant("evaluation", _KERAS, FEATURES, OUTPUTS, ("keras",))
def epsilon_is_left_out_of_predictions(normalise: Call) -> Call:
    """In evaluation a batch norm adds no ε to the variance."""

    def changed(layer: Any, inputs: Any, training: Any = None, mask: Any = None) -> Any:
        kept = layer.epsilon
        layer.epsilon = kept if training else 1e-12
        outputs = normalise(layer, inputs, training, mask)
        layer.epsilon = kept
        return outputs

    return changed


@plant("evaluation", at(f"{_NODE}.new_state", "velox", "velox-stock"), FEATURES, STATES, ("velox",))
def averages_never_move(_new_state: Call) -> Call:
    """The moving averages stay as they were at the start."""
    return lambda node: {
        (state := state_column(node.layer.name)): call(
            "ml_moving_average", state, state, node.layer.momentum
        )
    }


@plant("evaluation", at(f"{_NODE}.new_state", "velox"), RESNET, STATES)
def averages_of_a_deep_network_keep_more(_new_state: Call) -> Call:
    """The moving averages of the batch norms of 512 channels keep 0.91 in the place of 0.9."""

    def changed(node: Any) -> dict[str, str]:
        state, kept = state_column(node.layer.name), node.layer.momentum
        moved = kept + 0.01 if node.entering.shape[-1] == 512 else kept
        return {state: call("ml_moving_average", state, node._statistics, moved)}

    return changed


@plant("evaluation", at(f"{_NODE}.forward", "velox"), FEATURES, OUTPUTS)
def plan_predicts_by_the_batch(forward: Call) -> Call:
    """In evaluation, too, the plan normalises by the batch's statistics."""

    def changed(node: Any) -> str:
        of_batch = call("ml_batch_norm_statistics", node.entering.column, node._channels)
        found: str = forward(node)
        return found if node.training else found.replace(state_column(node.layer.name), of_batch)

    return changed


@plant("evaluation", at(f"{_NODE}.forward", "velox", "velox-stock"), IMAGES, OUTPUTS)
def plan_predicts_with_another_epsilon(forward: Call) -> Call:
    """In evaluation the plan normalises with half of ε."""

    def changed(node: Any) -> str:
        found: str = forward(node)
        epsilon = node.layer.epsilon
        return found if node.training else found.replace(str(epsilon), str(epsilon / 2))

    return changed


@plant(
    "evaluation",
    at("runners.velox_stock.functions.base:FUNCTIONS.ml_moving_average", "velox-stock"),
    IMAGES,
    STATES,
)
def averages_take_too_much(moving_average: Call) -> Call:
    """The moving averages take a thousandth more of the batch's statistics than they should."""
    return lambda state, latest, momentum: moving_average(state, latest, momentum - 0.001)
