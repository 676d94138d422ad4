"""What a result depends on: only where all of it is the same is a result used again.

A key has named parts, so that a result that cannot be used again comes with the reason. What
changes no number is in none of them: where the data lies, the deadline, the prose of a study. The
key of a gate lacks also what changes no proof: two workloads of one network have one.
"""

import hashlib
from collections.abc import Iterable, Mapping
from pathlib import Path

from pydantic import TypeAdapter, ValidationError

from contract.job import JobSpec

CacheKey = dict[str, str]
"""By the name of a part, its hash or its version."""

_KEY: TypeAdapter[CacheKey] = TypeAdapter(CacheKey)
_NO_NUMBER: Mapping[str, bool | set[str]] = {"data_dir": True, "limits": {"timeout_seconds"}}
_NO_PROOF: Mapping[str, bool] = dict.fromkeys(
    (
        *("study", "workload", "seed", "repeat", "epochs", "train_samples", "test_samples"),
        *("predict_samples", "predict_repeats", "latency_seconds"),
    ),
    True,
)
"""Of a gate: it has a seed and a number of samples of its own, and times nothing."""


def cache_key(
    job: JobSpec, software: Mapping[str, str], data: str, machine: str, given: str
) -> CacheKey:
    """Return the key of a job.

    Args:
        job: What is asked for.
        software: The engine's own parts: engine, image or environment, runner source.
        data: Hash of the content of the job's data set.
        machine: What machine this is.
        given: Hash of the weights that other jobs trained for this one; "" for none.
    """
    unimportant = {**_NO_NUMBER, **(_NO_PROOF if job.task == "verify" else {})}
    spec = job.model_dump_json(exclude=unimportant)
    parts = {"job": sha256_of([spec]), **software, "data": data, "machine": machine}
    return parts | ({"transferred weights": given} if given else {})


def reference_key(job: JobSpec, software: Mapping[str, str], data: str, machine: str) -> CacheKey:
    """Return the key of what the reference computes for a gate, whoever the contender.

    Args:
        job: The gate's.
        software: What the reference is computed with.
        data: As for `cache_key`.
        machine: As for `cache_key`.
    """
    network = job.model_dump_json(include={"dataset", "model", "training"})
    return {"network": sha256_of([network]), **software, "data": data, "machine": machine}


def changed_parts(earlier: Mapping[str, str], now: Mapping[str, str]) -> list[str]:
    """Return the names of the parts that are not the same, one that either lacks included."""
    return [name for name in {**now, **earlier} if earlier.get(name) != now.get(name)]


def key_sha256(key: CacheKey) -> str:
    """Return a hash of a key, whatever the order of its parts."""
    return sha256_of(text for part in sorted(key.items()) for text in part)


def key_text(key: CacheKey) -> str:
    """Return a key as it is stored."""
    return _KEY.dump_json(key, indent=2).decode() + "\n"


def parse_key(content: bytes) -> CacheKey:
    """Return a stored key; raise ValueError where it is none."""
    try:
        return _KEY.validate_json(content)
    except ValidationError as error:
        raise ValueError("not a key") from error


def sha256_of(texts: Iterable[str]) -> str:
    """Return a hash of several texts that cannot run into each other."""
    digest = hashlib.sha256()
    for text in texts:
        digest.update(hashlib.sha256(text.encode()).digest())
    return digest.hexdigest()


def files_sha256(paths: Iterable[Path], root: Path) -> str:
    """Return a hash of files: where they are below `root`, and what they hold."""
    return sha256_of(
        text
        for path in sorted(set(paths))
        for text in (path.relative_to(root).as_posix(), _file_sha256(path))
    )


def _file_sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()
