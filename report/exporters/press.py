"""Sets pages in a process of its own, beside everything else that is written."""

from __future__ import annotations

import gc
from collections.abc import Mapping
from concurrent.futures import Future, ProcessPoolExecutor
from dataclasses import dataclass, field
from multiprocessing import get_context
from pathlib import Path
from types import TracebackType
from typing import Any

Written = Future[None]


@dataclass(frozen=True)
class PrintOrder:
    """A page to be printed, with the figures that it names as `figure:NAME`."""

    html: str
    figures: Mapping[str, str]
    """SVG by name."""

    def write(self, path: Path) -> None:
        """Lay the pages out and write them as PDF; nothing is fetched, whatever the texts say."""
        from weasyprint import HTML  # here: half a second that only a PDF needs

        HTML(string=self.html, url_fetcher=_fetcher(self.figures)).write_pdf(path)


@dataclass
class Press:
    """A process that loads the typesetter while its order is still being written."""

    _pool: ProcessPoolExecutor = field(
        default_factory=lambda: ProcessPoolExecutor(
            1, mp_context=get_context("spawn"), initializer=_warm_up
        )
    )

    def __enter__(self) -> Press:
        self._pool.submit(_warm_up)  # a pool starts no process before it has work
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._pool.shutdown(cancel_futures=True)

    def print(self, order: PrintOrder, path: Path) -> Written:
        """Begin to print; the result raises what went wrong."""
        return self._pool.submit(order.write, path)


def _warm_up() -> None:
    """Load what printing needs; leave collecting garbage to the end of the process.

    The typesetter makes millions of objects and keeps them: looking through them for garbage is a
    third of its time.
    """
    import weasyprint  # noqa: F401

    gc.disable()


def _fetcher(figures: Mapping[str, str]) -> Any:
    from weasyprint.urls import URLFetcher, URLFetcherResponse

    class FiguresOnly(URLFetcher):  # type: ignore[misc]  # weasyprint has no types
        def fetch(self, url: str, headers: object = None) -> Any:  # noqa: ARG002
            name = url.removeprefix("figure:")
            if name == url or name not in figures:
                raise ValueError(f"{url} is not fetched")
            return URLFetcherResponse(
                url, figures[name].encode(), {"Content-Type": "image/svg+xml"}
            )

    return FiguresOnly(allowed_protocols=())
