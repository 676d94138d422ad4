"""The equivalence gate: a contender shows that it computes the study's network, before it is timed.

Each kind of evidence has its module. What rounding has a part in is gathered in each precision that
the contender has; what the clock will run on, in float32. Dropouts are left out of the networks,
for no two frameworks draw the same masks; they are looked at by themselves.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial

from contract.base import Precision
from contract.evidence import Check, Equivalence, EvidenceCase
from contract.model import Model
from contract.training import Optimizer, OptimizerKind, Training
from runners.harness.contender.contender import Contender
from runners.harness.contender.network import Batch
from runners.harness.gate.dropout import check_dropout, dropout_places
from runners.harness.gate.dropout_sites import check_sites
from runners.harness.gate.epoch import check_epoch
from runners.harness.gate.expectations import Expectations
from runners.harness.gate.layers import check_layers, layer_probes
from runners.harness.gate.margin import SEEDS
from runners.harness.gate.optimizer import check_optimizer, optimizers_to_try
from runners.harness.gate.plan import GatePlan, plan_gate
from runners.harness.gate.prediction import check_prediction
from runners.harness.gate.published_loop import check_published_loop
from runners.harness.gate.trajectory import Shown

_CaseKey = tuple[OptimizerKind, Precision]
"""Kind of the optimizer, and precision."""
_Look = Callable[[], list[Check]]

_OTHER_SEEDS = (SEEDS, SEEDS + 1)
"""Of weights that are tried where a network in float32 fails from the first."""


def verify(
    contender: Contender,
    model: Model,
    training: Training,
    samples: Batch,
    on_look: Callable[[int, int], None],
    expectations: Expectations | None = None,
) -> Equivalence:
    """Take a contender through the gate.

    Args:
        contender: Configured already.
        model: The study's network.
        training: The study's; the gate goes at rates of its own.
        samples: `SAMPLES` of them are enough; where there are fewer they are used again.
        on_look: Called with how many looks at the contender are done, and how many there are.
        expectations: What the reference shows, where that is known; else it is worked out.
    """
    plan = plan_gate(model, training, samples)
    gate = _Gate(contender, model, training, plan, expectations or Expectations())
    looks = list(gate.looks())
    cases: dict[_CaseKey, list[Check]] = {}
    for done, (key, look) in enumerate(looks, start=1):
        cases.setdefault(key, []).extend(look())
        on_look(done, len(looks))
    found = [
        EvidenceCase(optimizer=kind, precision=precision, checks=tuple(checks))
        for (kind, precision), checks in cases.items()
    ]
    return Equivalence(
        passed=all(case.passed for case in found),
        batch_size=plan.batch_size,
        steps=plan.steps,
        cases=tuple(found),
        unavailable=dict(contender.unavailable),
    )


@dataclass
class _Gate:
    """A contender at the gate."""

    contender: Contender
    model: Model
    training: Training
    plan: GatePlan
    expectations: Expectations
    has_gone_astray: bool = False
    """Whether the whole network was not what it should be."""
    is_excused: bool = False
    """Whether it was so with excuses of float32 only, in the precision looked at last."""

    def looks(self) -> Iterator[tuple[_CaseKey, _Look]]:
        """Yield each look at the contender, with the case that its checks belong to."""
        own = self.training.optimizer
        for precision in self.contender.precisions:
            yield (own.type, precision), partial(self._network, precision)
            for kind, optimizers in optimizers_to_try(own, precision).items():
                yield (kind, precision), partial(self._optimizer, optimizers, precision)
        key: _CaseKey = (own.type, "float32")
        yield key, self._layers
        yield key, self._epoch
        yield key, self._prediction
        if dropout_places(self.model.layers, self.model.input_shape):
            yield key, self._dropout
        # Last of all: it leaves the framework as the published protocol has it.
        yield key, self._published_loop

    def _network(self, precision: Precision) -> list[Check]:
        """Look at the whole network; in float32, where it fails, from other weights once more.

        On a deep network one decision at a kink may fall otherwise, as no run of the reference has
        it: that depends on the weights. What is wrong with a contender shows from all of them.
        """
        expected = self.plan.expected_trajectory(self.expectations)
        checks = self._steps(expected, precision)
        for seed in _OTHER_SEEDS if precision == "float32" else ():
            if all(check.passed for check in checks):
                break
            others = self._steps(self.plan.trajectory.expect_from(seed), precision)
            if all(check.passed for check in others):
                checks = [_from_other_weights(check) for check in others]
        self.has_gone_astray |= not all(check.passed for check in checks)
        self.is_excused = any(check.excused is not None for check in checks)
        return checks

    def _steps(self, expected: Shown, precision: Precision) -> list[Check]:
        trajectory = self.plan.trajectory
        weights = trajectory.start(expected)
        network = self.contender.build(self.plan.model, trajectory.training, weights, precision)
        shown = trajectory.take(network, expected, precision)
        network.close()
        return list(trajectory.checks(shown, expected, precision))

    def _optimizer(self, optimizers: list[Optimizer], precision: Precision) -> list[Check]:
        return [check_optimizer(self.contender, optimizers, precision)]

    def _layers(self) -> list[Check]:
        """Look at layers of one kind once; at each, where the whole network leaves a doubt.

        Those in batches of the study's size, and the loss, come last: they are named where no
        other is wrong.
        """
        probes = self.plan.probes
        if self.has_gone_astray or self.is_excused:
            probes = tuple(layer_probes(self.plan.model, repeated=True))
        expected = self.plan.expected_layers(self.expectations)
        return [check_layers(self.contender, (*probes, *self.plan.wide, self.plan.loss), expected)]

    def _epoch(self) -> list[Check]:
        return [check_epoch(self.contender, self.plan.own, self.plan.small)]

    def _prediction(self) -> list[Check]:
        own, small, is_dear = self.plan.own, self.plan.small, self.plan.is_dear
        return [check_prediction(self.contender, own, small, is_dear=is_dear)]

    def _published_loop(self) -> list[Check]:
        return [check_published_loop(self.contender, self.model, self.training)]

    def _dropout(self) -> list[Check]:
        places = dropout_places(self.model.layers, self.model.input_shape)
        in_network = check_sites(self.contender, self.model, self.training)
        return [check_dropout(self.contender, places, self.training.batch_size, in_network)]


def _from_other_weights(check: Check) -> Check:
    cause = "from the first weights that were tried, a decision at a kink fell otherwise"
    return check.model_copy(update={"cause": "; ".join(filter(None, (check.cause, cause)))})
