"""How layers, losses and optimizers become calls of ML functions: one module per kind of layer."""

from contract.modules import import_modules
from runners.velox.lowering.base import make_node

__all__ = ["make_node"]

import_modules(__name__, __path__)
