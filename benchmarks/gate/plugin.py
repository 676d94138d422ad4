"""Velox's ML functions, built with a defect in a copy of their sources, and loaded."""

import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from benchmarks.gate.changes import ML_FUNCTIONS, SourceEdit

_LIBRARY = "build/libplumbline_ml.so"


class PluginBuilder:
    """Builds changed copies in a temporary folder: of all objects only those that changed."""

    def __init__(self, threads: int) -> None:
        self._threads = threads
        self._folder = tempfile.TemporaryDirectory(prefix="plumbline-ml-")
        self._right: Path | None = None

    @contextmanager
    def loaded(self, edit: SourceEdit, contender: Any) -> Iterator[None]:
        """Let a configured `VeloxContender` compute with a change, until the block is left.

        Raises:
            AnchorError: the text to be changed is not there once.
            RuntimeError: it does not build.
        """
        from runners.velox.ml_functions import MlFunctions, load

        changed = MlFunctions(self._build(edit))
        changed.set_threads(self._threads)
        contender._functions = changed
        try:
            yield
        finally:
            contender._functions = load()  # registers the right ones again

    def _build(self, edit: SourceEdit) -> Path:
        text = edit.apply()
        if self._right is None:
            self._right = Path(self._folder.name) / "right"
            shutil.copytree(ML_FUNCTIONS, self._right, ignore=shutil.ignore_patterns("build"))
            _make(self._right)
        # A folder of its own for each: a library that is loaded already is not loaded again.
        copy = Path(tempfile.mkdtemp(dir=self._folder.name))
        shutil.copytree(self._right, copy, dirs_exist_ok=True)
        (copy / edit.file).write_text(text, encoding="utf-8")
        _make(copy)
        return copy / _LIBRARY


def _make(folder: Path) -> None:
    """Build by the sources' own Makefile; RuntimeError with the compiler's words if it fails.

    Without unique symbols, which all libraries of a process share: with them a changed one would
    find the kernels that the right one keeps.
    """
    command = ["make", "-C", str(folder), "--jobs=2", _LIBRARY, "CXX=g++ -fno-gnu-unique"]
    environment = [f"PYTHON={sys.executable}", f"PREFIX={sys.prefix}"]
    built = subprocess.run([*command, *environment], capture_output=True, text=True, check=False)
    if built.returncode != 0:
        raise RuntimeError(f"the ML functions do not build: {built.stderr.strip()[-2000:]}")
