"""Every check, in the order of the table."""

from collections.abc import Iterator, Sequence
from pathlib import Path

from orchestrator.doctor import confinement, engines, installation, processor
from orchestrator.doctor.finding import ENGINES, Check, EngineName, Finding

CHECKS: tuple[Check, ...] = (
    processor.model,
    processor.governor,
    processor.turbo,
    processor.load,
    processor.neighbours,
    processor.steal,
    confinement.pins,
    confinement.shared_memory,
    confinement.control_groups,
    confinement.energy,
    engines.containers,
    engines.gpu,
    installation.python,
    installation.environments,
    installation.pdf,
    installation.disk,
    installation.data_sets,
)


def examine(root: Path = Path("/")) -> Iterator[Finding]:
    """Yield what every check finds."""
    for check in CHECKS:
        yield from check(root)


def usable(findings: Sequence[Finding]) -> tuple[EngineName, ...]:
    """Return the engines that nothing stands in the way of."""
    blocked = {engine for finding in findings for engine in finding.blocks}
    return tuple(engine for engine in ENGINES if engine not in blocked)
