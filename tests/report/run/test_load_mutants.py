"""Ten thousand damaged and forged files: none stops a reader, none that is invalid is believed.

Half of them are changed in a way that makes them invalid by construction; the others are changed at
random, and whatever of these is accepted has to agree with the exported JSON Schema, which is
checked by another library.
"""

import copy
import json
import random
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from contract.base import SCHEMA_VERSION
from contract.event import EVENT, parse_event
from contract.export import SCHEMA_DIR
from contract.result import Result
from contract.untrusted import UntrustedError, parse_record
from contract.versions import upgraded
from orchestrator.run.follow import EventTail
from orchestrator.store.store import RunStore
from report.run.load import load_run
from tests.contract.examples import failed_result, job, scoring, trained_result

RESULTS = 6_000
EVENTS = 3_500
LOADED = 500
"""Files in whole runs, which the report loads; with the others ten thousand."""
SEED = 20_260_101

Document = dict[str, Any]
SEEDS: list[Document] = [
    json.loads(result.model_dump_json())
    for result in (trained_result(), trained_result(scoring=scoring()), failed_result())
]
STAMP = {
    "schema_version": SCHEMA_VERSION,
    "time": "2026-01-01T00:00:00Z",
    "elapsed_seconds": 1.5,
}
EVENT_SEEDS: list[Document] = [
    STAMP | {"kind": "phase", "phase": "train", "message": "m"},
    STAMP | {"kind": "progress", "phase": "train", "done": 3, "total": 9},
    STAMP
    | {"kind": "epoch", "epoch": 1, "epochs": 2, "seconds": 0.5}
    | {"train_loss": 1.0, "test_accuracy": None},
    STAMP | {"kind": "failure", "cause": "c", "remedy": "r"},
    STAMP | {"kind": "done"},
]
ODD_VALUES = (
    None,
    True,
    -1,
    0,
    1e300,
    2**70,
    "",
    "x",
    "\x1b[2J",
    "../../etc",
    [],
    [[]],
    {},
    {"a": 1},
)


def places(value: Any, at: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """Return the path of every value in a document but the document's own."""
    inner = (
        value.items()
        if isinstance(value, dict)
        else enumerate(value)
        if isinstance(value, list)
        else ()
    )
    return [place for key, item in inner for place in ((*at, key), *places(item, (*at, key)))]


def change(document: Document, place: tuple[Any, ...], value: Any) -> None:
    for key in place[:-1]:
        document = document[key]
    document[place[-1]] = copy.deepcopy(value)


def unknown_field(draw: random.Random, document: Document) -> bytes:
    """A field that no record has."""
    document["__class__"] = draw.choice(ODD_VALUES)
    return json.dumps(document).encode()


def without_a_field(draw: random.Random, document: Document) -> bytes:
    """One that every result and every event needs."""
    needed = [name for name in ("job", "started", "kind", "time") if name in document]
    del document[draw.choice(needed)]
    return json.dumps(document).encode()


def no_number(draw: random.Random, document: Document) -> bytes:
    """A number that is none, where a number stands."""
    text = json.dumps(document)
    place = draw.choice([index for index, sign in enumerate(text) if text.startswith(": ", index)])
    value = draw.choice(["NaN", "Infinity", "-Infinity", "1e999", "9" * 400])
    return f'{text[: place + 2]}{value}, "rest": {text[place + 2 :]}'.encode()


def key_twice(draw: random.Random, document: Document) -> bytes:
    name = draw.choice(list(document))
    text = json.dumps(document)
    return f"{text[:-1]}, {json.dumps(name)}: {json.dumps(document[name])}}}".encode()


def cut(draw: random.Random, document: Document) -> bytes:
    content = json.dumps(document).encode()
    return content[: draw.randrange(len(content))]


def too_deep(draw: random.Random, document: Document) -> bytes:
    depth = draw.randint(201, 5_000)
    return f'{json.dumps(document)[:-1]}, "deep": {"[" * depth}{"]" * depth}}}'.encode()


def other_encoding(draw: random.Random, document: Document) -> bytes:
    return json.dumps(document).encode(draw.choice(["utf-16", "utf-32", "utf-8-sig"]))


def other_version(draw: random.Random, document: Document) -> bytes:
    document["schema_version"] = draw.choice([0, SCHEMA_VERSION + 1, "1", None, True, 1.5])
    return json.dumps(document).encode()


INVALIDATING: tuple[Callable[[random.Random, Document], bytes], ...] = (
    *(unknown_field, without_a_field, no_number, key_twice, cut, too_deep, other_encoding),
    other_version,
)


def odd_values(draw: random.Random, document: Document) -> bytes:
    for _ in range(draw.randint(1, 3)):
        change(document, draw.choice(places(document)), draw.choice(ODD_VALUES))
    return json.dumps(document).encode()


def odd_bytes(draw: random.Random, document: Document) -> bytes:
    content = bytearray(json.dumps(document).encode())
    for _ in range(draw.randint(1, 4)):
        place = draw.randrange(len(content))
        content[place : place + draw.randint(0, 3)] = draw.randbytes(draw.randint(0, 3))
    return bytes(content)


AT_RANDOM = (odd_values, odd_bytes)


@st.composite
def mutants(draw: st.DrawFn, seeds: list[Document]) -> tuple[bytes, bool]:
    """Draw a changed document, and whether it is invalid by construction."""
    is_invalid = draw(st.booleans())
    mutate = draw(st.sampled_from(INVALIDATING if is_invalid else AT_RANDOM))
    document = copy.deepcopy(draw(st.sampled_from(seeds)))
    return mutate(draw(st.randoms(use_true_random=False)), document), is_invalid


def forged(count: int) -> settings:
    """Return settings for so many examples, the same ones in every run of the tests."""
    return settings(max_examples=count, deadline=None, derandomize=True)


def schema(name: str) -> Draft202012Validator:
    return Draft202012Validator(json.loads((SCHEMA_DIR / f"{name}.schema.json").read_text()))


def test_the_seeds_are_valid():
    for document in SEEDS:
        assert parse_record(json.dumps(document).encode(), Result)
    for document in EVENT_SEEDS:
        assert parse_event(json.dumps(document).encode()) is not None


RESULT_RULES, EVENT_RULES = schema("result"), schema("event")


@forged(RESULTS)
@given(mutants(SEEDS))
def test_no_invalid_result_is_accepted_and_none_stops_the_reader(mutant: tuple[bytes, bool]):
    content, is_invalid = mutant
    try:
        result = parse_record(content, Result)
    except UntrustedError:
        return
    assert not is_invalid
    assert RESULT_RULES.is_valid(upgraded(json.loads(content)))
    assert Result.model_validate_json(result.model_dump_json()) == result


@forged(EVENTS)
@given(mutants(EVENT_SEEDS))
def test_no_invalid_event_is_accepted_and_none_stops_the_reader(mutant: tuple[bytes, bool]):
    content, is_invalid = mutant
    event = parse_event(content)
    if event is not None:
        assert not is_invalid
        assert EVENT_RULES.is_valid(upgraded(json.loads(content)))
        assert EVENT.validate_json(EVENT.dump_json(event)) == event


@forged(100)
@given(st.lists(mutants(EVENT_SEEDS), min_size=1, max_size=5))
def test_what_comes_after_forged_lines_is_read(made: list[tuple[bytes, bool]]):
    lines = [content.replace(b"\n", b" ") for content, _ in made]
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "events.jsonl"
        path.write_bytes(b"\n".join([*lines, json.dumps(EVENT_SEEDS[4]).encode(), b""]))
        tail = EventTail(path)
        assert [event for _ in range(5) for event in tail.new()][-1].kind == "done"


@pytest.mark.parametrize("name", ["result.json", "job.json", "events.jsonl"])
def test_a_run_of_forged_files_is_loaded_with_every_one_named(tmp_path, name):
    count = LOADED // 3 + 1
    seeds = {
        "result.json": SEEDS,
        "job.json": [json.loads(job().model_dump_json())],
        "events.jsonl": EVENT_SEEDS,
    }[name]
    draw = random.Random(SEED + 2)
    store = RunStore.create(tmp_path, "run")
    for number in range(count):
        spec = job(seed=number)
        folder = store.prepare(spec, None)
        mutate = draw.choice([unknown_field, no_number, key_twice, too_deep, other_version])
        (folder / name).write_bytes(mutate(draw, copy.deepcopy(draw.choice(seeds))))

    run = load_run(store.folder)

    assert len(run.jobs) == count
    assert all(found.result is None and found.last_event is None for found in run.jobs)
    named = {problem.where for problem in run.problems}
    forged = {f"jobs/{found.identity.job_id}/{name}" for found in run.jobs}
    assert forged <= named if name != "events.jsonl" else not forged & named
    assert all(store.read_result(found.identity.job_id) is None for found in run.jobs)
