"""Local copies of a source's files, in a folder or as one file."""

from __future__ import annotations

from pathlib import Path

from data.errors import UnavailableError


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


def _first(mirror: Path, places: list[Path], name: str) -> Path | None:
    names = (name, name.removesuffix(".gz")) if not name.endswith(".tar.gz") else (name,)
    candidates = [place / candidate for place in places for candidate in names]
    if mirror.name == name:
        candidates.append(mirror)
    return next((path for path in candidates if path.is_file()), None)
