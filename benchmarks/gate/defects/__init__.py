"""The planted defects: one module, or two, per class."""

from contract.modules import import_modules

import_modules(__name__, __path__)
