"""Scoring a table: `SELECT id, label, predict(image) FROM images WHERE ink >= …`, timed."""

import numpy as np

from contract.job import JobSpec
from contract.outcomes import Scoring
from data.arrays import as_inputs
from runners.harness.contender.contender import Contender
from runners.harness.contender.network import FloatArray, IntArray, Weights
from runners.harness.contender.scorer import ImageTable, Scorer, Scores
from runners.harness.contender.weights import canonical_weights
from runners.harness.errors import RunnerError
from runners.harness.gate.distance import relative_to_largest
from runners.harness.measure.stopwatch import Stopwatch, peak_memory_bytes
from runners.harness.reference.network import Reference
from runners.harness.tasks.samples import Samples

_COMPARED = 200
"""Selected rows that the reference predicts too: a second of its time."""


def score(contender: Contender, job: JobSpec, samples: Samples, table: ImageTable) -> Scoring:
    """Scan a table over and over; hold the first rows against the reference.

    Args:
        contender: The one that scores; configured. It gets the canonical weights of the job's seed.
        job: Names the network, and how often the table is scanned.
        samples: What the table was written from.
        table: The table on disk.

    Raises:
        RunnerError: the contender cannot score, or lost rows, or has some twice.
    """
    weights = canonical_weights(job.model, job.seed)
    scorer = contender.scorer(job.model, job.training, weights, table)
    scores, (first_seconds, *seconds) = _scan(scorer, 1 + job.predict_repeats)
    peak_bytes = peak_memory_bytes()
    scorer.close()
    _check_rows(scores, samples, table)
    classes = scores.logits.argmax(axis=1)
    compared = min(_COMPARED, len(classes))
    expected = _expected(job, weights, samples, scores.ids[:compared])
    return Scoring(
        rows=table.rows,
        table_bytes=sum(path.stat().st_size for path in table.files),
        selected=len(classes),
        right=int((classes == scores.labels).sum()),
        predicted=tuple(np.bincount(classes, minlength=scores.logits.shape[1]).tolist()),
        largest_logit_difference=relative_to_largest(scores.logits[:compared], expected),
        compared=compared,
        first_seconds=first_seconds,
        scan_seconds=tuple(seconds),
        drivers=table.drivers,
        way=scorer.way,
        scan_peak_memory_bytes=peak_bytes,
    )


def _scan(scorer: Scorer, times: int) -> tuple[Scores, list[float]]:
    """Return what the last scan gave, by id, and the seconds of each."""
    seconds = []
    for _ in range(times):
        with Stopwatch() as watch:
            scores = scorer.scan()
        seconds.append(watch.wall_seconds)
    order = scores.ids.argsort()
    return Scores(scores.ids[order], scores.labels[order], scores.logits[order]), seconds


def _check_rows(scores: Scores, samples: Samples, table: ImageTable) -> None:
    """See to it that each row with enough ink came once, and no other, with its label."""
    images, labels = samples.pixels()
    ink = images.reshape(len(images), -1).sum(axis=1)
    places = np.arange(table.rows) % len(images)
    (expected,) = np.nonzero(ink[places] >= table.least_ink)
    if not np.array_equal(scores.ids, expected):
        cause = f"{len(scores.ids)} rows were scored, not the {len(expected)} that the filter keeps"
        raise RunnerError(cause, "fix the contender's scorer")
    if not np.array_equal(scores.labels, labels[places[expected]]):
        raise RunnerError("rows came back with other labels", "fix the contender's scorer")


def _expected(job: JobSpec, weights: Weights, samples: Samples, ids: IntArray) -> FloatArray:
    """Return what the float64 reference makes of the rows."""
    images, _ = samples.pixels()
    chosen = images[ids % len(images)]
    return Reference(job.model, job.training, weights).predict(as_inputs(chosen, "float64"))
