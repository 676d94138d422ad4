"""How a contender has to score a table; inherited through `contender_suite`."""

import math
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from contract.model import Model
from data.arrays import as_inputs
from data.content import ByteArray
from runners.harness.contender.contender import Contender
from runners.harness.contender.scorer import ImageTable, Scorer
from runners.harness.reference.network import Reference
from tests.runners.suite_checks import THREADS, WithContender, assert_outputs
from tests.runners.suite_models import SMALL_CNN, TRAINING, stirred_weights

IMAGES, ROWS = 300, 2300
"""The images come again in the table, and the rows fill no whole number of batches."""


def pixels(model: Model) -> tuple[ByteArray, ByteArray]:
    """Return images of any brightness, and classes."""
    random = np.random.default_rng(7)
    images = random.integers(0, 256, (IMAGES, *model.input_shape), dtype=np.uint8)
    images //= random.integers(1, 6, (IMAGES, 1, 1, 1), dtype=np.uint8)
    return images, random.integers(0, model.output_shape[0], IMAGES, dtype=np.uint8)


def write(folder: Path, model: Model) -> ImageTable:
    """Write a table of which about half the rows have enough ink."""
    from runners.harness.tasks.scoring.table import write_table

    write_table(folder, *pixels(model), ROWS)
    return ImageTable(
        files=tuple(sorted(folder.iterdir())),
        rows=ROWS,
        image_shape=model.input_shape,
        least_ink=45 * math.prod(model.input_shape),
        drivers=THREADS,
    )


@contextmanager
def scorer_of(contender: Contender, model: Model, table: ImageTable) -> Iterator[Scorer]:
    """Lend a scorer with the weights of `check_scores`."""
    scorer = contender.scorer(model, TRAINING, stirred_weights(model), table)
    try:
        yield scorer
    finally:
        scorer.close()


def check_scores(scorer: Scorer, model: Model, table: ImageTable) -> None:
    """Hold a scan against the filter and the reference, row by row."""
    images, labels = pixels(model)
    ink = images.reshape(IMAGES, -1).sum(axis=1)
    (expected_ids,) = np.nonzero(ink[np.arange(table.rows) % IMAGES] >= table.least_ink)
    assert 0.2 * table.rows < len(expected_ids) < 0.8 * table.rows
    found = scorer.scan()
    order = found.ids.argsort()
    np.testing.assert_array_equal(found.ids[order], expected_ids)
    np.testing.assert_array_equal(found.labels[order], labels[expected_ids % IMAGES])
    reference = Reference(model, TRAINING, stirred_weights(model))
    expected = reference.predict(as_inputs(images, "float64"))[expected_ids % IMAGES]
    assert_outputs(found.logits[order], expected, "float32")


class ScoringTests(WithContender):
    """A table is filtered and predicted, every row once."""

    @pytest.fixture(scope="class")
    @classmethod
    def table(cls, tmp_path_factory: pytest.TempPathFactory) -> ImageTable:
        """A table for the small network."""
        return write(tmp_path_factory.mktemp("table") / "small", SMALL_CNN)

    def test_every_scan_of_a_table_gives_the_references_rows(
        self, contender: Contender, table: ImageTable
    ) -> None:
        with scorer_of(contender, SMALL_CNN, table) as scorer:
            assert scorer.way
            for _ in range(2):
                check_scores(scorer, SMALL_CNN, table)

    def test_one_driver_scores_the_same_rows(self, contender: Contender, table: ImageTable) -> None:
        with scorer_of(contender, SMALL_CNN, replace(table, drivers=1)) as scorer:
            check_scores(scorer, SMALL_CNN, table)
