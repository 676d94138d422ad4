"""Lays out pages; loaded by what prints alone, as WeasyPrint takes a while to load."""

from collections.abc import Mapping
from io import BytesIO
from typing import Any

from weasyprint import HTML
from weasyprint.urls import URLFetcher, URLFetcherResponse


def print_pages(html: str, figures: Mapping[str, str]) -> bytes:
    """Return a page as PDF; nothing is fetched, whatever the texts say.

    `figures` are SVG by name; a page shows one as the image `figure:NAME`.
    """
    content = BytesIO()
    HTML(string=html, url_fetcher=_FiguresOnly(figures)).write_pdf(content)
    return content.getvalue()


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
