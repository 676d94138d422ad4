"""What was asked of every job: data, training, resources, and the network itself."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from math import prod

from contract.job import JobSpec
from contract.model import AnyLayer, Model
from report.tables.model import Cell, Group, Header, Table, plain_rows

_FACTS: dict[str, Callable[[JobSpec], str]] = {
    "Data set": lambda spec: spec.dataset,
    "Training samples": lambda spec: _amount(spec.train_samples),
    "Test samples": lambda spec: _amount(spec.test_samples),
    "Epochs": lambda spec: str(spec.epochs),
    "Batch size": lambda spec: str(spec.training.batch_size),
    "Optimizer": lambda spec: _optimizer(spec),
    "Loss": lambda spec: spec.training.loss.replace("_", " "),
    "Timed predictions": lambda spec: f"{spec.predict_repeats} of {spec.predict_samples} samples",
    "CPUs": lambda spec: ", ".join(str(cpu) for cpu in spec.limits.cpus),
    "Threads": lambda spec: str(spec.limits.threads),
    "Memory limit": lambda spec: f"{spec.limits.memory_bytes / 2**30:.1f} GiB",
    "Time limit": lambda spec: f"{spec.limits.timeout_seconds:g} s",
}


def differing(specs: Sequence[JobSpec]) -> list[str]:
    """Return the conditions that are not the same in all jobs."""
    return [label for label, read in _FACTS.items() if len({read(spec) for spec in specs}) > 1]


def conditions_table(name: str, specs: Sequence[JobSpec]) -> Table:
    """Return what was asked of the jobs of a workload; differing values stand side by side."""
    rows = [
        (label, " | ".join(dict.fromkeys(read(spec) for spec in specs)))
        for label, read in _FACTS.items()
    ]
    headers = (Header("Condition"), Header("Value"))
    return Table(name, "Conditions, the same for every contender.", headers, plain_rows(rows))


def model_table(name: str, model: Model) -> Table:
    """Return the network layer by layer, with shapes and weights."""
    rows = []
    total = 0
    for layer, shape in model.steps():
        weights = sum(prod(axes) for axes in layer.weight_shapes(shape).values())
        total += weights
        leaving = layer.output_shape(shape)
        rows.append(
            (Cell(_described(layer)), _shape_cell(shape), _shape_cell(leaving), _count(weights))
        )
    headers = (
        Header("Layer"),
        Header("In", numeric=True),
        Header("Out", numeric=True),
        Header("Weights", numeric=True),
    )
    caption = f"The network: {total:,} weights. Shapes are height × width × channels."
    return Table(name, caption, headers, (Group(tuple(rows)),))


def _described(layer: AnyLayer) -> str:
    settings = layer.model_dump(exclude={"type", "name"})
    details = ", ".join(f"{key.replace('_', ' ')} {value}" for key, value in settings.items())
    return f"{layer.type} ({details})" if details else layer.type


def _shape_cell(shape: tuple[int, ...]) -> Cell:
    return Cell(" × ".join(str(axis) for axis in shape), "number")


def _count(weights: int) -> Cell:
    return Cell(f"{weights:,}" if weights else "", "number")


def _amount(samples: int | None) -> str:
    return "all" if samples is None else f"first {samples:,}"


def _optimizer(spec: JobSpec) -> str:
    settings = spec.training.optimizer.model_dump(exclude={"type"})
    details = ", ".join(f"{key.replace('_', ' ')} {value:g}" for key, value in settings.items())
    return f"{spec.training.optimizer.type} ({details})"
