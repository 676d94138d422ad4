"""Where data sets can be had, as a catalog says it."""

from __future__ import annotations

from ipaddress import ip_address
from typing import Annotated, Literal
from urllib.parse import urlsplit

from pydantic import AfterValidator, Field, PositiveInt, StringConstraints

from contract.base import Record, Slug
from data.content import FileName


def is_trustworthy(url: str) -> bool:
    """Whether `url` is https, or stays on this machine."""
    parts = urlsplit(url)
    return parts.scheme == "https" or (parts.scheme == "http" and _is_loopback(parts.hostname))


def _is_loopback(host: str | None) -> bool:
    try:
        return host == "localhost" or ip_address(host or "").is_loopback
    except ValueError:
        return False


def _trustworthy(url: str) -> str:
    if not is_trustworthy(url):
        raise ValueError(f"{url}: a remote source must be https")
    return url


class _Source(Record):
    name: Slug
    layout: Slug
    folder: str = ""
    """Where the members lie inside an archive, with its closing slash."""
    download_bytes: PositiveInt | None = None
    """None where nobody counted them."""


class HttpsSource(_Source):
    """Files below one address."""

    kind: Literal["https"]
    base_url: Annotated[str, AfterValidator(_trustworthy)]
    files: tuple[FileName, ...] = Field(min_length=1)


class NpmSource(_Source):
    """A package that the npm client fetches from wherever it is configured to."""

    kind: Literal["npm"]
    package: FileName
    version: Annotated[str, StringConstraints(pattern=r"^\d+\.\d+\.\d+$")]

    @property
    def files(self) -> tuple[str, ...]:
        """The one archive that `npm pack` writes."""
        return (f"{self.package}-{self.version}.tgz",)


class PathSource(_Source):
    """A folder of files on this machine; of photographs, the folder or archive itself."""

    kind: Literal["path"]
    path: str
    """In a declaration, from the folder of its file on."""
    files: tuple[FileName, ...] = ()


RemoteSource = HttpsSource | NpmSource
DataSource = Annotated[HttpsSource | NpmSource | PathSource, Field(discriminator="kind")]
