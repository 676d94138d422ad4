"""What this run ran, by aspect, as its jobs tell."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from math import prod

from contract.base import TIMED_ALONE, Protocol, Task
from contract.job import JobSpec
from contract.layers.path import all_layers
from contract.model import Model
from contract.published import Aspect
from contract.words import counted
from report.run.machine import fingerprints, hardware
from report.run.records import Job
from report.vocabulary.numbers import listed
from report.vocabulary.presentation import notable_packages

_LAYERS = {"conv2d": "convolution", "dense": "dense layer"}
"""The layers that do nearly all of the work, as readers call them."""
_BLOCKS: tuple[tuple[str, Protocol, tuple[Task, ...]], ...] = (
    ("with everything equal", "matched", TIMED_ALONE),
    ("with own defaults", "published", TIMED_ALONE),
    ("of turns", "matched", ("turns",)),
)

Jobs = Sequence[Job]


def ours(aspect: Aspect, jobs: Jobs) -> tuple[str, ...]:
    """Return what jobs ran, a line for each thing that differs; none where no job tells."""
    return tuple(dict.fromkeys(_READ[aspect](jobs)))


def versions(jobs: Jobs) -> dict[str, tuple[str, ...]]:
    """Return the versions of the packages that contenders name, in the order of the contenders."""
    prints = fingerprints(jobs)
    names = notable_packages(dict.fromkeys(job.identity.contender for job in jobs))
    found = {
        name: tuple(dict.fromkeys(v for one in prints if (v := one.software.version(name))))
        for name in names
    }
    return {name: of for name, of in found.items() if of}


def _hardware(jobs: Jobs) -> Iterator[str]:
    seen = {label: listed(values) for label, values in hardware(jobs).items()}
    if seen["Processor"]:
        gpu = seen["GPU"] or "no GPU used"
        yield f"{seen['Processor']}, {seen['Logical CPUs']} logical CPUs, {seen['Memory']}, {gpu}"


def _software(jobs: Jobs) -> Iterator[str]:
    found = versions(jobs)
    if found:
        yield ", ".join(f"{name} {' and '.join(of)}" for name, of in found.items())


def _data(jobs: Jobs) -> Iterator[str]:
    for spec in _specs(jobs, ("train",)):
        samples = f"{spec.train_samples:,}" if spec.train_samples else "all"
        yield f"{spec.dataset}: {counted(spec.epochs, 'epoch')} on {samples} training samples"


def _network(jobs: Jobs) -> Iterator[str]:
    specs = list(_specs(jobs, ("train", "turns")))
    yield from (_in_words(spec.model) for spec in specs)
    optimizers = dict.fromkeys(
        f"{optimizer.type} at {optimizer.learning_rate:g}"
        for optimizer in (spec.training.optimizer for spec in specs)
    )
    batches = dict.fromkeys(str(spec.training.batch_size) for spec in specs)
    if specs:
        yield f"{listed(list(optimizers))}; batches of {listed(list(batches))}"


def _in_words(model: Model) -> str:
    kinds = [layer.type for layer in all_layers(model.layers)]
    parts = [counted(kinds.count(kind), title) for kind, title in _LAYERS.items() if kind in kinds]
    return f"{', '.join(parts)}, {sum(map(prod, model.weight_shapes().values())):,} weights"


def _repeats(jobs: Jobs) -> Iterator[str]:
    measured = [job.identity for job in jobs if job.measured]
    counts = {
        title: len({one.repeat for one in measured if one.protocol == protocol and one.task in of})
        for title, protocol, of in _BLOCKS
    }
    parts = [f"{counted(count, 'block')} {title}" for title, count in counts.items() if count]
    if parts:
        yield listed(parts)


def _measurement(jobs: Jobs) -> Iterator[str]:
    tasks = {job.identity.task for job in jobs}
    if "train" in tasks:
        yield "whole trainings, one after the other"
    if "turns" in tasks:
        yield "single steps and predictions, in turn"
    for spec in _specs(jobs, ("train", "turns")):
        limits = spec.limits
        yield f"{counted(limits.threads, 'thread')} on {counted(len(limits.cpus), 'pinned CPU')}"


def _specs(jobs: Jobs, tasks: Sequence[Task]) -> Iterator[JobSpec]:
    return (job.spec for job in jobs if job.spec is not None and job.identity.task in tasks)


_READ: Mapping[Aspect, Callable[[Jobs], Iterator[str]]] = {
    "hardware": _hardware,
    "software": _software,
    "data": _data,
    "network": _network,
    "repeats": _repeats,
    "measurement": _measurement,
}
