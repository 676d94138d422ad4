"""A workload with a defect on purpose beside the same one without: does the picture change?"""

from collections.abc import Sequence
from dataclasses import dataclass

from contract.base import Device, Protocol
from contract.evidence import Check
from report.run.evidence import checks_of, severity
from report.run.measurement import Measurement
from report.run.measurements import GateStatus
from report.run.scope import Scope

METRICS = ("train_loss", "test_loss")


@dataclass(frozen=True)
class DefectPair:
    """Two workloads that differ by the defect alone."""

    defective: Scope
    sound: Scope

    @property
    def contenders(self) -> tuple[str, ...]:
        """Those that ran either of them."""
        return tuple(dict.fromkeys((*self.sound.contenders, *self.defective.contenders)))


@dataclass(frozen=True)
class DefectPicture:
    """One contender's loss in the paper, with the defect, and without it."""

    contender: str
    metric: str
    published: float | None
    """None where the paper gives no value."""
    defective: Measurement
    sound: Measurement


def defect_pairs(scopes: Sequence[Scope]) -> tuple[DefectPair, ...]:
    """Return every workload with a defect, with the one that is the same but for it."""
    found = []
    described = [(scope, scope.workload) for scope in scopes if scope.workload is not None]
    for scope, workload in described:
        if workload.training.defect is not None:
            repaired = workload.training.model_copy(update={"defect": None})
            same = (workload.dataset, workload.model, repaired)
            for other, theirs in described:
                if same == (theirs.dataset, theirs.model, theirs.training):
                    found.append(DefectPair(scope, other))
    return tuple(found)


def pictures(pair: DefectPair, protocol: Protocol, device: Device) -> tuple[DefectPicture, ...]:
    """Return both losses of every contender; those that nothing tells about are left out."""

    def measured(scope: Scope, contender: str, metric: str) -> Measurement:
        return scope.measurements.of(scope.setting(contender, protocol, device), metric)

    found = [
        DefectPicture(
            contender=contender,
            metric=metric,
            published=_published(pair, contender, metric),
            defective=measured(pair.defective, contender, metric),
            sound=measured(pair.sound, contender, metric),
        )
        for metric in METRICS
        for contender in pair.contenders
    ]
    return tuple(p for p in found if p.defective.samples or p.sound.samples)


def caught_by(scope: Scope, contender: str, device: Device) -> tuple[GateStatus, Check | None]:
    """Return what the gate says about a contender, with the check that missed most."""
    setting = scope.setting(contender, "matched", device)
    proofs = scope.measurements.equivalences(setting)
    missed = [check for check in checks_of(proofs) if not check.passed]
    worst = max(missed, key=severity, default=None)
    return scope.measurements.gate(setting), worst


def _published(pair: DefectPair, contender: str, metric: str) -> float | None:
    """Return the paper's value, from a table on either workload; a loss is that of any device."""
    study = pair.sound.study
    workloads = (pair.sound.workload_id, pair.defective.workload_id)
    values = (
        row.values[column.id] / row.factor
        for table in (study.published if study else ())
        if table.workload in workloads
        for row in table.rows
        for column in table.columns
        if row.metric == metric and contender in column.contenders and column.id in row.values
    )
    return next(values, None)
