"""A plan counts no cost for what was proved before or cannot run here, and says so."""

import pytest
from typer.testing import CliRunner

from contract.result import Failure
from orchestrator.commands import plan
from orchestrator.commands.cli import app
from orchestrator.commands.options import PlanOptions, plan_request
from orchestrator.errors import PlumblineError
from orchestrator.hosts.this_machine import ThisMachine
from orchestrator.plan.choose import choose_contenders
from orchestrator.run.context import Conditions
from orchestrator.run.given_data import present_data
from orchestrator.store.proofs import Proof, ProofStore
from tests.contract.examples import untimed_result
from tests.orchestrator.programs import ProgramLauncher

LAUNCHER = ProgramLauncher()


@pytest.fixture
def proved_output(tmp_path):
    """An output folder with the proof of PyTorch on the network of S2."""
    host, options = ThisMachine(), PlanOptions(studies=["s2"], contenders="pytorch")
    _, jobs = plan_request(options, host)
    (gate,) = (job for job in jobs if job.task == "verify")
    data, contenders = present_data({gate.dataset}), choose_contenders(["pytorch"])
    key = Conditions(LAUNCHER, contenders, data, host.identity()).key(gate)
    proof = Proof(key=key, run_id="earlier", result=untimed_result(gate.identity))
    ProofStore(tmp_path / "proofs").keep(proof, pytest.fail)
    return tmp_path


def planned(output, *options):
    arguments = ["plan", "s2", "--output", str(output), *options]
    outcome = CliRunner().invoke(app, arguments)
    assert outcome.exit_code == 0, outcome.output
    return outcome.output


@pytest.fixture
def engine(monkeypatch):
    monkeypatch.setattr(plan, "select_engine", lambda *_, **__: (LAUNCHER, None))


@pytest.mark.usefixtures("engine")
def test_a_gate_that_was_proved_costs_nothing(proved_output):
    output = planned(proved_output, "--contenders", "keras,pytorch")

    assert "1 job will not run: the same was proved before" in output
    assert "gates: 2 jobs: 0 s and 1 job of unknown cost" in output


@pytest.mark.usefixtures("engine")
@pytest.mark.parametrize(
    "options", [("--contenders", "keras"), ("--contenders", "pytorch", "--fresh")]
)
def test_a_gate_that_will_run_has_its_cost(proved_output, options):
    output = planned(proved_output, *options)

    assert "will not run" not in output
    assert "gates: 1 job: 1 job of unknown cost" in output


def test_without_an_engine_no_proof_counts_and_a_line_says_so(proved_output, monkeypatch):
    def none(*_, **__):
        raise PlumblineError("neither engine is available", "make setup")

    monkeypatch.setattr(plan, "select_engine", none)

    output = planned(proved_output)

    assert "is not considered: neither engine is available" in output


def test_a_contender_that_this_machine_cannot_have_is_left_out(tmp_path, monkeypatch):
    class WithoutKeras(ProgramLauncher):
        def left_out(self, contenders):
            return {"keras": Failure(cause="Keras: no compiler", remedy="install one")}

    monkeypatch.setattr(plan, "select_engine", lambda *_, **__: (WithoutKeras(), None))

    output = planned(tmp_path, "--contenders", "keras,pytorch")

    assert "22 jobs left out: Keras: no compiler" in output
    assert "gates: 1 job: 1 job of unknown cost" in output
