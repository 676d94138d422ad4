"""The kinds of data sets that there are."""

from __future__ import annotations

import re
from math import prod
from typing import Annotated, Literal, get_args

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
from data.source_kinds import DataSource

MOST_CLASSES = 256
"""A label is a byte."""
_LIMIT_BYTES = 2**31
FolderName = Annotated[str, StringConstraints(pattern=r"^[^/.\x00][^/\x00]*$")]
_MOST_PIXELS = 4096
"""A photograph of that height and width takes 50 MB."""


def _suffix(name: str) -> str:
    if not re.fullmatch(r"\.[^./\x00]+", name):
        raise ValueError("a suffix is a dot and what follows it, as in .jpg")
    return name.lower()


Suffix = Annotated[str, AfterValidator(_suffix)]


class _Dataset(Record):
    name: Slug
    title: str = Field(min_length=1)
    licence: str = Field(min_length=1)
    """What its authors allow; where they say nothing, that."""
    citation: str = ""
    homepage: str = ""


class _FetchedDataset(_Dataset):
    """Labelled images, split into training and test, that have to be fetched."""

    limit_bytes: PositiveInt = _LIMIT_BYTES
    """No download, archive or member of this data set is larger; whatever is gets refused."""
    content: dict[FileName, ContentHash] = Field(default_factory=dict)
    """Known hashes of downloaded files and of archive members, by file name."""
    sources: tuple[DataSource, ...] = Field(min_length=1)
    """In the order in which they are tried."""


class ImageDataset(_FetchedDataset):
    """Images that are packed as arrays: what they decode to is known, to the byte."""

    kind: Literal["images"]
    class_count: int = Field(ge=2, le=MOST_CLASSES)
    """Labels are from 0 to one less."""
    image_shape: tuple[PositiveInt, PositiveInt, PositiveInt]
    """(height, width, channels)."""
    arrays: dict[ArrayName, ArraySpec] = Field(default_factory=dict)
    """None in a declaration, until `data add` finds them."""
    layouts: dict[Slug, ArrayLayout]

    @property
    def is_added(self) -> bool:
        """Whether it is known, to the byte, what the data are."""
        return bool(self.arrays)

    def array_shape(self, part: ArrayName) -> tuple[int, ...]:
        """Return the shape of an array; where it is not known, the largest that is admitted."""
        if self.arrays:
            return self.arrays[part].shape
        most = max(1, self.limit_bytes // prod(self.image_shape))
        return (most, *self.image_shape) if part.endswith("images") else (most,)

    @property
    def sample_shape(self) -> tuple[int, ...]:
        """Of one input."""
        return self.image_shape

    def samples(self, side: Side) -> int:
        """Return how many images there are."""
        return self.arrays["train_images" if side == "train" else "test_images"].shape[0]

    def describes(self, part: ArrayName, array: ArraySpec, *, whole: bool) -> bool:
        """Whether a decoded array is the one that it should be; if not `whole`, some of it."""
        if not self.arrays:
            return array.shape[1:] == self.array_shape(part)[1:]
        known = self.arrays[part]
        if whole:
            return (array.shape, array.sha256) == (known.shape, known.sha256)
        return array.shape[1:] == known.shape[1:] and array.shape[0] <= known.shape[0]

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
            if set(layout) != set(get_args(ArrayName)):
                raise ValueError(f"source {source.name}: layout {source.layout} lacks arrays")
        if self.arrays and set(self.arrays) != set(get_args(ArrayName)):
            raise ValueError(f"arrays: give all four, {', '.join(get_args(ArrayName))}, or none")
        return self


class PhotoDataset(_FetchedDataset):
    """Photographs, a file each, in a folder per class: `<folder of the side>/<class>/<name>.JPEG`.

    What they decode to depends on the decoder's version by a level here and there, and whoever has
    a part of them may use that part: no array's hash can be known. Known is the whole archive's.
    """

    kind: Literal["photos"]
    layouts: dict[Slug, dict[Side, FolderName]]
    """The folder of either side, by layout."""
    classes: tuple[FolderName, ...] = Field(default=(), max_length=MOST_CLASSES)
    """The folders of the classes; a class is labelled with its place here, from 0. None in a
    declaration: those that `data add` finds, by name."""
    pixels: int = Field(ge=1, le=_MOST_PIXELS)
    """Height and width of a decoded photograph."""
    suffixes: tuple[Suffix, ...] = Field(default=(".jpeg", ".jpg"), min_length=1)
    """Of the photographs' names, in capitals or not; other files are passed over."""
    most_images: PositiveInt | None = None
    """As many as there are; more are refused. None in a declaration."""
    side_images: dict[Side, PositiveInt] = Field(default_factory=dict)
    """As many as either side has at most."""
    photos_sha256: Sha256 | None = None
    """Of all photographs and their places; None where any part of them may be used."""

    @property
    def is_added(self) -> bool:
        """Whether it is known which photographs there are."""
        return self.photos_sha256 is not None

    @property
    def class_count(self) -> int:
        """Labels are from 0 to one less."""
        return len(self.classes)

    @property
    def sample_shape(self) -> tuple[int, ...]:
        """Of one input: (height, width, channels)."""
        return (self.pixels, self.pixels, 3)

    def samples(self, side: Side) -> int:
        """Return how many images there may be."""
        return self.side_images.get(side, self.most_images or 0)

    def describes(self, part: ArrayName, array: ArraySpec, *, whole: bool) -> bool:  # noqa: ARG002
        """Whether a decoded array could be one of this data set."""
        one = self.sample_shape if part.endswith("images") else ()
        return array.shape[1:] == one

    @property
    def size_bytes(self) -> int:
        """Size of all arrays together, where no photograph is missing."""
        return (self.most_images or 0) * (self.pixels**2 * 3 + 1)

    @model_validator(mode="after")
    def _sources_have_both_sides(self) -> PhotoDataset:
        if len(self.classes) == 1:
            raise ValueError("classes: one alone leaves nothing to tell apart")
        if len(set(self.classes)) < len(self.classes):
            raise ValueError("classes: a folder stands twice")
        for layout, folders in self.layouts.items():
            if len(set(folders.values())) < len(folders):
                raise ValueError(f"layout {layout}: both sides have one folder")
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
    """A small table of numbers, kept in the repository or beside its declaration's hashes."""

    kind: Literal["table"]
    file: str
    """A CSV file. In a declaration a Parquet file too, from the folder of the declaration on."""
    sha256: Sha256 | None = None
    """Of the CSV file. This and the following three are not known in a declaration."""
    columns: tuple[str, ...] = ()
    units: tuple[str, ...] = ()
    """One per column; none where nobody knows."""
    rows: PositiveInt | None = None
    target: str = Field(min_length=1)
    """The column that is to be found; the others are its inputs."""
    split: RowSplit
    class_count: int | None = Field(default=None, ge=2, le=MOST_CLASSES)
    """Where the target is a class, numbered from 0 to one less; None: it is a number."""

    @property
    def is_added(self) -> bool:
        """Whether it is known, to the byte, what the data are."""
        return self.sha256 is not None

    @property
    def sample_shape(self) -> tuple[int, ...]:
        """Of one input: a number for every column but the target."""
        return (len(self.columns) - 1,)

    def samples(self, side: Side) -> int:
        """Return how many rows there are."""
        train_rows = self.split.train_rows
        return train_rows if side == "train" else (self.rows or 0) - train_rows

    @model_validator(mode="after")
    def _can_be_split(self) -> TableDataset:
        if self.rows is None:
            return self
        if self.target not in self.columns or self.split.train_rows >= self.rows:
            raise ValueError("the target must be a column, and some rows must be left for testing")
        return self


Dataset = ImageDataset | PhotoDataset | TableDataset
