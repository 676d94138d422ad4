"""Write the JSON Schemas of the contract: `python -m contract.export`."""

import json
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter

from contract.development import DevelopmentRecord
from contract.event import EVENT
from contract.fingerprint import Fingerprint
from contract.job import JobSpec
from contract.journal import ENTRY
from contract.result import Result
from contract.run import RunRecord
from contract.study import Study
from contract.verdicts import ReportRecord

SCHEMA_DIR = Path(__file__).parent / "schemas"

EXPORTED: dict[str, TypeAdapter[Any]] = {
    "job": TypeAdapter(JobSpec),
    "event": EVENT,
    "result": TypeAdapter(Result),
    "fingerprint": TypeAdapter(Fingerprint),
    "development": TypeAdapter(DevelopmentRecord),
    "run": TypeAdapter(RunRecord),
    "journal": ENTRY,
    "study": TypeAdapter(Study),
    "report": TypeAdapter(ReportRecord),
}


def schema_text(name: str) -> str:
    """Return the JSON Schema of one record, as it is stored."""
    return json.dumps(EXPORTED[name].json_schema(), indent=2, sort_keys=True) + "\n"


def main() -> None:
    """Write every schema to `contract/schemas/`."""
    SCHEMA_DIR.mkdir(exist_ok=True)
    for name in EXPORTED:
        (SCHEMA_DIR / f"{name}.schema.json").write_text(schema_text(name), encoding="utf-8")


if __name__ == "__main__":
    main()
