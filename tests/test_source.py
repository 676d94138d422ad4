"""What the kit's own source never does, whoever wrote the line."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
ROOMS = ("benchmarks", "contract", "data", "host", "images", "orchestrator", "report", "runners")
SOURCES = sorted(
    path.relative_to(ROOT)
    for room in ROOMS
    for path in (ROOT / room).rglob("*.py")
    if not {"arrays", "downloads", "build"} & set(path.parts)
)

FORBIDDEN_CALLS = {
    "os.system": "a shell interprets it",
    "os.popen": "a shell interprets it",
    "subprocess.getoutput": "a shell interprets it",
    "subprocess.getstatusoutput": "a shell interprets it",
    "eval": "text becomes code",
    "exec": "text becomes code",
    "yaml.load": "text becomes objects",
    "tarfile.extractall": "an archive chooses the paths",
    "shutil.unpack_archive": "an archive chooses the paths",
}
FORBIDDEN_METHODS = {"extractall": "an archive chooses the paths"}
FORBIDDEN_MODULES = {"pickle", "cPickle", "dill", "cloudpickle", "marshal", "shelve", "joblib"}
PICKLES = {
    Path("data/formats/cifar_batch.py"): "admits three names, with stand-ins; see its tests",
    Path(
        "runners/harness/tasks/mistakes/mistakes.py"
    ): "writes to a child of its own, through a pipe",
    Path("runners/harness/tasks/mistakes/process.py"): "reads from the process that started it",
}
"""The files that may, each with the reason."""


def calls(source: Path) -> Iterator[ast.Call]:
    tree = ast.parse((ROOT / source).read_text(encoding="utf-8"))
    return (node for node in ast.walk(tree) if isinstance(node, ast.Call))


def test_there_is_source_to_look_at():
    assert len(SOURCES) > 100


@pytest.mark.parametrize("source", SOURCES, ids=str)
def test_no_call_hands_text_to_a_shell_or_an_archive_its_paths(source):
    for call in calls(source):
        name = ast.unparse(call.func)
        method = call.func.attr if isinstance(call.func, ast.Attribute) else ""
        why = FORBIDDEN_CALLS.get(name) or FORBIDDEN_METHODS.get(method)
        assert why is None, f"{source}:{call.lineno}: {name}: {why}"
        for keyword in call.keywords:
            shell = keyword.arg == "shell" and ast.unparse(keyword.value) != "False"
            assert not shell, f"{source}:{call.lineno}: a shell interprets it"


@pytest.mark.parametrize("source", SOURCES, ids=str)
def test_no_pickle_is_loaded(source):
    tree = ast.parse((ROOT / source).read_text(encoding="utf-8"))
    imported = {
        name.split(".")[0]
        for node in ast.walk(tree)
        if isinstance(node, ast.Import | ast.ImportFrom)
        for name in ([node.module or ""] if isinstance(node, ast.ImportFrom) else [])
        + [alias.name for alias in node.names]
    }
    assert source in PICKLES or not imported & FORBIDDEN_MODULES
    for call in calls(source):
        name = ast.unparse(call.func)
        arguments = {keyword.arg: ast.unparse(keyword.value) for keyword in call.keywords}
        if name in ("np.load", "numpy.load"):
            assert arguments.get("allow_pickle", "False") == "False", f"{source}:{call.lineno}"
        if name == "torch.load":
            assert arguments.get("weights_only") == "True", f"{source}:{call.lineno}"
