"""Optimizers that take the study's numbers by another rule."""

from collections.abc import Callable
from typing import Any

from benchmarks.gate.defects.optimizers import STEPS
from benchmarks.gate.planted import at, plant
from benchmarks.gate.trials import FEATURES, IMAGES, REGRESSION

Step = Callable[..., Any]


@plant(
    "optimizer", at("runners.pytorch.optimizers:EpsilonHatAdam.step", "pytorch"), FEATURES, STEPS
)
def adam_with_epsilon_on_the_corrected_root(_step: Step) -> Step:
    """PyTorch's own Adam: ε beside the corrected root."""
    import torch

    own: Step = torch.optim.Adam.step
    return own


@plant(
    "optimizer", at("runners.pytorch.optimizers:EpsilonHatAdam.step", "pytorch"), FEATURES, STEPS
)
def adam_counts_no_steps(step: Step) -> Step:
    """The correction of Adam's moments is always that of the first step."""

    def changed(optimizer: Any, closure: Any = None) -> Any:
        optimizer._steps_taken = 0
        for state in optimizer.state.values():
            state["step"].zero_()
        return step(optimizer, closure)

    return changed


@plant("optimizer", at("runners.pytorch.optimizers:torch.optim.SGD", "pytorch"), IMAGES, STEPS)
def momentum_looks_ahead(sgd: Callable[..., Any]) -> Callable[..., Any]:
    """Momentum is Nesterov's."""

    def make(parameters: Any, momentum: float, **numbers: float) -> Any:
        return sgd(parameters, momentum=momentum, nesterov=momentum > 0, **numbers)

    return make


@plant("optimizer", at("runners.pytorch.optimizers:torch.optim.SGD", "pytorch"), IMAGES, STEPS)
def momentum_dampens(sgd: Callable[..., Any]) -> Callable[..., Any]:
    """The gradient enters the velocity with a tenth less than its weight."""

    def make(parameters: Any, momentum: float, **numbers: float) -> Any:
        return sgd(parameters, momentum=momentum, dampening=0.1 if momentum else 0, **numbers)

    return make


@plant("optimizer", at("runners.pytorch.network:PyTorchNetwork._step", "pytorch"), FEATURES, STEPS)
def gradients_are_clipped(_step: Step) -> Step:
    """Every gradient is clipped to a norm of 0.1 before the step."""

    def changed(network: Any, inputs: Any, targets: Any) -> Any:
        import torch

        network._optimizer.zero_grad()
        outputs = network._module(inputs)
        loss = network._loss(outputs, targets)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(network._module.parameters(), 0.1)
        network._optimizer.step()
        return loss.detach(), outputs.detach()

    return changed


@plant("optimizer", at("runners.pytorch.network:PyTorchNetwork._step", "pytorch"), FEATURES, STEPS)
def gradients_add_up_over_steps(_step: Step) -> Step:
    """Gradients are not set to zero between steps."""

    def changed(network: Any, inputs: Any, targets: Any) -> Any:
        outputs = network._module(inputs)
        loss = network._loss(outputs, targets)
        loss.backward()
        network._optimizer.step()
        return loss.detach(), outputs.detach()

    return changed


_UPDATE = "runners.tensorflow.optimizers:_L2Penalty.update_step"


@plant("optimizer", at(_UPDATE, "tensorflow", "keras"), REGRESSION, STEPS)
def weight_decay_spares_biases(update_step: Step) -> Step:
    """Only kernels decay."""

    def changed(optimizer: Any, gradient: Any, variable: Any, learning_rate: Any) -> None:
        if len(variable.shape) == 1:
            gradient = gradient - variable * optimizer.penalty
        update_step(optimizer, gradient, variable, learning_rate)

    return changed


@plant("optimizer", at(_UPDATE, "tensorflow", "keras"), IMAGES, STEPS)
def weight_decay_is_decoupled(update_step: Step) -> Step:
    """The weight decays beside the step, in the place of a penalty in its gradient."""

    def changed(optimizer: Any, gradient: Any, variable: Any, learning_rate: Any) -> None:
        decayed = variable * optimizer.penalty
        update_step(optimizer, gradient - decayed, variable, learning_rate)
        variable.assign(variable - learning_rate * decayed)

    return changed


@plant(
    "optimizer",
    at("runners.tensorflow.optimizers:keras.optimizers.Adam.update_step", "keras"),
    FEATURES,
    STEPS,
)
def adam_drops_small_gradients(update_step: Step) -> Step:
    """Adam takes every element of a gradient that is below 1e-4 for 0."""

    def changed(optimizer: Any, gradient: Any, variable: Any, learning_rate: Any) -> None:
        import tensorflow as tf

        kept = tf.where(tf.abs(gradient) < 1e-4, tf.zeros_like(gradient), gradient)
        update_step(optimizer, kept, variable, learning_rate)

    return changed


_COUNT = "runners.velox.network:Parameters.count_step"


@plant("optimizer", at(_COUNT, "velox", "velox-stock"), FEATURES, STEPS, ("velox-stock",))
def steps_are_counted_from_zero_to_one(_count_step: Step) -> Step:
    """The number of the step stays 1, and Adam's moments are corrected as in the first one."""

    def changed(parameters: Any) -> None:
        parameters._step[...] = 1

    return changed
