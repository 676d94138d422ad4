"""Output is never the reason why a command fails, whatever its terminal can show."""

import json
import os
import subprocess
import sys

import pytest

from orchestrator.places import ROOT
from tests.report.run_folder import RunFolder

COMMANDS = [
    ("orchestrator", "--help"),
    ("orchestrator", "plan", "--details", "--profile", "smoke"),
    ("orchestrator", "plan", "--no-such-option-日本"),
    ("orchestrator", "plan", "s日本"),
    ("orchestrator", "data", "list"),
    ("benchmarks", "--help"),
    ("benchmarks", "gate", "--list"),
    ("runners.harness", "--help"),
    ("images.environments", "list"),
]
ASCII = {"PYTHONIOENCODING": "ascii", "LANG": "C", "TERM": "dumb"}
ASCII_EVERYWHERE = {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}


def run(environment, module, *arguments):
    command = [sys.executable, "-m", module, *arguments]
    kept = {"PATH": os.environ["PATH"]}
    done = subprocess.run(
        command, cwd=ROOT, env=kept | environment, capture_output=True, check=False
    )
    return done.returncode, (done.stdout + done.stderr).decode("ascii")


@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
def test_a_command_does_in_ascii(command):
    _, printed = run(ASCII, *command)
    assert printed
    assert "Traceback" not in printed


@pytest.mark.skipif(not str(ROOT).isascii(), reason="such a path is refused in such a locale")
def test_a_command_does_where_files_are_taken_for_ascii_too():
    code, printed = run(ASCII_EVERYWHERE, "orchestrator", "plan", "--details", "s2")
    assert code == 0, printed


def test_json_stays_json_in_ascii(tmp_path):
    before, after = (str(RunFolder(tmp_path / name, repeats=3).write()) for name in ("ü", "é"))

    code, printed = run(ASCII, "orchestrator", "compare", before, after, "--format", "json")

    assert code == 0
    assert "\\u" in printed
    assert json.loads(printed)
