"""Folders in which every module registers something: a new one needs no entry elsewhere."""

import importlib
import pkgutil
from collections.abc import Iterable


def import_modules(package: str, path: Iterable[str]) -> None:
    """Import every module of a package; its `__init__` says `import_modules(__name__, __path__)`.

    Args:
        package: The package's full name.
        path: The folders that hold its modules.
    """
    for module in pkgutil.iter_modules(path):
        importlib.import_module(f"{package}.{module.name}")
