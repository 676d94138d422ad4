"""The layers in NumPy, written to be read: one module per kind."""

from contract.modules import import_modules
from runners.harness.reference.layers.base import Backward, Pass, chain, forward

__all__ = ["Backward", "Pass", "chain", "forward"]

import_modules(__name__, __path__)
