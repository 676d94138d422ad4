"""Dropout."""

from contract.layers.dropout import Dropout
from runners.harness.contender.network import FloatArray
from runners.harness.reference.layers.base import Backward, Pass, chain, forward


@forward.register
def dropout(layer: Dropout, inputs: FloatArray, run: Pass) -> tuple[FloatArray, Backward]:
    """In training, values times 0 or 1/(1 − rate), drawn anew; else the identity."""
    if not run.training:
        return chain((), inputs, run)
    kept = run.generator.random(inputs.shape) >= layer.rate
    scale = kept.astype(inputs.dtype) / (1 - layer.rate)
    return inputs * scale, lambda grad: (grad * scale, {})
