"""A defect that is planted into a contender, and how to write one down.

A defect is a function that makes a wrong thing of a right one. Its name is the defect's, its
docstring says what is wrong; the decorator says where in each contender the right thing is found.
"""

from collections.abc import Callable, Container
from dataclasses import dataclass
from typing import Any, Literal

from benchmarks.gate.changes import Change, Replacement, SourceEdit
from contract.base import Protocol

DefectClass = Literal[
    "network",
    "optimizer",
    "evaluation",
    "one-layer",
    "timed-epoch",
    "timed-prediction",
    "dropout",
    "published-loop",
]

Anchors = dict[str, str]
"""Where the right thing is found, by contender."""
Make = Callable[[Any], Any]
"""Makes the wrong thing of the right one."""

NETWORKS: Anchors = {
    "pytorch": "runners.pytorch.network:PyTorchNetwork",
    "tensorflow": "runners.tensorflow.network:TensorFlowNetwork",
    "keras": "runners.keras.network:KerasNetwork",
    "velox": "runners.velox.network:VeloxNetwork",
    "velox-stock": "runners.velox_stock.network:StockNetwork",
}
PUBLISHED_NETWORKS: Anchors = {
    "pytorch": "runners.pytorch.published:PublishedPyTorchNetwork",
    "tensorflow": "runners.tensorflow.network:PublishedTensorFlowNetwork",
    "keras": "runners.keras.network:PublishedKerasNetwork",
    "velox": "runners.velox.network:PublishedVeloxNetwork",
    "velox-stock": "runners.velox_stock.network:PublishedStockNetwork",
}
_BUILDERS: Anchors = {
    "pytorch": "runners.pytorch.contender:PyTorchContender",
    "tensorflow": "runners.tensorflow.on_tensorflow:OnTensorFlow",
    "keras": "runners.tensorflow.on_tensorflow:OnTensorFlow",
    "velox": "runners.velox.contender:VeloxContender",
    "velox-stock": "runners.velox_stock.contender:VeloxStockContender",
}
CONTENDERS = tuple(NETWORKS)


@dataclass(frozen=True)
class PlantedDefect:
    """A defect in one contender."""

    name: str
    defect_class: DefectClass
    contender: str
    trial: str
    """What the gate is given, by name; see `trials`."""
    wrong: str
    """What is wrong, as a sentence."""
    evidence: str
    """What shows it, as a sentence."""
    change: Change
    in_tests: bool
    """Whether the contender's test suite plants it too."""

    @property
    def id(self) -> str:
        """What tells it from all others."""
        return f"{self.name}@{self.contender}"


DEFECTS: dict[str, PlantedDefect] = {}
"""All defects by id, once `benchmarks.gate.defects` is imported."""


def plant(
    defect_class: DefectClass,
    anchors: Anchors,
    trial: str,
    evidence: str,
    in_tests: Container[str] = (),
) -> Callable[[Make], Make]:
    """Register a defect for each contender that has an anchor.

    Args:
        defect_class: What kind of mistake it is.
        anchors: Where it is planted.
        trial: What the gate is given.
        evidence: What shows it, as a sentence.
        in_tests: The contenders whose test suite plants it.
    """

    def register(make: Make) -> Make:
        for contender, anchor in anchors.items():
            add(
                PlantedDefect(
                    name=make.__name__.replace("_", "-"),
                    defect_class=defect_class,
                    contender=contender,
                    trial=trial,
                    wrong=make.__doc__ or "",
                    evidence=evidence,
                    change=Replacement(anchor, make),
                    in_tests=contender in in_tests,
                )
            )
        return make

    return register


def plant_in_source(
    defect_class: DefectClass,
    name: str,
    wrong: str,
    edit: SourceEdit,
    trial: str,
    evidence: str,
) -> None:
    """Register a defect in the C++ of Velox's ML functions."""
    add(PlantedDefect(name, defect_class, "velox", trial, wrong, evidence, edit, in_tests=False))


def add(defect: PlantedDefect) -> None:
    """Register a defect.

    Raises:
        ValueError: there is one of this name in this contender.
    """
    if defect.id in DEFECTS:
        raise ValueError(f"{defect.id} is planted twice")
    DEFECTS[defect.id] = defect


def at(anchor: str, *contenders: str) -> Anchors:
    """Return an anchor that the contenders share."""
    return dict.fromkeys(contenders, anchor)


def building(protocol: Protocol = "matched", only: Container[str] = CONTENDERS) -> Anchors:
    """Return what builds the contenders' networks, of a model, a training and something more."""
    return method("build" if protocol == "matched" else "build_published", _BUILDERS, only)


def method(name: str, networks: Anchors = NETWORKS, only: Container[str] = CONTENDERS) -> Anchors:
    """Return where a method of the contenders' networks is found."""
    return {
        contender: f"{network}.{name}"
        for contender, network in networks.items()
        if contender in only
    }
