"""The equivalence gate: a contender shows that it computes the study's network, before it is timed.

Five kinds of evidence, each a distance from the float64 reference on the same arrays in the same
order, for each optimizer and in each precision that the contender has. Dropouts are left out of
that network, for no two frameworks draw the same masks; they are looked at by themselves.
"""

import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np

from contract.evidence import Equivalence, EvidenceCase
from contract.job import JobSpec
from contract.layers import without
from contract.layers.dropout import Dropout
from contract.model import Model
from contract.names import JOB_NAME, RESULT_NAME
from contract.result import Result
from contract.training import SGD, Adam, Momentum, Optimizer, Training
from contract.untrusted import UntrustedError, read_record
from runners.harness.contender.contender import Contender
from runners.harness.contender.network import FloatArray
from runners.harness.contender.weights import canonical_weights
from runners.harness.errors import RunnerError
from runners.harness.gate.dropout_probe import check_dropout, dropout_rates
from runners.harness.gate.evidence import Batch, Distances, Floors, judge, measure, take
from runners.harness.reference.network import Reference

STEPS = 10
SEED = 0
"""Of the initial weights, whatever the seed of the job: one proof, the same for all repeats."""

LARGEST_BATCH = 16
SAMPLES = (STEPS + 1) * LARGEST_BATCH
"""What the gate uses at most: `STEPS` batches to train on, one more to evaluate."""
_BATCH_MULTIPLY_ADDS = 300_000_000
"""What a batch may cost forward, while it is not too small to be one: keeps the gate to seconds."""

OPTIMIZERS: tuple[Optimizer, ...] = (
    SGD(type="sgd", learning_rate=0.01),
    Momentum(type="momentum", learning_rate=0.01),
    Adam(type="adam", learning_rate=0.001),
)
"""Gentle rates: an unstable trajectory diverges even between two float64 programs."""
_BATCH_NORM_RATE = 0.01
"""By this much gentler with batch norm. On ResNet-18 with 4 samples every step at the rates above
makes a difference four times as large: after 10 of them float32 programs share nothing any more."""

_NUDGE = 1e-6
"""Relative size; as large as the difference that the forward pass may have in float32."""
_NUDGES = 4


def verify(
    contender: Contender,
    model: Model,
    training: Training,
    samples: Batch,
    on_case: Callable[[int, int], None],
) -> Equivalence:
    """Take a contender through the gate.

    Args:
        contender: Configured already.
        model: The study's network.
        training: The study's; the gate goes at rates of its own.
        samples: `SAMPLES` of them are enough; where there are fewer they are used again.
        on_case: Called with the cases done and all cases.
    """
    batch_size = choose_batch_size(model)
    batches = _cut(samples, batch_size)
    plain = model.model_copy(update={"layers": without(Dropout, model.layers)})
    optimizers = choose_optimizers(model, training.optimizer)
    total = len(optimizers) * len(contender.precisions)
    cases: list[EvidenceCase] = []
    for optimizer in optimizers:
        gated = training.model_copy(update={"optimizer": optimizer})
        for case in _cases(contender, plain, gated, batches):
            cases.append(case)
            on_case(len(cases), total)
    if rates := dropout_rates(model.layers):
        check = check_dropout(contender, rates, cases[0].precision)
        cases[0] = cases[0].model_copy(update={"checks": (*cases[0].checks, check)})
    return Equivalence(
        passed=all(case.passed for case in cases),
        batch_size=batch_size,
        steps=STEPS,
        cases=tuple(cases),
        unavailable=dict(contender.unavailable),
    )


def verify_apart(job: JobSpec, output: Path) -> Equivalence:
    """Run the job's gate in a child process, so that it leaves no trace in what is timed later.

    Args:
        job: The job that waits for the evidence.
        output: Folder for the gate's own events and result.

    Raises:
        RunnerError: the gate could not be carried out.
    """
    output.mkdir(parents=True, exist_ok=True)
    job_file = output / JOB_NAME
    job_file.write_text(job.model_copy(update={"task": "verify"}).model_dump_json(indent=2))
    command = [sys.executable, "-m", "runners.harness", "--job", str(job_file)]
    child = subprocess.run([*command, "--output", str(output), "--quiet"], check=False)
    try:
        result = read_record(output / RESULT_NAME, Result)
    except UntrustedError as error:
        raise RunnerError(
            f"the equivalence gate ended with exit code {child.returncode}; its result: {error}",
            f"its events are in {output}",
        ) from error
    if result.equivalence is None:
        cause = result.failure.cause if result.failure else "no evidence"
        raise RunnerError(f"the equivalence gate could not be carried out: {cause}", "see above")
    return result.equivalence


def choose_batch_size(model: Model) -> int:
    """Return as many samples as keep the gate short; batch norm needs a few to take a mean of."""
    least = 4 if model.state_shapes() else 2
    affordable = _BATCH_MULTIPLY_ADDS // max(model.multiply_adds, 1)
    return min(max(affordable, least), LARGEST_BATCH)


def choose_optimizers(model: Model, own: Optimizer) -> tuple[Optimizer, ...]:
    """Return the optimizers to try, at gentle rates; where the network is dear, `own` kind alone.

    The study's numbers count: all for its own kind, the weight decay for the others too.
    """
    is_cheap = choose_batch_size(model) >= LARGEST_BATCH // 2
    scale = _BATCH_NORM_RATE if model.state_shapes() else 1
    chosen: list[Optimizer] = []
    for gentle in OPTIMIZERS:
        numbers = {"learning_rate": scale * gentle.learning_rate, "weight_decay": own.weight_decay}
        if gentle.type == own.type:
            chosen.append(own.model_copy(update=numbers))
        elif is_cheap:
            chosen.append(gentle.model_copy(update=numbers))
    return tuple(chosen)


def _cut(samples: Batch, batch_size: int) -> tuple[Batch, ...]:
    inputs, targets = samples
    chosen = np.arange((STEPS + 1) * batch_size).reshape(STEPS + 1, batch_size) % len(inputs)
    return tuple((inputs[rows], targets[rows]) for rows in chosen)


def _cases(
    contender: Contender, model: Model, training: Training, batches: tuple[Batch, ...]
) -> Iterator[EvidenceCase]:
    """Yield the evidence for one optimizer in each of the contender's precisions."""
    weights = canonical_weights(model, SEED)
    expected = take(Reference(model, training, weights), batches, "float64")

    def float32_runs() -> Iterator[Distances]:
        for nudged in _nudges(batches):
            reference = Reference(model, training, weights, "float32")
            yield measure(weights, take(reference, nudged, "float32"), expected)

    floors = Floors(float32_runs())
    for precision in contender.precisions:
        network = contender.build(model, training, weights, precision)
        found = measure(weights, take(network, batches, precision), expected)
        network.close()
        checks = judge(found, precision, floors)
        yield EvidenceCase(optimizer=training.optimizer.type, precision=precision, checks=checks)


def _nudges(batches: tuple[Batch, ...]) -> Iterator[tuple[Batch, ...]]:
    """Yield the batches as they are, then as if they had been rounded a little otherwise.

    Of a million ReLU and pooling decisions a few lie within float32's resolution. One that falls
    otherwise changes a gradient by 1e-3 at once; whether it does is a matter of luck, so that one
    run of the reference in float32 does not show what the precision costs.
    """
    yield batches
    generator = np.random.default_rng(SEED)
    for _ in range(_NUDGES):
        yield tuple((_nudge(inputs, generator), targets) for inputs, targets in batches)


def _nudge(inputs: FloatArray, generator: np.random.Generator) -> FloatArray:
    nudged: FloatArray = inputs * (1 + _NUDGE * generator.choice((-1, 1), inputs.shape))
    return nudged.astype(np.float32)
