"""Names, units and colours are data, and the data are complete."""

from itertools import combinations
from typing import get_args

import numpy as np
import pytest
from numpy.typing import NDArray

from contract.contender import discover_contenders
from contract.evidence import EvidenceKind
from contract.metric import metrics_of
from report.vocabulary.presentation import RECORDS, notable_packages, presentation, styles
from runners.harness.contender.registry import RUNNERS_DIR

PAGES = ("#FFFFFF", "#16191D")
"""Light and dark page (report.css, screen.css)."""

# Machado, Oliveira & Fernandes 2009, severity 1.0; on linear RGB.
VISIONS = {
    "normal": np.eye(3),
    "protanopia": np.array(
        [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216],
         [-0.003882, -0.048116, 1.051998]]),
    "deuteranopia": np.array(
        [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413],
         [-0.011820, 0.042940, 0.968881]]),
    "tritanopia": np.array(
        [[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602],
         [0.004733, 0.691367, 0.303900]]),
}  # fmt: skip
XYZ = np.array(
    [[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]]
)  # fmt: skip
Vector = NDArray[np.float64]
COLOURS = [
    info.colour for info, _ in discover_contenders(RUNNERS_DIR).values() if info.colour is not None
]


def _linear(colour: str) -> Vector:
    parts = np.array([int(colour[i : i + 2], 16) for i in (1, 3, 5)]) / 255
    return np.where(parts <= 0.04045, parts / 12.92, ((parts + 0.055) / 1.055) ** 2.4)


def _lab(linear: Vector) -> Vector:
    """CIE 1976 L*a*b*, D65."""
    relative = XYZ @ np.clip(linear, 0, 1) / np.array([0.9505, 1.0, 1.089])
    root = np.where(relative > 0.008856, np.cbrt(relative), 7.787 * relative + 16 / 116)
    return np.array([116 * root[1] - 16, 500 * (root[0] - root[1]), 200 * (root[1] - root[2])])


def _contrast(first: str, second: str) -> float:
    """WCAG 2 contrast ratio."""
    low, high = sorted(float(XYZ[1] @ _linear(colour)) for colour in (first, second))
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("vision", VISIONS)
def test_contenders_stay_apart_in_every_colour_vision(vision: str) -> None:
    """A CIE76 distance of 2.3 is just noticeable; ours is ten times that."""
    for first, second in combinations(COLOURS, 2):
        seen = [_lab(VISIONS[vision] @ _linear(colour)) for colour in (first, second)]
        assert np.linalg.norm(seen[0] - seen[1]) > 23, (first, second)


def test_colours_stand_out_from_both_pages() -> None:
    """WCAG 2.1, 1.4.11: graphics need a contrast of 3."""
    colours = [*COLOURS, *presentation().spare_colours]
    assert all(_contrast(colour, page) >= 3 for colour in colours for page in PAGES)


def test_every_metric_that_has_a_direction_is_named_and_explained() -> None:
    metrics = [found for record in RECORDS for found in metrics_of(record).items()]
    assert set(presentation().words) == {name for name, metric in metrics if metric.better}


def test_a_metrics_name_tells_its_record() -> None:
    names = [name for record in RECORDS for name in metrics_of(record)]
    assert len(set(names)) == len(names)


@pytest.mark.parametrize(
    ("metric", "unit", "factor", "better"),
    [
        ("peak_memory_bytes", "MB", 1e-6, "lower"),
        ("test_accuracy", "%", 100, "higher"),
        ("source_lines", "lines", 1, "lower"),
    ],
)
def test_a_metric_is_shown_in_a_readers_unit(
    metric: str, unit: str, factor: float, better: str
) -> None:
    info = presentation().metric(metric)
    assert (info.unit, info.factor, info.better) == (unit, factor, better)


def test_a_contender_without_a_colour_gets_a_spare_one_and_its_name() -> None:
    chosen = styles(["pytorch", "newcomer", "latecomer"])
    spare = presentation().spare_colours
    assert chosen["pytorch"].colour == "#D1495B"
    assert (chosen["newcomer"].title, chosen["newcomer"].colour) == ("newcomer", spare[0])
    assert chosen["latecomer"].colour == spare[1]


def test_notable_packages_are_those_of_the_run_each_once() -> None:
    assert notable_packages(["keras", "tensorflow"]) == (
        "tensorflow",
        "tensorflow-cpu",
        "keras",
        "numpy",
    )


def test_every_kind_of_evidence_has_its_words() -> None:
    assert set(presentation().evidence) == set(get_args(EvidenceKind))
