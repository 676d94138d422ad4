"""Has pages printed by a process of its own, beside everything else that is written."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from types import TracebackType

_PACKAGES = Path(__file__).parents[2]


@dataclass(frozen=True)
class PrintOrder:
    """A page to be printed, with the figures that it names as `figure:NAME`."""

    html: str
    figures: Mapping[str, str]
    """SVG by name."""

    def write(self, path: Path) -> None:
        """Print it here and now."""
        from report.exporters.typesetter import print_pages

        print_pages(self.html, self.figures, path)


class Press:
    """A process that gets ready to print while its order is still being written."""

    def __init__(self) -> None:
        known = os.environ.get("PYTHONPATH")
        paths = os.pathsep.join(filter(None, (str(_PACKAGES), known)))
        self._process = subprocess.Popen(
            [sys.executable, "-m", "report.exporters.typesetter"],
            stdin=subprocess.PIPE,
            env=os.environ | {"PYTHONPATH": paths},
        )

    def __enter__(self) -> Press:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if kind is not None:
            self._process.kill()
        self._process.communicate()

    def print(self, order: PrintOrder, path: Path) -> None:
        """Begin to print."""
        assert self._process.stdin is not None
        content = asdict(order) | {"path": str(path.resolve())}
        self._process.stdin.write(json.dumps(content).encode())
        self._process.stdin.close()
        self._process.stdin = None

    def wait(self) -> None:
        """Return when the file is there; raise OSError where it could not be printed."""
        if self._process.wait() != 0:
            raise OSError("the PDF was not printed; what its process said stands above")
