"""Lays out pages; loaded by what prints alone, as WeasyPrint takes a while to load."""

from collections.abc import Mapping
from io import BytesIO
from logging import Handler, LogRecord
from typing import Any

from weasyprint import HTML
from weasyprint.logger import LOGGER
from weasyprint.urls import URLFetcher, URLFetcherResponse


def print_pages(html: str, figures: Mapping[str, str]) -> tuple[bytes, str]:
    """Return a page as PDF, and its characters that no font here has; nothing is fetched.

    `figures` are SVG by name; a page shows one as the image `figure:NAME`.
    """
    content, boxes = BytesIO(), _Boxes()
    LOGGER.addHandler(boxes)
    try:
        HTML(string=html, url_fetcher=_FiguresOnly(figures)).write_pdf(content)
    finally:
        LOGGER.removeHandler(boxes)
    return content.getvalue(), "".join(sorted(boxes.characters))


class _Boxes(Handler):
    """Hears for which characters WeasyPrint drew a box."""

    def __init__(self) -> None:
        super().__init__()
        self.characters: set[str] = set()

    def emit(self, record: LogRecord) -> None:
        """Take note of the character, the first that the message is made of."""
        if str(record.msg).startswith(".notdef glyph") and isinstance(record.args, tuple):
            self.characters.add(str(record.args[0]))


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
