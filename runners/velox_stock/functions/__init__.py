"""The ML functions in stock expressions, by the names that `runners.velox.lowering` calls.

One module per kind of layer that has calls of its own; the losses, the optimizers and the store.
"""

from contract.modules import import_modules
from runners.velox_stock.functions.base import FUNCTIONS

__all__ = ["FUNCTIONS"]

import_modules(__name__, __path__)
