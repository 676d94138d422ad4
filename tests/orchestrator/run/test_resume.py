"""A real run, resumed after something changed: what that can have changed runs again, no more."""

import os
import re
import shutil
import subprocess
import sys
from itertools import product
from pathlib import Path

import pytest

from contract.journal import read_journal
from orchestrator.places import ENVIRONMENTS_DIR, ROOT

COMMAND = (
    *("run", "--engine", "local", "--contenders", "keras,pytorch", "--protocol", "matched"),
    *("--profile", "smoke", "--cpus", "1", "--resume"),
)


@pytest.fixture
def kit(tmp_path):
    """A copy of the kit with one small study, to be changed and run."""
    folder = tmp_path / "kit"
    for name in ("contract", "data", "host", "images", "orchestrator", "report", "runners"):
        ignored = shutil.ignore_patterns("__pycache__", "arrays", "downloads")
        shutil.copytree(ROOT / name, folder / name, ignore=ignored)
    (folder / ".environments").symlink_to(ENVIRONMENTS_DIR)
    for name in ("pyproject.toml", "requirements.lock"):
        shutil.copyfile(ROOT / name, folder / name)
    (folder / "README.md").write_text("Plumbline\n")
    text = (ROOT / "studies" / "s4-keras-pytorch.toml").read_text()
    head, _, petrol, *_ = text[: text.index("[profiles.smoke]")].split("[[workloads]]")
    profiles = text[text.index("[profiles.smoke]") : text.index("[[ran]]")]
    (folder / "studies").mkdir()
    reason = 'no_results_because = "a test"\n'
    study = f"{head.replace('[models', reason + '[models', 1)}[[workloads]]{petrol}{profiles}"
    short = study.replace("epochs = 30", "epochs = 2").replace('"sweep"', '"turns"')
    (folder / "studies" / "small.toml").write_text(short)
    return folder


def resume(kit: Path) -> tuple[set[tuple[str, str]], str]:
    """Run or resume; return contender and task of the jobs that ran, and what was printed."""
    results = kit / "results"
    before = len(_jobs(results))
    ended = subprocess.run(
        [sys.executable, "-m", "orchestrator", *COMMAND, "--output", results],
        cwd=kit,
        env=os.environ | {"PYTHONPATH": str(kit)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert ended.returncode == 0, ended.stdout + ended.stderr
    ran = _jobs(results)[before:]
    return {tuple(entry.job_id.split(".")[2:6:3]) for entry in ran}, ended.stdout


def _jobs(results):
    return [entry for entry in read_journal(results / "latest") if entry.kind == "job"]


def _changed(entry):
    """Tell whether a result was set aside for a change, not for what else the machine did."""
    return entry.kind == "set_aside" and not entry.disturbed


def append(path: Path, text: str) -> None:
    path.write_text(path.read_text() + text)


@pytest.mark.environment
def test_only_what_can_have_changed_runs_again(kit):
    assert resume(kit)[0] == set(product(("keras", "pytorch"), ("verify", "train", "turns")))
    assert resume(kit)[0] == set()

    append(kit / "README.md", "A word more.\n")
    append(kit / "studies" / "small.toml", "\n# A remark.\n")
    assert resume(kit)[0] == set()

    append(kit / "runners" / "pytorch" / "network.py", "\n# A word more.\n")
    ran, printed = resume(kit)
    alone = set(product(("pytorch",), ("verify", "train", "turns")))
    assert ran == alone | {("keras", "turns")}  # its block is one with that of pytorch
    assert re.search(r"pytorch #1: runner source changed; .* kept in aside/", printed)
    aside = [entry for entry in read_journal(kit / "results" / "latest") if _changed(entry)]
    assert [(kit / "results" / "latest" / entry.place).is_dir() for entry in aside] == [True] * 4
    assert len(list((kit / "results").glob("2*"))) == 1
