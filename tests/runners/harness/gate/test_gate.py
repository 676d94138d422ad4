"""The gate as a whole: it lets the reference through, and looks at everything that it should."""

import pytest

from runners.harness.gate.gate import verify
from runners.harness.gate.plan import SAMPLES
from runners.harness.reference.network import Reference
from tests.runners.harness.numpy_contender import NumpyContender
from tests.runners.harness.tiny_jobs import MODEL, TRAINING
from tests.runners.suite_models import (
    DROPPING,
    NORMALISED,
    REGRESSION,
    RESIDUAL,
    SQUARED,
    batch,
    measured_batch,
)

NETWORK = ["forward_logits", "gradients", "losses", "trained_weights", "evaluation_logits"]


def ignore(done, total):
    """Take no notice of how far the gate is."""


def gate(contender, model=MODEL, training=TRAINING, on_look=ignore):
    return verify(contender, model, training, batch(model, SAMPLES, "float32"), on_look)


def checks(equivalence):
    return [check for case in equivalence.cases for check in case.checks]


def failed_kinds(equivalence):
    return {check.kind for check in checks(equivalence) if not check.passed}


@pytest.mark.parametrize("model", [MODEL, NORMALISED, RESIDUAL, DROPPING])
def test_the_reference_passes_its_own_gate_exactly(model):
    equivalence = gate(NumpyContender(), model)

    assert equivalence.passed
    in_double = [case for case in equivalence.cases if case.precision == "float64"]
    assert {check.error for case in in_double for check in case.checks} == {0.0}


def test_evidence_is_complete():
    equivalence = gate(NumpyContender(), DROPPING)

    found = {
        (case.optimizer, case.precision): [check.kind for check in case.checks]
        for case in equivalence.cases
    }
    once = ["layers", "epoch", "prediction", "dropout", "published_loop"]
    assert found == {
        ("sgd", "float32"): [*NETWORK, "optimizer", *once],
        ("momentum", "float32"): ["optimizer"],
        ("adam", "float32"): ["optimizer"],
        ("sgd", "float64"): [*NETWORK, "optimizer"],
    }


def test_a_network_without_dropout_has_no_evidence_of_it():
    assert "dropout" not in {check.kind for check in checks(gate(NumpyContender()))}


def test_a_regression_of_few_rows_uses_them_again():
    few = measured_batch(REGRESSION, 7, "float32")

    equivalence = verify(NumpyContender(), REGRESSION, SQUARED, few, ignore)

    assert equivalence.passed
    assert equivalence.batch_size == 16


def test_each_look_is_told():
    told = []

    gate(NumpyContender(), on_look=lambda done, total: told.append((done, total)))

    assert told == [(done, 10) for done in range(1, 11)]


def test_a_defect_condemns_the_contender():
    class Scaled(Reference):
        def predict(self, inputs):
            return super().predict(inputs) * (1 + 1e-4)

    equivalence = gate(NumpyContender(kind=Scaled))

    assert not equivalence.passed
    assert {"forward_logits", "evaluation_logits", "layers"} <= failed_kinds(equivalence)
