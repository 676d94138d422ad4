"""Goes through a network layer by layer, for whoever writes a contender. It is no proof."""

from collections.abc import Iterator
from pathlib import Path

from contract.evidence import DIVERGED, Check
from contract.job import JobSpec
from contract.layers import Shape, all_layers, without
from contract.layers.dropout import Dropout
from contract.model import Model
from contract.names import EVENTS_NAME
from runners.harness.contender.network import Weights
from runners.harness.contender.registry import create
from runners.harness.events import EventLog
from runners.harness.gate.distance import relative_l2
from runners.harness.gate.layers import LayerProbe, layer_probes


def compare_layers(job: JobSpec, output: Path, *, quiet: bool) -> bool:
    """Hold each layer of a job's network against the reference, until one differs.

    Dropouts are left out: their masks have no reference. Nothing is compiled: a layer is computed a
    few times only. It is named before it is built, so that it is known which one it was should the
    process die of it.

    Args:
        job: Says which contender, network and device.
        output: Folder for the events; made if it is not there.
        quiet: Print nothing for people but what differs.

    Returns:
        Whether all layers agree with the float64 reference.

    Raises:
        RunnerError: the contender cannot be used.
        OSError: `output` cannot be written.
    """
    output.mkdir(parents=True, exist_ok=True)
    with EventLog(output / EVENTS_NAME, quiet=quiet) as events:
        contender = create(job.contender)
        contender.check()
        contender.configure(job.device, job.limits.threads, job.seed)
        contender.interpret()
        plain = job.model.model_copy(update={"layers": without(Dropout, job.model.layers)})
        total = sum(1 for _ in all_layers(plain.layers))
        found: list[Check] = []
        for number, probe in enumerate(_probes(plain), start=1):
            events.phase("verify", f"{number:>3}/{total} {probe.label}: {_shapes(probe)}")
            observed, expected = probe.observe(contender), probe.expect()
            check = probe.judge(observed, expected)
            if not check.passed:
                events.failure(_difference(probe, check, observed, expected), _remedy(probe))
                return False
            found.append(check)
        events.phase("verify", _agreement(found))
    return True


def _probes(model: Model) -> Iterator[LayerProbe]:
    """Yield a probe for each layer; at the end, those like an earlier one in all but the name.

    A defect seldom goes by the name.
    """
    seen: set[str] = set()
    for repeated in (False, True):
        for probe in layer_probes(model, repeated=repeated):
            if probe.label not in seen:
                seen.add(probe.label)
                yield probe


def _shapes(probe: LayerProbe) -> str:
    _, (layer, entering), *_ = probe.model.steps()
    return f"{_spelled(entering)} → {_spelled(layer.output_shape(entering))}"


def _difference(probe: LayerProbe, check: Check, observed: Weights, expected: Weights) -> str:
    """Return what differs in a layer, by how much: all that was looked at, the worst first."""
    _, (layer, entering), *_ = probe.model.steps()
    weights = layer.weight_shapes(entering) | layer.state_shapes(entering)
    named = ", ".join(f"{name} {_spelled(shape)}" for name, shape in weights.items())
    errors = relative_l2(observed, expected)
    float32 = "" if check.floor is None else f"; float32 alone costs {check.floor:.1e}"
    lines = [
        f"{probe.label} differs from the float64 reference: {check.worst}",
        f"  shapes: {_shapes(probe)}",
        *([f"  weights: {named}"] if named else []),
        f"  distances, relative L2 (limit {check.tolerance:.1e}{float32}):",
    ]
    for name in sorted(errors, key=lambda name: -errors[name]):
        error = errors[name]
        distance = f"{error:.1e}" if error < DIVERGED else "no number, or another shape"
        lines.append(f"    {distance}  {name}")
    return "\n".join(lines)


def _remedy(probe: LayerProbe) -> str:
    _, (layer, _), *_ = probe.model.steps()
    return f"compare with runners/harness/reference/layers/{layer.type}.py"


def _agreement(checks: list[Check]) -> str:
    worst = max(checks, key=lambda check: check.error)
    because = f"; {worst.cause}" if worst.cause else ""
    limit = f"limit {worst.tolerance:.1e}{because}"
    return f"all {len(checks)} layers agree; the worst: {worst.worst}, {worst.error:.1e} ({limit})"


def _spelled(shape: Shape) -> str:
    return "×".join(map(str, shape))
