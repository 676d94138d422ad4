"""Where data lies on this machine."""

import os
from pathlib import Path

ROOT_VARIABLE = "PLUMBLINE_DATA"
MIRROR_VARIABLE = "PLUMBLINE_DATA_MIRROR"


def default_root() -> Path:
    """Return the data root: `PLUMBLINE_DATA` where set, else the repository's `data` folder."""
    return Path(os.environ.get(ROOT_VARIABLE) or Path(__file__).parent)


def arrays_folder(root: Path, dataset: str) -> Path:
    """Return the folder of a data set's decoded arrays and their manifest."""
    return root / "arrays" / dataset


def own_folder(root: Path) -> Path:
    """Return the folder of the data sets that a user added: their catalog's files, their tables."""
    return root / "own"


def downloads_folder(root: Path, dataset: str) -> Path:
    """Return the folder of a data set's unfinished downloads, one sub-folder per source."""
    return root / "downloads" / dataset


def mirror() -> Path | None:
    """Return the local mirror that `PLUMBLINE_DATA_MIRROR` names; None where it is not set."""
    value = os.environ.get(MIRROR_VARIABLE)
    return Path(value).expanduser() if value else None
