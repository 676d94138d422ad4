"""Finds the studies and the contenders that were asked for."""

from collections.abc import Sequence
from pathlib import Path

from contract.base import EVERY_DEVICE, Device, LocatedError
from contract.contender import ContenderError, ContenderInfo, discover_contenders
from contract.study import Study, StudyError, load_studies, study_files
from contract.toml_lines import located
from data.catalog import read_catalog
from data.fit import check_data
from orchestrator import places
from orchestrator.errors import PlumblineError

Contenders = dict[str, tuple[ContenderInfo, Path]]
_REMEDY = "fix the file at that line"


def choose_studies(names: Sequence[str]) -> tuple[Study, ...]:
    """Return the studies by id, all where none is named.

    Raises:
        PlumblineError: there is no such study, one that cannot be read, or one whose networks do
            not fit its data.
    """
    try:
        studies = load_studies(places.STUDIES_DIR)
    except StudyError as error:
        raise PlumblineError(str(error), _REMEDY) from error
    chosen = tuple(studies[name] for name in _known(names, list(studies), "study"))
    for study in chosen:
        _check_data(study)
    return chosen


def _check_data(study: Study) -> None:
    try:
        check_data(study, read_catalog())
    except LocatedError as error:
        path = study_files(places.STUDIES_DIR)[study.id]
        place = located(path, path.read_text(encoding="utf-8"), error.path)
        raise PlumblineError(f"{place}: {error}", _REMEDY) from error


def choose_contenders(names: Sequence[str]) -> Contenders:
    """Return description and source folder of the contenders by name, all where none is named.

    Raises:
        PlumblineError: there is no such contender, or one that cannot be read.
    """
    try:
        found = discover_contenders(places.RUNNERS_DIR)
    except ContenderError as error:
        raise PlumblineError(str(error), _REMEDY) from error
    return {name: found[name] for name in _known(names, list(found), "contender")}


def choose_devices(text: str) -> tuple[Device, ...]:
    """Return the devices of a list such as "cpu,cuda", the CPU first.

    Raises:
        PlumblineError: it names none, or something else.
    """
    names = [name.strip() for name in text.split(",")]
    known = tuple(device for device in EVERY_DEVICE if device in names)
    if unknown := [name for name in names if name not in known]:
        raise PlumblineError(
            f"--device: {', '.join(map(repr, unknown))} is no device",
            f"choose from: {', '.join(EVERY_DEVICE)}; or both: {','.join(EVERY_DEVICE)}",
        )
    return known


def _known(names: Sequence[str], known: list[str], kind: str) -> list[str]:
    unknown = [name for name in names if name not in known]
    if unknown:
        raise PlumblineError(
            f"no {kind} {', '.join(map(repr, unknown))}", f"choose from: {', '.join(known)}"
        )
    return [name for name in known if name in names] if names else known
