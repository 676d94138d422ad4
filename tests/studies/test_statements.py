"""Every statement of every paper has its entry, and no entry states what no paper says."""

import pytest

from contract.statement import Statement
from contract.study import load_studies
from tests.contract.examples import STUDY_FILE
from tests.studies.papers import RATIOS, STATEMENTS, Stated

STUDIES = load_studies(STUDY_FILE.parent)
ENTRIES = {entry.id: (study, entry) for study in STUDIES.values() for entry in study.statements}
READINGS = [
    pytest.param(study, reading, id=f"{name}-{reading.sense}")
    for name, (study, entry) in ENTRIES.items()
    for reading in entry.readings
]


def metrics_that_decide(entry: Statement) -> set[str]:
    return {
        comparison.left.metric
        for reading in entry.readings
        if reading.primary
        for comparison in reading.comparisons("cpu")
    }


@pytest.mark.parametrize("stated", STATEMENTS, ids=lambda found: found.id)
def test_what_a_paper_states_has_its_entry(stated: Stated):
    _, entry = ENTRIES[stated.id]

    assert all(word in entry.text for word in stated.words.split())
    assert metrics_that_decide(entry) == set(stated.metric.split())
    assert stated.published in entry.published


def test_nothing_is_stated_that_no_paper_says():
    assert list(ENTRIES) == [stated.id for stated in STATEMENTS]


def test_a_published_ratio_is_that_of_the_printed_numbers():
    kept = {
        (name, device): ratio
        for name, (_, entry) in ENTRIES.items()
        for device, ratio in entry.published_ratio.items()
    }

    assert kept == {
        (found.id, found.device): pytest.approx(found.first / found.second, rel=1e-3)
        for found in RATIOS
    }


def test_the_statements_are_counted():
    """By study: all of them, those that repeat others, and those that nothing can test."""

    def count(study):
        repeated = sum(bool(entry.same_as) for entry in study.statements)
        untestable = sum(
            bool(entry.readings) and all(reading.untestable for reading in entry.readings)
            for entry in study.statements
        )
        return len(study.statements), repeated, untestable

    counts = {study.id: count(study) for study in STUDIES.values()}

    assert counts == {
        "s1": (13, 3, 5),
        "s2": (14, 2, 1),
        "s3": (17, 2, 6),
        "s4": (10, 0, 1),
        "s5": (24, 2, 3),
        "x1": (0, 0, 0),
    }


def test_no_two_readings_of_a_statement_compare_the_same():
    for _, entry in ENTRIES.values():
        told = [(one.devices, one.workload, one.holds) for one in entry.readings if one.holds]
        assert len(set(told)) == len(told), entry.id


@pytest.mark.parametrize(("study", "reading"), READINGS)
def test_accuracy_is_judged_after_the_published_training_only(study, reading):
    """A regression of 48 rows is trained as published in every profile; a loss is not."""
    accuracies = {"test_accuracy", "best_test_accuracy", "train_accuracy"}
    losses = set() if reading.workload.startswith("petrol") else {"train_loss", "test_loss"}
    metrics = {comparison.left.metric for comparison in reading.comparisons("cpu")}

    assert reading.needs_paper_profile == bool(metrics & (accuracies | losses))


@pytest.mark.parametrize(("study", "reading"), READINGS)
def test_a_reading_compares_what_its_workloads_measure(study, reading):
    for comparison in reading.comparisons(reading.devices[0]):
        for side in comparison.quantities:
            workload = study.workload(side.workload or reading.workload)
            assert side.task is None or side.task in workload.tasks
            assert side.contender in (workload.contenders or study.contenders)


@pytest.mark.parametrize(("study", "reading"), READINGS)
def test_what_needs_the_gpu_is_read_on_the_gpu(study, reading):
    """Velox has no GPU, a GPU's meters need one, and so does a comparison of both devices."""
    sides = [
        side
        for comparison in reading.comparisons(reading.devices[0])
        for side in comparison.quantities
        if side.device is not None
    ]
    if any(side.metric.startswith("gpu_") or side.device == "cuda" for side in sides):
        assert reading.devices == ("cuda",)
    on_every_device = {
        (side.contender, side.device)
        for device in reading.devices
        for comparison in reading.comparisons(device)
        for side in comparison.quantities
    }
    assert ("velox", "cuda") not in on_every_device
