"""`verify --layer` shows what a runner says of each layer, and keeps nothing."""

import pytest
from typer.testing import CliRunner

from contract.result import Failure
from contract.run import EngineRecord
from orchestrator.commands import layers
from orchestrator.commands.cli import app
from tests.orchestrator.programs import ProgramLauncher

SAY = """
import pathlib, sys
from runners.harness.events import EventLog
with EventLog(pathlib.Path(sys.argv[1]) / "events.jsonl", quiet=True) as events:
    events.phase("verify", "1/2 conv2d conv1: 3 → 4 \\x1b[31m")
"""
AGREE = f'{SAY}    events.phase("verify", "all 2 layers agree")'
DIFFER = f'{SAY}    events.failure("conv2d conv1 differs", "compare")\nsys.exit(1)'
CRASH = f"{SAY}    raise ZeroDivisionError('in conv1')"
SEGFAULT = f"{SAY}    import os; os.kill(os.getpid(), 11)"


class LayerLauncher(ProgramLauncher):
    """Remembers the jobs that it started, and what their runners were told."""

    def __init__(self, program):
        super().__init__(lambda job: program)
        self.jobs = []
        self.options = set()

    def start(self, job, contender, folder, options=()):
        self.jobs.append(job)
        self.options.add(tuple(options))
        return super().start(job, contender, folder, options)


@pytest.fixture
def verify(monkeypatch, tmp_path):
    """Run `verify --layer`; return its launcher, its exit code and what it printed."""

    def verify(program, *arguments):
        launcher = LayerLauncher(program)
        engine = EngineRecord(name="local", version="of the test", reason="asked for")
        monkeypatch.setattr(layers, "select_engine", lambda *_: (launcher, engine))
        given = ["verify", *arguments, "--layer", "--output", str(tmp_path)]
        outcome = CliRunner().invoke(app, given)
        return launcher, outcome.exit_code, outcome.output + outcome.stderr

    return verify


def test_layers_that_agree_end_with_zero(verify):
    launcher, code, output = verify(AGREE, "s2", "--contender", "pytorch")

    assert code == 0
    assert launcher.options == {("--layer",)}
    assert "mnist-cnn, pytorch:\n  1/2 conv2d conv1: 3 → 4 \\x1b[31m\n" in output
    assert "all 2 layers agree" in output


def test_a_layer_that_differs_ends_with_one(verify):
    _, code, output = verify(DIFFER, "s2", "--contender", "pytorch")

    assert code == 1
    assert "error: conv2d conv1 differs\nremedy: compare" in output


@pytest.mark.parametrize(
    ("program", "cause"),
    [(CRASH, "ZeroDivisionError: in conv1"), (SEGFAULT, "killed by signal SIGSEGV")],
)
def test_a_contender_that_dies_of_a_layer_is_told_with_the_end_of_its_log(verify, program, cause):
    _, code, output = verify(program, "s2", "--contender", "pytorch")

    assert code == 1
    assert cause in output
    assert "1/2 conv2d conv1" in output


def test_a_network_of_several_workloads_is_looked_at_once_for_each_contender(verify):
    launcher, _, _ = verify(AGREE, "s5", "--contenders", "pytorch,velox")

    looked_at = [(job.model.model_dump_json(), job.contender) for job in launcher.jobs]
    assert len(looked_at) == len(set(looked_at)) == 6


def test_one_workload_can_be_chosen(verify):
    launcher, _, _ = verify(AGREE, "--contender", "velox", "--workload", "vgg16-cifar10")

    assert [(job.workload, job.contender) for job in launcher.jobs] == [("vgg16-cifar10", "velox")]


def test_an_unknown_workload_is_refused_with_those_there_are(verify):
    _, code, output = verify(AGREE, "s2", "--workload", "vgg16-cifar10")

    assert code == 2
    assert "error: no workload 'vgg16-cifar10' to run\nremedy: choose from: mnist-cnn" in output


def test_one_thread_is_enough_unless_more_are_asked_for(verify):
    alone, _, _ = verify(AGREE, "s2", "--contender", "pytorch")
    asked, _, _ = verify(AGREE, "s2", "--contender", "pytorch", "--threads", "2", "--cpus", "2")

    assert [job.limits.threads for job in (*alone.jobs, *asked.jobs)] == [1, 2]


def test_a_kind_of_layer_that_a_contender_lacks_is_a_reason_to_leave_it_out(verify, monkeypatch):
    def lacks(contenders, jobs):
        return {job.job_id: Failure(cause="it has no conv2d", remedy="") for job in jobs}

    monkeypatch.setattr(layers, "exceeds_abilities", lacks)
    launcher, code, output = verify(AGREE, "s2", "--contender", "pytorch")

    assert (launcher.jobs, code) == ([], 0)
    assert "skipped: it has no conv2d" in output


def test_nothing_is_kept(verify, tmp_path):
    verify(AGREE, "s2", "--contender", "pytorch")

    kept = [path.name for path in tmp_path.rglob("*") if path.is_file()]
    assert set(kept) <= {".lock", ".orchestrator.json"}
