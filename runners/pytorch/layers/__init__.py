"""The contract's layers as `torch.nn` modules: one Python module per kind."""

from contract.modules import import_modules
from runners.pytorch.layers.base import Norm, make_module, make_sequence

__all__ = ["Norm", "make_module", "make_sequence"]

import_modules(__name__, __path__)
