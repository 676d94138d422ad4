"""How much of a study's workloads each profile runs."""

from contract.base import Record
from contract.numbers import MOST_REPEATS, BlocksOrNone, Count, CountOrNone, Repeats, Seconds


class ProfileScale(Record):
    """How much of the workloads a profile runs."""

    epochs: Count
    repeats: Repeats
    published_repeats: CountOrNone
    """Blocks, of those, that run the published protocol too."""
    other_repeats: BlocksOrNone = MOST_REPEATS
    """Blocks, of those, that contenders take part in which the study does not compare."""
    train_samples: Count | None = None
    test_samples: Count | None = None
    predict_repeats: Count = 30
    latency_seconds: Seconds = 0.1
    """How long predictions of one batch size are timed where latency is measured."""
    rows: Count | None = None
    """Of the table that a score job scans."""
    sweep_epochs: Count | None = None
    """Of a sweep's longest training; None: as many as a training has."""
    turn_blocks: BlocksOrNone = 12
    """Blocks in which the contenders take turns, where the workload has them; a run leaves out
    those that can settle nothing."""
    turn_rounds: Count = 4
    """Of each of those blocks; a round has a turn of every action and contender. What differs from
    block to block is more than what differs within: so few rounds, and many blocks."""
    timeout_seconds: Seconds = 1800
    note: str = ""
    """Why these numbers, where the paper does not give them."""


class ProfileScaleChange(Record):
    """What is other than the study's scale; None leaves it."""

    epochs: Count | None = None
    repeats: Repeats | None = None
    published_repeats: CountOrNone | None = None
    other_repeats: BlocksOrNone | None = None
    train_samples: Count | None = None
    test_samples: Count | None = None
    predict_repeats: Count | None = None
    latency_seconds: Seconds | None = None
    rows: Count | None = None
    sweep_epochs: Count | None = None
    turn_blocks: BlocksOrNone | None = None
    turn_rounds: Count | None = None
    timeout_seconds: Seconds | None = None
    note: str | None = None
    omitted_because: str = ""
    """Why the profile does not run the workload at all."""


OF_A_TRAINING = ("epochs", "train_samples", "test_samples")
"""What a training's accuracy depends on."""
