"""Who may import whom, how many things lie in a room, and how long a module may be."""

import ast
from collections.abc import Iterator
from functools import cache
from graphlib import TopologicalSorter
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
HARNESS = "runners.harness"
LEANS_ON = {"keras": ("runners.tensorflow",), "velox_stock": ("runners.velox",)}
"""Contenders that are made of another one."""
CONTENDERS = {
    f"runners.{path.parent.name}": ("contract", HARNESS, *LEANS_ON.get(path.parent.name, ()))
    for path in ROOT.glob("runners/*/contender.toml")
}
MAY_IMPORT = {
    "contract": (),
    "host": ("contract",),
    "data": ("contract",),
    "images": ("contract",),
    "images.velox.ml_functions": ("contract", HARNESS, "runners.velox"),  # tests itself, built
    "orchestrator": ("contract", "host", "data", "images.preconditions"),
    "orchestrator.commands": ("contract", "host", "data", "orchestrator", "report"),
    "report": ("contract",),
    HARNESS: ("contract", "host", "data"),
    **CONTENDERS,
}
"""The rooms, and which others each may import; the longest name that fits a module is its room."""

REPORT = (
    *("statistics", "vocabulary", "run", "compare"),
    *("elements", "topics", "document", "exporters", "build", "look"),
)
"""Each may import those before it."""

FRAMEWORKS = {
    "torch": ("runners.pytorch",),
    "tensorflow": ("runners.tensorflow", "runners.keras"),
    "keras": ("runners.tensorflow", "runners.keras"),
    "pyvelox": ("runners.velox", "runners.velox_stock"),
}
MOST_FOLDERS, MOST_FILES, MOST_LINES = 9, 4, 250


@cache
def modules() -> dict[str, Path]:
    """Return every module of the kit by its dotted name; a package is its `__init__`."""
    tops = {room.split(".")[0] for room in MAY_IMPORT}
    files = [path.relative_to(ROOT) for top in sorted(tops) for path in (ROOT / top).rglob("*.py")]
    return {".".join(path.with_suffix("").parts).removesuffix(".__init__"): path for path in files}


@cache
def imports() -> dict[str, set[str]]:
    """Return what every module imports, wherever in it: modules of the kit, and packages."""
    return {name: set(_imported(ROOT / path)) for name, path in modules().items()}


def _imported(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            for alias in node.names:
                longer = f"{node.module}.{alias.name}"
                yield longer if longer in modules() else str(node.module)


def is_in(module: str, room: str) -> bool:
    return f"{module}.".startswith(f"{room}.")


def room_of(module: str) -> str:
    return max((room for room in MAY_IMPORT if is_in(module, room)), key=len, default="")


def ours(module: str) -> set[str]:
    return imports()[module] & set(modules())


@pytest.mark.parametrize("room", MAY_IMPORT)
def test_a_room_imports_only_those_below_it(room: str) -> None:
    admitted = (room, *MAY_IMPORT[room])
    wrong = {
        (module, found)
        for module in modules()
        if room_of(module) == room
        for found in ours(module)
        if not any(is_in(found, other) for other in admitted)
    }
    assert wrong == set()


def test_within_the_report_nothing_runs_back_up() -> None:
    wrong = {
        (module, found)
        for module in modules()
        if is_in(module, "report") and module != "report"
        for found in ours(module)
        if is_in(found, "report") and not _goes_down(module.split(".")[1], found.split(".")[1])
    }
    assert wrong == set()


def _goes_down(upper: str, lower: str) -> bool:
    return lower in REPORT[: REPORT.index(upper) + 1]


def test_no_topic_imports_another() -> None:
    wrong = {
        (module, found)
        for module in modules()
        if is_in(module, "report.topics") and module != "report.topics"
        for found in ours(module)
        if is_in(found, "report.topics") and found.split(".")[2] != module.split(".")[2]
    }
    assert wrong == set()


@pytest.mark.parametrize("framework", FRAMEWORKS)
def test_a_framework_stays_within_its_runners(framework: str) -> None:
    users = {name for name in modules() if any(is_in(i, framework) for i in imports()[name])}
    assert users
    assert {name for name in users if room_of(name) not in FRAMEWORKS[framework]} == set()


def test_modules_import_each_other_in_no_circle() -> None:
    """CycleError names the modules of a circle."""
    TopologicalSorter({module: ours(module) - {module} for module in modules()}).prepare()


def test_every_module_has_a_room() -> None:
    assert [module for module in modules() if not room_of(module) and module != "runners"] == []


@pytest.mark.parametrize("room", ["report", "orchestrator", "runners/harness"])
def test_a_room_can_be_taken_in_at_a_glance(room: str) -> None:
    inside = [path for path in (ROOT / room).iterdir() if path.name[0] not in "_."]
    assert sum(path.is_dir() for path in inside) <= MOST_FOLDERS
    assert sum(path.is_file() for path in inside) <= MOST_FILES


def test_no_module_is_too_long_to_read() -> None:
    paths = (*(ROOT / path for path in modules().values()), *ROOT.glob("benchmarks/**/*.py"))
    lines = {p.relative_to(ROOT).as_posix(): len(p.read_text("utf-8").splitlines()) for p in paths}
    assert {path: count for path, count in lines.items() if count > MOST_LINES} == {}
