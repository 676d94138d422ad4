"""A run with more blocks than were ever run: a real one, repeated with other numbers."""

import json
import random
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from contract.names import JOB_NAME, JOBS_FOLDER, RESULT_NAME, RUN_NAME

_SPREAD = 0.05
"""Standard deviation of what a number is multiplied by."""
_MEASURING = ("train", "predict", "score")
"""Tasks that every block repeats."""
_KEPT = frozenset(
    {"confusion_matrix", "job", "pins", "fingerprint", "equivalence", "usage", "history"}
)
"""Fields of a result that another block would have alike; and the history, in which contenders that
compute the same agree."""


def grow(run_dir: Path, grown_dir: Path, results: int) -> None:
    """Write a run of `results` jobs, whose first blocks are those of `run_dir`, finished or not.

    Raises:
        ValueError: the real run has more jobs than were asked for, or none to repeat.
    """
    record = json.loads((run_dir / RUN_NAME).read_text(encoding="utf-8"))
    order, blocks = list(record["order"]), record["repeats"]
    repeated = (name for name in order if name.split(".")[5] in _MEASURING)
    measuring = [name for name in repeated if (run_dir / "jobs" / name / "result.json").exists()]
    if len(order) > results or not measuring:
        raise ValueError(f"{run_dir} has {len(order)} jobs, {len(measuring)} of them in blocks")
    shutil.copytree(run_dir, grown_dir, ignore=shutil.ignore_patterns("report.*", "weights.*"))
    number = random.Random(0)
    for copy in range(1, 1 + -(-(results - len(order)) // len(measuring))):
        for name in measuring[: results - len(order)]:
            order.append(_repeat(grown_dir / JOBS_FOLDER, name, copy * blocks, number))
    record |= {"order": order, "repeats": (copy + 1) * blocks}
    (grown_dir / RUN_NAME).write_text(json.dumps(record), encoding="utf-8")


def _repeat(jobs: Path, name: str, blocks: int, number: random.Random) -> str:
    """Write a job again, so many blocks later and with other measurements; return its name."""
    start, repeat = name.rsplit(".repeat", 1)
    later = int(repeat) + blocks
    folder = jobs / f"{start}.repeat{later}"
    shutil.copytree(jobs / name, folder)
    for file in (JOB_NAME, RESULT_NAME):
        path = folder / file
        content = json.loads(path.read_text(encoding="utf-8"))
        if file == JOB_NAME:
            content["repeat"] = later
        else:
            content["job"]["repeat"] = later
            content = {k: v if k in _KEPT else _other(v, number) for k, v in content.items()}
        path.write_text(json.dumps(content), encoding="utf-8")
    return folder.name


def _other(value: Any, number: random.Random) -> Any:
    """Return a value whose measured numbers (those with a fraction) are a little different."""
    if isinstance(value, float):
        changed = value * number.lognormvariate(0, _SPREAD)
        return min(changed, 1.0) if 0 <= value <= 1 else changed
    if isinstance(value, list):
        return [_other(item, number) for item in value]
    if isinstance(value, dict):
        return dict(_pairs(value, number))
    return value


def _pairs(value: dict[str, Any], number: random.Random) -> Iterator[tuple[str, Any]]:
    return ((key, _other(item, number)) for key, item in value.items())
