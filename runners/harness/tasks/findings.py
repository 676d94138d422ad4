"""What a job comes to know, part by part."""

from dataclasses import dataclass, field

from contract.disturbance import Disturbance, TimedPart
from contract.evidence import Equivalence
from contract.latency import Latency
from contract.meters import Meters
from contract.metrics import EpochRecord, Metrics, UsageSample
from contract.outcomes import Mistake, Scoring, TransferCell
from contract.turns import Turns
from runners.harness.measure.measure import ConfusionMatrix


@dataclass
class Findings:
    """What a job found, by the fields of its result."""

    metrics: Metrics | None = None
    history: tuple[EpochRecord, ...] = ()
    sweep: tuple[EpochRecord, ...] = ()
    confusion_matrix: ConfusionMatrix | None = None
    mean_test_loss: float | None = None
    equivalence: Equivalence | None = None
    defaults: dict[str, str] = field(default_factory=dict)
    usage: tuple[UsageSample, ...] = ()
    meters: Meters | None = None
    disturbances: dict[TimedPart, Disturbance] = field(default_factory=dict)
    latency: Latency | None = None
    transfer: tuple[TransferCell, ...] = ()
    mistakes: tuple[Mistake, ...] = ()
    scoring: Scoring | None = None
    turns: Turns | None = None
