"""Development experience in numbers: one criterion a row, a value or a reason per contender."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from statistics import median
from typing import Literal

from contract.comparison import DEVELOPMENT_METRICS
from report.run.mistakes import BEST_SCORE, mistakes_of, total_score
from report.run.records import Run
from report.run.scope import Scope
from report.vocabulary.presentation import presentation

_MEASURED = ("import_seconds", "build_seconds")
_CLARITY = "Clarity of error messages"


@dataclass(frozen=True)
class DevelopmentCriterion:
    """One criterion for every contender of the run."""

    title: str
    unit: str
    better: Literal["lower", "higher"]
    values: Mapping[str, float]
    reasons: Mapping[str, str]
    """Why a contender has no value."""


def development_criteria(run: Run, scopes: Sequence[Scope]) -> tuple[DevelopmentCriterion, ...]:
    """Return what was counted, what was timed, and the points for error messages."""
    return (
        *(_counted(run, metric) for metric in DEVELOPMENT_METRICS),
        *(_timed(run, scopes, metric) for metric in _MEASURED),
        _clarity(run, scopes),
    )


def _counted(run: Run, metric: str) -> DevelopmentCriterion:
    values, reasons = {}, {}
    for name in run.contenders:
        metrics = run.development.get(name)
        value = getattr(metrics, metric, None)
        if value is not None:
            values[name] = value
        else:
            reasons[name] = metrics.unmeasured[metric] if metrics else "not measured in this run"
    return _criterion(metric, values, reasons)


def _timed(run: Run, scopes: Sequence[Scope], metric: str) -> DevelopmentCriterion:
    """Return the median over the trainings of the workloads that most contenders ran."""
    by_workload = [_samples(scope, metric) for scope in scopes]
    most = max(map(len, by_workload), default=0)
    widest = [found for found in by_workload if len(found) == most]
    samples = {
        name: [value for found in widest for value in found.get(name, ())]
        for name in run.contenders
    }
    values = {name: median(found) for name, found in samples.items() if found}
    reason = "no result on the workloads that most contenders ran"
    return _criterion(metric, values, dict.fromkeys(samples.keys() - values, reason))


def _criterion(
    metric: str, values: Mapping[str, float], reasons: Mapping[str, str]
) -> DevelopmentCriterion:
    info = presentation().metric(metric)
    shown = {name: info.factor * value for name, value in values.items()}
    return DevelopmentCriterion(info.title, info.unit, info.better, shown, reasons)


def _samples(scope: Scope, metric: str) -> dict[str, tuple[float, ...]]:
    """Return a metric of the matched trainings of a workload, by contender, where there is one."""
    found: dict[str, tuple[float, ...]] = {}
    for device in scope.devices:
        for setting in scope.settings("matched", device):
            if samples := scope.measurements.of(setting, metric).samples:
                found[setting.contender] = (*found.get(setting.contender, ()), *samples)
    return found


def _clarity(run: Run, scopes: Sequence[Scope]) -> DevelopmentCriterion:
    """Return the points for what contenders say to mistakes, of the first workload with all."""
    values: dict[str, float] = {}
    for scope in scopes:
        for device in scope.devices_of("mistakes"):
            for setting in scope.settings("matched", device, "mistakes"):
                total = total_score(mistakes_of(setting, scope.measurements))
                if total is not None:
                    values.setdefault(setting.contender, total)
    lacking = set(run.contenders) - values.keys()
    reasons = dict.fromkeys(lacking, "no job of this run made all mistakes")
    unit = f"of {BEST_SCORE} points"
    return DevelopmentCriterion(_CLARITY, unit, "higher", values, reasons)
