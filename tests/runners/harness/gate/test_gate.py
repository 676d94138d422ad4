"""The gate as a whole: it lets the reference through, and looks at everything that it should."""

from dataclasses import replace

import numpy as np
import pytest

from runners.harness.gate import plan
from runners.harness.gate.gate import verify
from runners.harness.gate.plan import SAMPLES
from runners.harness.reference.network import Reference
from tests.runners.harness.numpy_contender import NumpyContender, PublishedReference, wrong_layer
from tests.runners.harness.tiny_jobs import MODEL, TRAINING
from tests.runners.suite_models import (
    DROPPING,
    FLATTEN,
    NORMALISED,
    REGRESSION,
    RESIDUAL,
    SQUARED,
    batch,
    conv,
    dense,
    measured_batch,
    network,
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


def test_a_contender_without_float64_says_why():
    contender = NumpyContender()
    contender.precisions = ("float32",)
    contender.unavailable = {"float64": "it has none"}

    equivalence = gate(contender)

    assert equivalence.passed
    assert {case.precision for case in equivalence.cases} == {"float32"}
    assert equivalence.unavailable == {"float64": "it has none"}


def test_a_dear_network_takes_one_step(monkeypatch):
    monkeypatch.setattr(plan, "_BATCH_MULTIPLY_ADDS", 3 * NORMALISED.multiply_adds)

    equivalence = gate(NumpyContender(), NORMALISED)

    assert equivalence.passed
    assert (equivalence.steps, equivalence.batch_size) == (1, 8)


class Scaled(Reference):
    """Is wrong wherever it predicts."""

    def predict(self, inputs):
        return super().predict(inputs) * (1 + 1e-4)


class Sorting(Reference):
    """Takes the samples of an epoch in the order of their numbers."""

    def train_epoch(self, epoch):
        return super().train_epoch(replace(epoch, order=np.sort(epoch.order)))


class Repeating(Reference):
    """Predicts no more than 64 rows, and gives them again for the rest."""

    def predict(self, inputs):
        return np.resize(super().predict(inputs[:64]), (len(inputs), *self._model.output_shape))


class Undropping(Reference):
    """Knows no dropout."""

    def _forward(self, inputs, *, training):
        self._generator = Keeping()
        return super()._forward(inputs, training=training)


class Keeping:
    """Stands for a generator: keeps every value."""

    def random(self, shape):
        return np.ones(shape)


@pytest.mark.parametrize(
    ("kind", "failed"),
    [
        (Scaled, {"forward_logits", "evaluation_logits", "layers", "epoch", "prediction"}),
        (Sorting, {"epoch"}),
        (Repeating, {"prediction"}),
        (Undropping, {"dropout"}),
    ],
)
def test_a_defect_condemns_the_contender_by_the_evidence_that_shows_it(kind, failed):
    equivalence = gate(NumpyContender(kind=kind), DROPPING)

    assert not equivalence.passed
    assert failed_kinds(equivalence) == failed


def test_another_momentum_is_seen_in_the_case_of_that_optimizer():
    equivalence = gate(OtherMomentum())

    failed = {
        (case.optimizer, case.precision, check.kind)
        for case in equivalence.cases
        for check in case.checks
        if not check.passed
    }
    assert failed == {("momentum", "float32", "optimizer")}


class OtherMomentum(NumpyContender):
    """Takes 0.8 for a momentum, whatever it is told."""

    def build(self, model, training, *of):
        if training.optimizer.type == "momentum":
            optimizer = training.optimizer.model_copy(update={"momentum": 0.8})
            training = training.model_copy(update={"optimizer": optimizer})
        return super().build(model, training, *of)


def test_a_published_loop_that_drops_its_last_batch_is_seen():
    class Dropping(PublishedReference):
        def train_epoch(self, epoch):
            whole = len(epoch.inputs) // epoch.batch_size * epoch.batch_size
            part = replace(epoch, inputs=epoch.inputs[:whole], targets=epoch.targets[:whole])
            return super().train_epoch(part)

    contender = NumpyContender()
    contender.build_published = Dropping

    assert failed_kinds(gate(contender)) == {"published_loop"}


@pytest.mark.parametrize(("factor", "named"), [(1.001, "conv2d third"), (1.0, None)])
def test_one_layer_of_many_is_named_where_the_network_goes_astray(factor, named):
    """Of layers alike the first alone is looked at, unless the whole network is wrong."""
    alike = [conv(name, 2, 3, padding="same") for name in ("first", "second", "third", "fourth")]
    model = network((6, 6, 2), *alike, FLATTEN, dense("logits", 3))
    wrong = wrong_layer(lambda layer: getattr(layer, "name", "") == "third", outputs=factor)

    (layers,) = [
        check for check in checks(gate(NumpyContender(kind=wrong), model)) if check.kind == "layers"
    ]

    assert layers.passed == (named is None)
    assert named is None or named in layers.worst


def test_the_published_loop_is_looked_at_last_for_it_changes_the_framework():
    built = []

    class Noting(NumpyContender):
        def build(self, *of):
            built.append("matched")
            return super().build(*of)

        def build_published(self, *of):
            built.append("published")
            return super().build_published(*of)

    gate(Noting(), DROPPING)

    assert "matched" not in built[built.index("published") :]


def test_every_network_is_closed():
    opened, closed = [], []

    class Closing(Reference):
        def __init__(self, *of):
            super().__init__(*of)
            opened.append(self)

        def close(self):
            closed.append(self)

    gate(NumpyContender(kind=Closing), DROPPING)

    assert len(opened) > 10
    assert {id(network) for network in closed} == {id(network) for network in opened}


def test_a_decision_that_fell_otherwise_from_the_first_weights_is_looked_at_from_others():
    class Unlucky(Reference):
        """Is wrong by a little from one start only, as a ReLU that falls otherwise makes it."""

        first = None

        def gradients(self, inputs, targets):
            loss, found = super().gradients(inputs, targets)
            if "conv1.kernel" not in found or "dense1.kernel" not in found:
                return loss, found
            start = self._weights["dense1.bias"][0].item()
            Unlucky.first = Unlucky.first or start
            wrong = 1.01 if start == Unlucky.first else 1.0
            return loss, {name: value * wrong for name, value in found.items()}

    contender = NumpyContender(kind=Unlucky)
    contender.precisions = ("float32",)

    found = gate(contender)

    gradients = [c for case in found.cases for c in case.checks if c.kind == "gradients"]
    assert [check.passed for check in gradients] == [True]
    assert "a decision at a kink fell otherwise" in gradients[0].cause


def test_a_wrong_gradient_is_wrong_from_all_weights():
    class Wrong(Reference):
        def gradients(self, inputs, targets):
            loss, found = super().gradients(inputs, targets)
            return loss, {name: value * 1.01 for name, value in found.items()}

    contender = NumpyContender(kind=Wrong)
    contender.precisions = ("float32",)

    assert not gate(contender).passed
