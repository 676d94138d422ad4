"""The losses."""

import math

from contract.layers import Shape
from contract.training import Loss
from runners.velox.columns import CORRECT, LOSS, OUTPUTS, TARGETS
from runners.velox.lowering.base import call


def loss_calls(loss: Loss, output_shape: Shape) -> dict[str, str]:
    """Return the calls for the mean loss and, where there are classes, how many are right."""
    arguments = _arguments(loss, output_shape)
    calls = {LOSS: call(f"ml_{loss}", *arguments)}
    if loss == "softmax_cross_entropy":
        calls[CORRECT] = call("ml_count_correct", *arguments)
    return calls


def loss_gradient_call(loss: Loss, output_shape: Shape) -> str:
    """Return the call for the gradient with respect to the outputs."""
    return call(f"ml_{loss}_gradient", *_arguments(loss, output_shape))


def _arguments(loss: Loss, output_shape: Shape) -> tuple[str | int, ...]:
    """A cross-entropy has to know how many classes there are; a squared error does not."""
    if loss == "mean_squared_error":
        return (OUTPUTS, TARGETS)
    return (OUTPUTS, TARGETS, math.prod(output_shape))
