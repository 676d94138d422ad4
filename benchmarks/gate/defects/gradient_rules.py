"""Optimizers that clip, remember or penalise otherwise, which moderate gradients do not show."""

from collections.abc import Callable
from typing import Any

import numpy as np

from benchmarks.gate.changes import SourceEdit
from benchmarks.gate.defects.optimizers import OPTIMIZERS, STEPS, MakeOptimizer
from benchmarks.gate.planted import Anchors, at, plant, plant_in_source
from benchmarks.gate.trials import DECAYING, FEATURES, IMAGES

Step = Callable[..., Any]
Clip = Callable[[Any], None]
"""Takes torch's parameters, whose gradients it clips."""

_STEP = at("runners.pytorch.network:PyTorchNetwork._step", "pytorch")
_KERAS: Anchors = {name: OPTIMIZERS[name] for name in ("tensorflow", "keras")}
_UPDATES = "runners.velox.network_builder:NNBuilder.update_weights"
_STOCK_ADAM = at("runners.velox_stock.functions.base:FUNCTIONS.ml_adam", "velox-stock")


def _clipping(clip: Clip) -> Step:
    def changed(network: Any, inputs: Any, targets: Any) -> Any:
        network._optimizer.zero_grad()
        outputs = network._module(inputs)
        loss = network._loss(outputs, targets)
        loss.backward()
        clip(network._module.parameters())
        network._optimizer.step()
        return loss.detach(), outputs.detach()

    return changed


@plant("optimizer", _STEP, FEATURES, STEPS)
def gradients_are_clipped_at_a_norm_of_five(_step: Step) -> Step:
    """The gradients of a step are scaled down to a norm of 5, where theirs is larger."""
    from torch.nn.utils import clip_grad_norm_

    return _clipping(lambda parameters: clip_grad_norm_(parameters, 5.0))


@plant("optimizer", _STEP, FEATURES, STEPS)
def elements_of_gradients_are_clipped(_step: Step) -> Step:
    """Every element of a gradient is clipped to ±1."""
    from torch.nn.utils import clip_grad_value_

    return _clipping(lambda parameters: clip_grad_value_(parameters, 1.0))


@plant(
    "optimizer",
    at("runners.pytorch.optimizers:torch.optim.Adam.__init__", "pytorch"),
    FEATURES,
    STEPS,
)
def adam_is_amsgrad(initialise: Step) -> Step:
    """Adam goes by the largest second moment so far."""
    return lambda *arguments, **numbers: initialise(*arguments, **numbers, amsgrad=True)


def _made(make: MakeOptimizer, **attributes: Any) -> MakeOptimizer:
    def changed(*arguments: Any) -> Any:
        made = make(*arguments)
        for name, value in attributes.items():
            if hasattr(made, name):
                setattr(made, name, value)
        return made

    return changed


@plant("optimizer", _KERAS, FEATURES, STEPS)
def optimizer_clips_at_a_norm_of_five(make: MakeOptimizer) -> MakeOptimizer:
    """The gradients of a step are scaled down to a norm of 5, where theirs is larger."""
    return _made(make, global_clipnorm=5.0)


@plant("optimizer", _KERAS, FEATURES, STEPS)
def optimizer_clips_elements(make: MakeOptimizer) -> MakeOptimizer:
    """Every element of a gradient is clipped to ±1."""
    return _made(make, clipvalue=1.0)


@plant("optimizer", _KERAS, FEATURES, STEPS)
def optimizer_is_amsgrad(make: MakeOptimizer) -> MakeOptimizer:
    """Adam goes by the largest second moment so far."""
    return _made(make, amsgrad=True)


def _before(function: Step, change: Callable[[Any], None]) -> Step:
    """Return the stock function of Adam, with a change to the gradient before each run."""

    def changed(weights: Any, gradient: Any, *rest: Any) -> Any:
        right = function(weights, gradient, *rest)
        return type(right)(right.outputs, (lambda: change(gradient), *right.runs))

    return changed


@plant("optimizer", _STOCK_ADAM, FEATURES, STEPS)
def adam_expression_clips_at_a_norm_of_five(adam: Step) -> Step:
    """The gradient of a tensor is scaled down to a norm of 5, where its own is larger."""

    def clip(gradient: Any) -> None:
        gradient *= min(1.0, 5.0 / max(float(np.linalg.norm(gradient)), 1e-9))

    return _before(adam, clip)


@plant("optimizer", _STOCK_ADAM, FEATURES, STEPS)
def adam_expression_clips_elements(adam: Step) -> Step:
    """Every element of a gradient is clipped to ±1."""
    return _before(adam, lambda gradient: np.clip(gradient, -1, 1, out=gradient))


@plant("optimizer", _STOCK_ADAM, FEATURES, STEPS)
def adam_expression_never_lowers_its_second_moment(adam: Step) -> Step:
    """Adam remembers the largest second moment so far."""

    def changed(weights: Any, gradient: Any, state: Any, *rest: Any) -> Any:
        right = adam(weights, gradient, state, *rest)
        size = weights.size

        def keep_largest() -> None:
            right.outputs[2 * size :] = np.maximum(right.outputs[2 * size :], state[size:])

        return type(right)(right.outputs, (*right.runs, keep_largest))

    return changed


plant_in_source(
    "optimizer",
    "kernel-adam-clips-elements",
    "Every element of a gradient is clipped to ±1.",
    SourceEdit(
        "optimizers.cpp",
        "const float g = t.g[i] + t.decay * t.w[i];",
        "const float g = std::fmin(1.0f, std::fmax(-1.0f, t.g[i])) + t.decay * t.w[i];",
    ),
    FEATURES,
    STEPS,
)
plant_in_source(
    "optimizer",
    "kernel-adam-never-lowers-its-second-moment",
    "Adam remembers the largest second moment so far.",
    SourceEdit(
        "optimizers.cpp",
        "new_v[i] = keep_2 * v[i] + take_2 * g * g;",
        "new_v[i] = std::fmax(v[i], keep_2 * v[i] + take_2 * g * g);",
    ),
    FEATURES,
    STEPS,
)


def _sparing(make: MakeOptimizer, rank: int) -> MakeOptimizer:
    """Return what makes torch's optimizer with no penalty for tensors of a rank."""

    def changed(optimizer: Any, parameters: Any) -> Any:
        made = make(optimizer, parameters)
        [group] = made.param_groups
        spared = [each for each in group["params"] if each.ndim == rank]
        if spared:
            group["params"] = [each for each in group["params"] if each.ndim != rank]
            others = {name: value for name, value in group.items() if name != "params"}
            made.add_param_group({**others, "params": spared, "weight_decay": 0.0})
        return made

    return changed


def _sparing_in_plan(update: Step, rank: int) -> Step:
    """Return what updates weights in Velox's plan with no penalty for tensors of a rank."""

    def changed(builder: Any, optimizer: Any, names: Any) -> None:
        shapes = builder._model.weight_shapes()
        spared = [name for name in names if len(shapes[name]) == rank]
        update(builder, optimizer, [name for name in names if name not in spared])
        update(builder, optimizer.model_copy(update={"weight_decay": 0.0}), spared)

    return changed


@plant("optimizer", {"pytorch": OPTIMIZERS["pytorch"]}, IMAGES, STEPS)
def weight_decay_spares_vectors(make: MakeOptimizer) -> MakeOptimizer:
    """Biases, γ and β do not decay."""
    return _sparing(make, 1)


@plant("optimizer", {"pytorch": OPTIMIZERS["pytorch"]}, DECAYING, STEPS)
def weight_decay_spares_convolutions(make: MakeOptimizer) -> MakeOptimizer:
    """The kernels of convolutions do not decay."""
    return _sparing(make, 4)


@plant("optimizer", at(_UPDATES, "velox", "velox-stock"), IMAGES, STEPS)
def plan_spares_vectors_from_decay(update: Step) -> Step:
    """Biases, γ and β do not decay."""
    return _sparing_in_plan(update, 1)


@plant("optimizer", at(_UPDATES, "velox", "velox-stock"), DECAYING, STEPS)
def plan_spares_convolutions_from_decay(update: Step) -> Step:
    """The kernels of convolutions do not decay."""
    return _sparing_in_plan(update, 4)


@plant(
    "optimizer",
    at("runners.tensorflow.optimizers:_L2Penalty.update_step", "tensorflow", "keras"),
    DECAYING,
    STEPS,
)
def penalty_spares_convolutions(update_step: Step) -> Step:
    """The kernels of convolutions do not decay."""

    def changed(optimizer: Any, gradient: Any, variable: Any, learning_rate: Any) -> None:
        if len(variable.shape) == 4:
            gradient = gradient - variable * optimizer.penalty
        update_step(optimizer, gradient, variable, learning_rate)

    return changed
