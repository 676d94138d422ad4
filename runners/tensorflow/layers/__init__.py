"""The contract's layers as Keras ones: one module per kind.

Keras normalises a batch as the contract has it, whatever the shape and the precision: variances
without Bessel's correction, in plain operators (no fused kernel, which would correct the moving
one), so that nothing is left to make up for.
"""

from contract.modules import import_modules
from runners.tensorflow.layers.base import LayerOptions, connect, connect_all

__all__ = ["LayerOptions", "connect", "connect_all"]

import_modules(__name__, __path__)
