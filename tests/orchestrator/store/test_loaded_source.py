"""All source that a real job loads is in its key: an edit of any of it makes the job run again."""

import os
import uuid
from pathlib import Path

import pytest

from contract.contender import discover_contenders
from data.fetch import fetch
from data.places import default_root
from orchestrator.engines.local.launcher import LocalLauncher
from orchestrator.places import ENVIRONMENTS_DIR, ROOT, RUNNERS_DIR
from orchestrator.store.source import read_source, runner_files, shared_files
from orchestrator.store.store import RunStore
from tests.faults.real import planned, run

CONTENDERS = discover_contenders(RUNNERS_DIR)
WRITE_LOADED = """
import atexit, os, sys

def write():
    files = [getattr(module, "__file__", None) for module in list(sys.modules.values())]
    with open(f"{os.environ['LOADED']}/{os.getpid()}", "w") as file:
        file.write("\\n".join(filter(None, files)))

atexit.register(write)
"""
"""A `sitecustomize`, which every process of a job imports first."""


class ListingLauncher(LocalLauncher):
    """Starts real jobs that tell in the end what they have loaded."""

    folder: Path

    def _environment(self, *arguments):
        told = super()._environment(*arguments)
        path = os.pathsep.join([str(self.folder), told["PYTHONPATH"]])
        return told | {"PYTHONPATH": path, "LOADED": str(self.folder / "loaded")}


@pytest.mark.environment
@pytest.mark.parametrize("name", CONTENDERS)
def test_every_file_that_a_real_job_loads_is_in_its_key(name, tmp_path):
    (tmp_path / "loaded").mkdir()
    (tmp_path / "sitecustomize.py").write_text(WRITE_LOADED)
    fetch("petrol-consumption", default_root())
    launcher = ListingLauncher(read_source(), uuid.uuid4().hex)
    launcher.folder = tmp_path
    store = RunStore.create(tmp_path, "run")

    results = run(launcher, list(planned(launcher, name)), store)

    assert [result.status for result in results.values()] == ["ok", "ok"]
    listed = [path.read_text().splitlines() for path in (tmp_path / "loaded").iterdir()]
    loaded = {Path(file) for files in listed for file in files}
    ours = {path for path in loaded if path.is_relative_to(ROOT)}
    ours -= {path for path in ours if path.is_relative_to(ENVIRONMENTS_DIR)}
    assert any("instruments" in path.parts for path in ours)
    assert ours <= runner_files(*CONTENDERS[name]) | shared_files()
