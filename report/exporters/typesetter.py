"""Makes a PDF of a page: by a call, or as a process that reads its order by standard input.

Nothing of the report is imported here, so that the process is ready soon.
"""

from __future__ import annotations

import gc
import json
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from weasyprint import HTML
from weasyprint.urls import URLFetcher, URLFetcherResponse


def print_pages(html: str, figures: Mapping[str, str], path: Path) -> None:
    """Lay the pages out and write them; nothing is fetched, whatever the texts say.

    `figures` are SVG by name; a page shows one as the image `figure:NAME`.
    """
    HTML(string=html, url_fetcher=_FiguresOnly(figures)).write_pdf(path)


class _FiguresOnly(URLFetcher):  # type: ignore[misc]  # weasyprint has no types
    """Hands out the report's own figures, and nothing else."""

    def __init__(self, figures: Mapping[str, str]) -> None:
        super().__init__(allowed_protocols=())
        self._figures = figures

    def fetch(self, url: str, headers: object = None) -> Any:  # noqa: ARG002  # weasyprint's own
        """Return a figure by its address."""
        name = url.removeprefix("figure:")
        if name == url or name not in self._figures:
            raise ValueError(f"{url} is not fetched")
        kind = {"Content-Type": "image/svg+xml"}
        return URLFetcherResponse(url, self._figures[name].encode(), kind)


def main() -> None:
    """Print what standard input orders; where it closes without an order, do nothing.

    WeasyPrint makes millions of objects and keeps them: looking through them for garbage would be
    a third of its time.
    """
    gc.disable()
    content = sys.stdin.buffer.read()
    if content:
        order = json.loads(content)
        print_pages(order["html"], order["figures"], Path(order["path"]))


if __name__ == "__main__":
    main()
