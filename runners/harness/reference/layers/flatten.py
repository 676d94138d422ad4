"""Flattening."""

from contract.layers.flatten import Flatten
from runners.harness.contender.network import FloatArray
from runners.harness.reference.layers.base import Backward, Pass, forward


@forward.register
def flatten(_layer: Flatten, inputs: FloatArray, _run: Pass) -> tuple[FloatArray, Backward]:
    """All axes but the batch's into one."""
    return inputs.reshape(len(inputs), -1), lambda grad: (grad.reshape(inputs.shape), {})
