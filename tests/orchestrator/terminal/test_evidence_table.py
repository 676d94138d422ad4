"""What `plumbline verify` prints about each gate."""

import io
from typing import get_args

from rich.console import Console

from contract.evidence import Check, Equivalence, EvidenceCase, EvidenceKind
from contract.result import Failure
from orchestrator.terminal.evidence_table import evidence_tables
from tests.contract.examples import failed_result, job, trained_result

MUST_FAIL = {("s2", "mnist-cnn"): "its loss broadcasts"}
CONTENDERS = ("pytorch", "tensorflow", "keras", "velox", "velox-stock")
WIDTH = 100


def check(kind="forward_logits", **changes):
    values = {
        "kind": kind,
        "error": 1e-8,
        "measure": "max_abs",
        "tolerance": 1e-6,
        "worst": "logits",
        "passed": True,
    }
    return Check.model_validate(values | changes)


def gate(*checks, contender="pytorch", precision="float32", unavailable=None):
    case = EvidenceCase(optimizer="sgd", precision=precision, checks=checks)
    found = Equivalence(
        passed=case.passed,
        batch_size=32,
        steps=10,
        cases=(case,),
        unavailable=unavailable or {},
    )
    identity = job(task="verify", contender=contender).identity
    return trained_result(job=identity, metrics=None, history=(), equivalence=found)


def shown(*results, must_fail=None, width=200):
    console = Console(file=io.StringIO(), width=width)
    console.print(*evidence_tables(results, must_fail or {}))
    return console.file.getvalue()


def line_of(text, word):
    (line,) = (line for line in text.splitlines() if word in line)
    return line.split()


def test_every_contender_has_a_column_and_every_check_a_row():
    pytorch = gate(check(), check("gradients", error=2e-7))
    velox = gate(check("gradients", error=4e-7), contender="velox")

    text = shown(pytorch, velox)

    assert line_of(text, "looked at") == ["looked", "at", "optimizer", "float", "pytorch", "velox"]
    assert line_of(text, "gradients") == ["gradients", "sgd", "32", "2e-07", "4e-07"]
    assert line_of(text, "logits") == ["logits", "sgd", "32", "1e-08", "–"]


def test_every_kind_of_every_contender_fits_a_hundred_columns():
    wrong = {"error": 3.0, "passed": False, "worst": "conv2: gradient of kernel"}
    checks = [check(kind, **wrong) for kind in get_args(EvidenceKind)]

    text = shown(*(gate(*checks, contender=name) for name in CONTENDERS), width=WIDTH)

    assert max(map(len, text.splitlines())) <= WIDTH
    assert line_of(text, "looked at")[-5:] == list(CONTENDERS)
    assert text.count("3e+00 ✗") == len(checks) * len(CONTENDERS)


def test_a_failed_check_says_below_by_how_much_and_where():
    text = shown(gate(check("epoch", error=3.0, passed=False, worst="epoch 2, batch 12")))

    assert "3e+00 ✗" in text
    assert "pytorch, timed loop (sgd, float32): 3e+00 > 1e-06, at epoch 2, batch 12" in text


def test_what_was_excused_is_said_below():
    excused = check("gradients", error=3e-5, floor=2e-5, excused=3e-5)

    text = shown(gate(excused))

    assert "3e-05 ~" in text
    assert (
        "pytorch, gradients (sgd, float32): excused up to 3e-05: the reference in float32 is as "
        "far off"
    ) in text


def test_a_known_cause_is_told_although_the_check_passed():
    text = shown(gate(check(cause="batch statistics of 2 samples")))

    assert "pytorch, logits (sgd, float32): batch statistics of 2 samples" in text


def test_nothing_is_said_about_checks_that_simply_passed():
    assert "pytorch," not in shown(gate(check()))


def test_a_precision_that_a_contender_lacks_is_named_with_the_reason():
    text = shown(gate(check(), unavailable={"float64": "it computes in float32"}))

    assert "pytorch has no float64: it computes in float32" in text


def test_a_gate_without_evidence_gives_the_cause():
    failure = Failure(cause="out of memory [40 GB]", remedy="-")
    broken = failed_result().model_copy(
        update={"job": job(task="verify", contender="keras").identity, "failure": failure}
    )

    assert "mnist-cnn, keras: out of memory [40 GB]" in shown(broken)
    assert "keras" not in line_of(shown(gate(check()), broken), "looked at")


def test_a_contender_cannot_give_orders_to_the_terminal():
    text = shown(gate(check(error=1.0, passed=False, worst="\x1b[31m[red]conv1")))

    assert "\x1b" not in text
    assert "[31m[red]conv1" in text


def test_where_a_gate_must_fail_it_is_said_why():
    text = shown(gate(check(error=1.0, passed=False)), must_fail=MUST_FAIL)

    assert "The gate should fail here: its loss broadcasts" in text
