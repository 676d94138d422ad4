"""Local copies of a source's files, in a folder or as one file; photographs also unpacked."""

from pathlib import Path

from data.datasets import FetchedDataset, PhotoDataset
from data.errors import UnavailableError
from data.members import ARCHIVES
from data.source_kinds import DataSource


def find(mirror: Path, dataset: FetchedDataset, source: DataSource) -> list[Path]:
    """Return a source's files, with or without `.gz`, or the one place of its photographs.

    A mirror is a folder with the files, or with a folder per data set; or the one file itself.
    Raises UnavailableError where any file is missing, or nobody can look whether it is.
    """
    try:
        if isinstance(dataset, PhotoDataset):
            return [_find_photos(mirror, dataset, source)]
        found = {name: _first(mirror, dataset.name, name) for name in source.files}
    except OSError as error:
        raise UnavailableError(f"cannot be read: {error}") from error
    if missing := [name for name, path in found.items() if path is None]:
        raise UnavailableError(f"{mirror} has no {', '.join(missing)}")
    return [path for path in found.values() if path is not None]


def _first(mirror: Path, dataset: str, name: str) -> Path | None:
    names = (name, name.removesuffix(".gz")) if not name.endswith(".tar.gz") else (name,)
    candidates = [place / each for place in (mirror, mirror / dataset) for each in names]
    if mirror.name == name:
        candidates.append(mirror)
    return next((path for path in candidates if path.is_file()), None)


def _find_photos(mirror: Path, dataset: PhotoDataset, source: DataSource) -> Path:
    """Return the folder that holds the sides' folders, or an archive of such a folder.

    The mirror is that folder or archive itself, or a folder in which it bears the name of the
    source's archive or of the data set. Raises UnavailableError where there is none.
    """
    archives = [name for name in source.files if name.endswith(ARCHIVES)]
    unpacked = [name.rpartition(".")[0] for name in archives]
    own = [dataset.name, *(dataset.name + suffix for suffix in ARCHIVES)]
    sides = dataset.layouts[source.layout].values()
    for place in (mirror, *(mirror / name for name in (*archives, *unpacked, *own))):
        if place.is_file() and place.name.endswith(ARCHIVES):
            return place
        if all((place / side).is_dir() for side in sides):
            return place
    raise UnavailableError(
        f"{mirror} has neither {' and '.join(sides)} nor {' or '.join(archives)}"
    )
