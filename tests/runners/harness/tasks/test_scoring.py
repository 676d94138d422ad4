"""A table is scored against the clock, and every row is accounted for."""

from contextlib import contextmanager
from dataclasses import replace

import numpy as np
import pytest

from runners.harness.contender.scorer import ImageTable, Scorer, Scores
from runners.harness.contender.weights import canonical_weights
from runners.harness.errors import RunnerError
from runners.harness.job.summary import summarise
from runners.harness.reference.network import Reference
from runners.harness.tasks import samples, tasks
from runners.harness.tasks.samples import load_samples
from runners.harness.tasks.scoring.scoring import score
from runners.harness.tasks.scoring.table_process import open_table, table_of, write
from tests.runners.harness.numpy_contender import NumpyContender
from tests.runners.harness.tiny_jobs import MODEL, TinyArrays, regression_job, tiny_job

ROWS, LEAST_INK = 300, 4600
"""The 120 test images two and a half times; of 36 random pixels each, about half are brighter."""


class InMemory(Scorer):
    """Scans the images that the table would hold, in an order of its own; a test may spoil it."""

    way = "NumPy alone"

    def __init__(self, model, training, weights, table, spoil):
        self.network = Reference(model, training, weights, "float32")
        self.table, self.spoil = table, spoil
        self.closed = False

    def scan(self):
        arrays = TinyArrays()
        ids = np.random.default_rng(0).permutation(self.table.rows)
        images = arrays.test_images[ids % 120]
        kept = images.reshape(len(ids), -1).sum(axis=1) >= self.table.least_ink
        labels = arrays.parts["test_labels"][ids % 120].astype(np.int64)
        logits = self.network.predict(images[kept].astype(np.float32) / 255)
        return self.spoil(Scores(ids[kept], labels[kept], logits))

    def close(self):
        self.closed = True


class Scoring(NumpyContender):
    """The reference as a contender that scores."""

    def __init__(self, spoil=lambda scores: scores):
        super().__init__()
        self.spoil = spoil

    def scorer(self, model, training, weights, table):
        self.made = InMemory(model, training, weights, table, self.spoil)
        return self.made


@pytest.fixture(autouse=True)
def arrays(monkeypatch):
    monkeypatch.setattr(samples, "load", lambda name, root, parts: TinyArrays())


@pytest.fixture
def table(tmp_path):
    path = tmp_path / "part-0.parquet"
    path.write_bytes(b"of a hundred bytes" * 10)
    return ImageTable((path,), ROWS, MODEL.input_shape, LEAST_INK, drivers=2)


def score_job(**changes):
    return tiny_job(**({"task": "score", "rows": ROWS} | changes))


def scored(table, spoil=lambda scores: scores):
    job = score_job()
    return score(Scoring(spoil), job, load_samples(job), table)


def test_every_scan_is_timed_the_first_apart(table):
    found = scored(table)

    assert len(found.scan_seconds) == score_job().predict_repeats == 3
    assert found.first_seconds > 0
    assert (found.rows, found.drivers, found.way) == (ROWS, 2, "NumPy alone")
    assert found.table_bytes == 180
    assert found.scan_peak_memory_bytes >= 20e6


def test_selected_rows_are_counted_by_what_is_predicted(table):
    found = scored(table)

    arrays = TinyArrays()
    ids = np.arange(ROWS) % 120
    kept = ids[arrays.test_images.reshape(120, -1).sum(axis=1)[ids] >= LEAST_INK]
    weights = canonical_weights(MODEL, 0)
    classes = (
        Reference(MODEL, score_job().training, weights)
        .predict(arrays.test_images[kept] / 255)
        .argmax(axis=1)
    )
    assert 0 < found.selected == len(kept) < ROWS
    assert found.predicted == tuple(np.bincount(classes, minlength=4))
    assert found.right == (classes == arrays.parts["test_labels"][kept]).sum()


def test_logits_are_held_against_the_float64_reference(table):
    exact = scored(table)
    wrong = scored(table, lambda scores: replace(scores, logits=scores.logits * 1.01))

    assert exact.largest_logit_difference < 1e-6
    assert wrong.largest_logit_difference == pytest.approx(0.01, rel=0.01)
    assert 0 < exact.compared <= 200


@pytest.mark.parametrize(
    ("spoil", "cause"),
    [
        (lambda s: Scores(s.ids[1:], s.labels[1:], s.logits[1:]), "not the"),
        (
            lambda s: replace(s, ids=np.maximum(s.ids, s.ids.min() + 1)),
            "rows were scored",
        ),
        (lambda s: replace(s, labels=s.labels[::-1]), "other labels"),
    ],
    ids=["lost", "twice", "labels"],
)
def test_rows_that_were_lost_doubled_or_mixed_up_fail_the_job(table, spoil, cause):
    with pytest.raises(RunnerError, match=cause):
        scored(table, spoil)


def test_a_score_job_leaves_its_record_and_no_metrics(start, monkeypatch, table):
    @contextmanager
    def lent(job, folder):
        yield table

    monkeypatch.setattr(tasks, "table_of", lent)
    contender = Scoring()

    result = start(contender, score_job())

    assert result.status == "ok"
    assert result.metrics is None
    assert result.scoring.rows == ROWS
    assert contender.made.closed
    assert "rows a second" in summarise(result)


def test_a_table_has_the_files_of_its_folder_and_a_tenth_of_a_white_images_ink(tmp_path):
    for name in ("part-1.parquet", "part-0.parquet"):
        (tmp_path / name).touch()

    table = open_table(score_job(), tmp_path)

    assert [path.name for path in table.files] == ["part-0.parquet", "part-1.parquet"]
    assert table.least_ink == 918  # of 36 pixels: 0.1 × 255 × 36
    assert table.drivers == score_job().limits.threads


def test_a_table_of_numbers_is_no_table_of_images(tmp_path):
    with pytest.raises(RunnerError, match="petrol-consumption has no images"):
        write(regression_job(task="score", rows=10), tmp_path / "table")


def test_a_table_that_cannot_be_written_says_why_and_leaves_nothing(tmp_path):
    job = score_job(data_dir=str(tmp_path / "nowhere"))

    with (
        pytest.raises(RunnerError, match=r"could not be written: .*no arrays in"),
        table_of(job, tmp_path / "table"),
    ):
        pass
    assert list(tmp_path.iterdir()) == []
