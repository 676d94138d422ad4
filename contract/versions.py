"""Records of the previous schema version, brought up to the present one when they are read.

Version 2 named the metrics of `Scoring` as reports do; every other field stayed as it was.
"""

from __future__ import annotations

import re
from typing import Any

from contract.base import SCHEMA_VERSION

_PREVIOUS = SCHEMA_VERSION - 1
_PLUMBLINE_VERSION = re.compile(r"[0-9A-Za-z.+-]{1,40}")
_SCORING = {"seconds": "scan_seconds", "peak_memory_bytes": "scan_peak_memory_bytes"}
"""Names in version 2, by those in version 1."""


def upgraded(record: Any) -> Any:
    """Return a record, as JSON spells it, in the present version.

    What has no `schema_version`, or another one, is returned as it is.
    """
    if _version(record) != _PREVIOUS:
        return record
    current = record | {"schema_version": SCHEMA_VERSION}
    if isinstance(record.get("scoring"), dict):
        scoring = record["scoring"]
        current["scoring"] = {_SCORING.get(name, name): scoring[name] for name in scoring}
    return current


def origin(record: Any) -> str:
    """Say what wrote a record: "; written by Plumbline 2.0 in schema version 3, …".

    Empty where the record does not tell.
    """
    version = _version(record)
    if version is None:
        return ""
    name = str(record.get("plumbline_version", ""))
    writer = f" by Plumbline {name}" if _PLUMBLINE_VERSION.fullmatch(name) else ""
    is_known = version in (_PREVIOUS, SCHEMA_VERSION)
    known = "" if is_known else f", this Plumbline reads {_PREVIOUS} and {SCHEMA_VERSION}"
    return f"; written{writer} in schema version {version}{known}"


def _version(record: Any) -> int | None:
    version = record.get("schema_version") if isinstance(record, dict) else None
    return version if type(version) is int else None
