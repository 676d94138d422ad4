"""A page to be printed, as work that any process can do."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stdout
from dataclasses import dataclass
from io import StringIO
from typing import ClassVar

from report.exporters.workers import MISSING, Contents, MissingLibraryError, Work


@dataclass(frozen=True)
class PrintJob(Work):
    """A page, with the figures that it shows as images `figure:NAME`."""

    library: ClassVar = "weasyprint"
    code: ClassVar = "exporters/pdf_worker.py"

    html: str
    figures: tuple[tuple[str, str], ...]
    """Name and SVG."""
    kinds: tuple[str, ...] = ("pdf",)

    def do(self) -> Contents:
        """Lay the pages out.

        WeasyPrint makes millions of objects and keeps them: looking through them for garbage would
        be a third of its time.

        Raises:
            MissingLibraryError: WeasyPrint, or Pango that it lays out text with, is not here.
        """
        try:
            # It explains at length on standard output; the error's first line says all.
            with redirect_stdout(StringIO()):
                from report.exporters.pdf_worker import print_pages
        except Exception as error:  # an import can fail in any way, by a library of the system's
            cause = (str(error).splitlines() or [type(error).__name__])[0]
            raise MissingLibraryError(f"WeasyPrint cannot be loaded: {cause}") from error

        with without_garbage_collection():
            pages, missing = print_pages(self.html, dict(self.figures))
        return {"pdf": pages} | ({MISSING: missing.encode()} if missing else {})


@contextmanager
def without_garbage_collection() -> Iterator[None]:
    """Leave cycles of objects alone, where there are few and looking for them takes long."""
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()
