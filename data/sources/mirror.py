"""Local copies of a source's files, in a folder or as one file; photographs also unpacked."""

from __future__ import annotations

from pathlib import Path

from data.datasets import PhotoDataset
from data.errors import UnavailableError
from data.formats.members import ARCHIVES
from data.source import DataSource


def find(mirror: Path, dataset: str, file_names: tuple[str, ...]) -> list[Path]:
    """Return the files that have a source's names, with or without `.gz`.

    A mirror is a folder with the files, or with a folder per data set; or the one file itself.
    Raises UnavailableError where any file is missing.
    """
    places = [mirror, mirror / dataset]
    found = [_first(mirror, places, name) for name in file_names]
    if missing := [name for name, path in zip(file_names, found, strict=True) if path is None]:
        raise UnavailableError(f"{mirror} has no {', '.join(missing)}")
    return [path for path in found if path is not None]


def find_photos(mirror: Path, dataset: PhotoDataset, source: DataSource) -> Path:
    """Return the folder that holds the sides' folders, or an archive of such a folder.

    The mirror is that folder or archive itself, or a folder in which it bears the name of the
    source's archive or of the data set. Raises UnavailableError where there is none.
    """
    archives = [name for name in source.files if name.endswith(ARCHIVES)]
    unpacked = [name.rpartition(".")[0] for name in archives]
    own = [dataset.name, *(dataset.name + suffix for suffix in ARCHIVES)]
    places = [mirror, *(mirror / name for name in (*archives, *unpacked, *own))]
    sides = dataset.layouts[source.layout].values()
    for place in places:
        if place.is_file() and place.name.endswith(ARCHIVES):
            return place
        if all((place / side).is_dir() for side in sides):
            return place
    raise UnavailableError(
        f"{mirror} has neither {' and '.join(sides)} nor {' or '.join(archives)}"
    )


def _first(mirror: Path, places: list[Path], name: str) -> Path | None:
    names = (name, name.removesuffix(".gz")) if not name.endswith(".tar.gz") else (name,)
    candidates = [place / candidate for place in places for candidate in names]
    if mirror.name == name:
        candidates.append(mirror)
    return next((path for path in candidates if path.is_file()), None)
