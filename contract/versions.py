"""Records that an earlier Plumbline wrote, brought up to the present one when they are read.

Version 2 named the metrics of `Scoring` as reports do; version 3 has more kinds of evidence, one of
them by another name; in version 4 a run may have several devices. Every other field stayed as it
was. A metric that is new needs no version: records without it get the reason. Studies, whose copies
lie in runs' folders, once had claims, one for each device and each reading of what is now one
statement.
"""

import re
from collections.abc import Callable, Mapping
from typing import Any

from contract.base import EVERY_DEVICE, SCHEMA_VERSION, Device
from contract.development import DevelopmentMetrics
from contract.meters import Meters
from contract.metric import Measured, metrics_of
from contract.metrics import Metrics

_PLUMBLINE_VERSION = re.compile(r"[0-9A-Za-z.+-]{1,40}")
_SCORING = {"seconds": "scan_seconds", "peak_memory_bytes": "scan_peak_memory_bytes"}
"""Names in version 2, by those in version 1."""
_OF_A_RESULT: Mapping[str, type[Measured]] = {"metrics": Metrics, "meters": Meters}
_OF_A_CONTENDER: Mapping[str, type[Measured]] = {"metrics": DevelopmentMetrics}
_UNKNOWN = "unknown to the Plumbline that wrote this record"


def upgraded(record: Any) -> Any:
    """Return a record, as JSON spells it, as the present version would have written it.

    What cannot be read anyway, or needs no change, is returned as it is.
    """
    version = _version(record)
    if version is None or version not in _READABLE:
        return record
    current = record
    for upgrade in _UPGRADES[version - 1 :]:
        current = upgrade(current)
    if current is not record:
        current |= {"schema_version": SCHEMA_VERSION}
    kinds = _OF_A_RESULT if "job" in record else _OF_A_CONTENDER
    measured = {name: current[name] for name in kinds if isinstance(current.get(name), dict)}
    filled = {name: _with_reasons(found, kinds[name]) for name, found in measured.items()}
    return current if filled == measured else current | filled


def with_statements(study: dict[str, Any]) -> dict[str, Any]:
    """Return a study's file with a statement for every claim that it makes in the former way.

    What cannot be read anyway is left as it is, for the fields' own checks.
    """
    claims = study.get("claims")
    if "statements" in study or not isinstance(claims, list | tuple):
        return study
    prefix = str(study.get("id", "")).upper()
    found = tuple(
        _statement(f"{prefix}.{number}", claim) if isinstance(claim, dict) else claim
        for number, claim in enumerate(claims, start=1)
    )
    return {name: value for name, value in study.items() if name != "claims"} | {
        "statements": found
    }


def origin(record: Any) -> str:
    """Say what wrote a record: "; written by Plumbline 2.0 in schema version 3, …".

    Empty where the record does not tell.
    """
    version = _version(record)
    if version is None:
        return ""
    name = str(record.get("plumbline_version", ""))
    writer = f" by Plumbline {name}" if _PLUMBLINE_VERSION.fullmatch(name) else ""
    if version in _READABLE:
        return f"; written{writer} in schema version {version}"
    return (
        f"; written{writer} in schema version {version}, this Plumbline reads 1 to "
        f"{SCHEMA_VERSION}: read it with the one that wrote it, or a newer one"
    )


def _statement(name: str, claim: dict[str, Any]) -> dict[str, Any]:
    """Make a claim a statement of one reading; one that compares two devices needs the GPU."""
    holds = str(claim.get("holds", ""))
    named: tuple[Device, ...] = tuple(d for d in EVERY_DEVICE if re.search(rf", {d}\b", holds))
    devices = named[-1:] or EVERY_DEVICE
    of_statement = ("text", "place", "published")
    reading = {key: value for key, value in claim.items() if key not in of_statement}
    reading |= {"sense": "as stated", "devices": devices, "primary": True}
    told = {key: claim[key] for key in of_statement if key in claim}
    return {"id": name, **told, "published_on": devices, "readings": (reading,)}


def _to_version_2(record: dict[str, Any]) -> dict[str, Any]:
    scoring = record.get("scoring")
    if not isinstance(scoring, dict):
        return dict(record)
    return record | {"scoring": {_SCORING.get(name, name): scoring[name] for name in scoring}}


def _to_version_3(record: dict[str, Any]) -> dict[str, Any]:
    """Rename the evidence on dropout, wherever it stands."""
    return {name: _with_dropout(value) for name, value in record.items()}


def _with_dropout(value: Any) -> Any:
    if isinstance(value, list):
        return [_with_dropout(item) for item in value]
    if not isinstance(value, dict):
        return value
    renamed = {name: _with_dropout(item) for name, item in value.items()}
    return renamed | {"kind": "dropout"} if value.get("kind") == "dropout_masks" else renamed


def _to_version_4(record: dict[str, Any]) -> dict[str, Any]:
    """Put the one device of a run in the place of several; a job still has one."""
    if "run_id" not in record or "device" not in record:
        return dict(record)
    others = {name: value for name, value in record.items() if name != "device"}
    return others | {"devices": [record["device"]]}


_UPGRADES: tuple[Callable[[dict[str, Any]], dict[str, Any]], ...] = (
    _to_version_2,
    _to_version_3,
    _to_version_4,
)
"""By the version that each starts from, from 1."""
_READABLE = range(1, SCHEMA_VERSION + 1)


def _with_reasons(found: dict[str, Any], kind: type[Measured]) -> dict[str, Any]:
    """Give a reason for each metric that the writer did not even name."""
    unnamed = [name for name in metrics_of(kind) if name not in found]
    reasons = found.get("unmeasured", {})
    if not unnamed or not isinstance(reasons, dict):
        return found
    return found | {"unmeasured": dict.fromkeys(unnamed, _UNKNOWN) | reasons}


def _version(record: Any) -> int | None:
    version = record.get("schema_version") if isinstance(record, dict) else None
    return version if type(version) is int else None
