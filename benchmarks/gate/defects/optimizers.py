"""Optimizers that are told other numbers than the study's."""

from collections.abc import Callable
from typing import Any

from benchmarks.gate.planted import Anchors, plant
from benchmarks.gate.trials import FEATURES, IMAGES, REGRESSION, RESIDUAL, RESNET, VGG
from contract.training import SGD, Momentum, Optimizer

MakeOptimizer = Callable[..., Any]
"""Takes the contract's optimizer, and something more."""

STEPS = "The steps of the optimizer by itself are not the reference's."

OPTIMIZERS: Anchors = {
    "pytorch": "runners.pytorch.optimizers:make_optimizer",
    "tensorflow": "runners.tensorflow.optimizers:make_optimizer",
    "keras": "runners.tensorflow.optimizers:make_optimizer",
    "velox": "runners.velox.network_builder:update_call",
    "velox-stock": "runners.velox.network_builder:update_call",
}
"""What makes the contract's optimizer one of the framework's."""
VELOX: Anchors = {"velox": OPTIMIZERS["velox"]}
PYTHON: Anchors = {name: OPTIMIZERS[name] for name in ("pytorch", "tensorflow", "keras")}


def _told(make: MakeOptimizer, change: Callable[[Optimizer], Optimizer]) -> MakeOptimizer:
    return lambda optimizer, other: make(change(optimizer), other)


def _scaled(make: MakeOptimizer, field: str, factor: float) -> MakeOptimizer:
    """Multiply a number, in the optimizers that have it."""

    def change(optimizer: Optimizer) -> Optimizer:
        numbers = optimizer.model_dump()
        if field not in numbers:
            return optimizer
        return optimizer.model_copy(update={field: numbers[field] * factor})

    return _told(make, change)


def _set(make: MakeOptimizer, field: str, value: float) -> MakeOptimizer:
    """Set a number, in the optimizers that have it."""

    def change(optimizer: Optimizer) -> Optimizer:
        has_it = field in optimizer.model_dump()
        return optimizer.model_copy(update={field: value}) if has_it else optimizer

    return _told(make, change)


@plant("optimizer", OPTIMIZERS, RESIDUAL, STEPS, ("pytorch",))
def learning_rate_is_off_by_a_thousandth(make: MakeOptimizer) -> MakeOptimizer:
    """The learning rate is 0.1 % too large."""
    return _scaled(make, "learning_rate", 1.001)


@plant("optimizer", OPTIMIZERS, FEATURES, STEPS)
def beta_1_is_another(make: MakeOptimizer) -> MakeOptimizer:
    """Adam's β₁ is 0.89."""
    return _set(make, "beta_1", 0.89)


@plant("optimizer", OPTIMIZERS, FEATURES, STEPS, ("velox", "velox-stock"))
def beta_2_is_another(make: MakeOptimizer) -> MakeOptimizer:
    """Adam's β₂ is 0.99."""
    return _set(make, "beta_2", 0.99)


@plant("optimizer", OPTIMIZERS, FEATURES, STEPS)
def epsilon_is_another(make: MakeOptimizer) -> MakeOptimizer:
    """Adam's ε is 1e-8, PyTorch's own, in the place of 1e-7."""
    return _scaled(make, "epsilon", 0.1)


@plant("optimizer", OPTIMIZERS, IMAGES, STEPS)
def momentum_is_another(make: MakeOptimizer) -> MakeOptimizer:
    """The momentum is 0.89 in the place of 0.9."""
    return _set(make, "momentum", 0.89)


@plant("optimizer", OPTIMIZERS, REGRESSION, STEPS)
def weight_decay_is_left_out(make: MakeOptimizer) -> MakeOptimizer:
    """No weight decays."""
    return _set(make, "weight_decay", 0.0)


@plant("optimizer", OPTIMIZERS, IMAGES, STEPS)
def weight_decay_is_halved(make: MakeOptimizer) -> MakeOptimizer:
    """The penalty is λ/2·w², with half the gradient that the contract asks for."""
    return _scaled(make, "weight_decay", 0.5)


@plant("optimizer", PYTHON, RESIDUAL, STEPS)
def momentum_in_the_place_of_sgd(make: MakeOptimizer) -> MakeOptimizer:
    """Plain gradient descent has a slight momentum."""

    def change(optimizer: Optimizer) -> Optimizer:
        if not isinstance(optimizer, SGD):
            return optimizer
        rates = {"learning_rate": optimizer.learning_rate, "weight_decay": optimizer.weight_decay}
        return Momentum(type="momentum", momentum=0.01, **rates)

    return _told(make, change)


@plant("optimizer", VELOX, RESNET, STEPS)
def learning_rate_is_off_on_a_deep_network(make: MakeOptimizer) -> MakeOptimizer:
    """The learning rate is 1 % too large."""
    return _scaled(make, "learning_rate", 1.01)


@plant("optimizer", VELOX, RESNET, STEPS)
def beta_2_is_another_on_a_deep_network(make: MakeOptimizer) -> MakeOptimizer:
    """Adam's β₂ is 0.998."""
    return _set(make, "beta_2", 0.998)


@plant("optimizer", VELOX, VGG, STEPS)
def epsilon_is_another_on_a_deep_network(make: MakeOptimizer) -> MakeOptimizer:
    """Adam's ε is 1e-8 in the place of 1e-7."""
    return _scaled(make, "epsilon", 0.1)
