"""What a training or a prediction measured of itself."""

from typing import Annotated

from pydantic import Field, NonNegativeFloat, NonNegativeInt, PositiveInt

from contract.base import Record
from contract.metric import BYTES, SECONDS, Measured, MeasuredBy, Metric, NeededBy

Share = Annotated[float, Field(ge=0, le=1)]

_BY_TRAINING = NeededBy(("train",))
_BY_BOTH = NeededBy(("train", "predict"))
_IN_TRAINING = MeasuredBy(("train",))
_ACCURACY = Metric("share", "higher", "difference")
_TEST_ACCURACY = Metric("share", "higher", "difference", of_test_samples=True)
_LOSS = Metric("", "lower", "difference")


class Metrics(Measured):
    """The measured numbers; `unmeasured` gives the reason for each that is None."""

    train_seconds: Annotated[NonNegativeFloat | None, SECONDS, _BY_TRAINING] = None
    """Training alone: the sum of `epoch_seconds`, without evaluation."""
    first_epoch_seconds: Annotated[NonNegativeFloat | None, SECONDS, _BY_TRAINING] = None
    first_epoch_excess_seconds: Annotated[
        float | None, Metric("s", "lower", "difference"), _IN_TRAINING
    ] = None
    """First epoch minus `steady_epoch_seconds` (S5's "first epoch over average"); None after a
    single epoch."""
    steady_epoch_seconds: Annotated[NonNegativeFloat | None, SECONDS, _IN_TRAINING] = None
    """Mean of the epochs after the first (S5: "the first epoch is skipped"); None after a single
    epoch."""
    epoch_seconds: Annotated[tuple[NonNegativeFloat, ...], SECONDS, _BY_TRAINING] = ()
    evaluate_seconds: Annotated[NonNegativeFloat | None, SECONDS, _BY_TRAINING] = None
    """Logits, loss and accuracy over the whole test set, after the last epoch."""
    test_accuracy: Annotated[Share | None, _TEST_ACCURACY, _IN_TRAINING] = None
    """After the last epoch; None for a regression, as every accuracy."""
    test_loss: Annotated[float | None, _LOSS, _BY_TRAINING] = None
    """After the last epoch; of a regression, the mean squared error."""
    best_test_accuracy: Annotated[Share | None, _TEST_ACCURACY, _IN_TRAINING] = None
    """The highest of all epochs."""
    train_accuracy: Annotated[Share | None, _ACCURACY, _IN_TRAINING] = None
    """As the last epoch's training saw it."""
    train_loss: Annotated[float | None, _LOSS, _BY_TRAINING] = None
    """As the last epoch's training saw it, each batch before its update."""
    predict_100_seconds: Annotated[tuple[NonNegativeFloat, ...], SECONDS, _BY_BOTH] = ()
    """One sample per timed call on `predict_samples` images, after one call that is not counted."""
    predict_100_first_seconds: Annotated[NonNegativeFloat | None, SECONDS, _BY_BOTH] = None
    """The call that is not counted: tracing, lazy kernels, allocation."""
    peak_memory_bytes: Annotated[NonNegativeInt | None, BYTES] = None
    """Peak resident memory of the runner's process over the whole job (the kernel's VmHWM)."""
    inference_peak_memory_bytes: Annotated[NonNegativeInt | None, BYTES] = None
    """Largest resident memory that memory_profiler saw during the predictions (S2's measure)."""
    cgroup_peak_memory_bytes: Annotated[NonNegativeInt | None, BYTES] = None
    """Peak of the job's own control group, page cache included."""
    cpu_seconds: Annotated[NonNegativeFloat | None, SECONDS, _BY_TRAINING] = None
    """User and system time of the process during the timed training."""
    cpu_percent: Annotated[
        NonNegativeFloat | None, Metric("%", "higher", "difference"), _BY_TRAINING
    ] = None
    """`cpu_seconds` over wall time and CPUs: 100 means that every pinned CPU was busy."""
    gpu_percent: Annotated[
        NonNegativeFloat | None, Metric("%", "higher", "difference"), _IN_TRAINING
    ] = None
    """Mean utilisation of the GPU during training, by NVML."""
    gpu_peak_memory_bytes: Annotated[NonNegativeInt | None, BYTES] = None
    """Largest memory in use on the GPU during the job, by NVML."""
    import_seconds: Annotated[NonNegativeFloat | None, SECONDS, _BY_BOTH] = None
    """Time to import the framework."""
    build_seconds: Annotated[NonNegativeFloat | None, SECONDS, _BY_BOTH] = None
    """Time to build the network and load the canonical weights."""


class EpochRecord(Record):
    """One row of the learning curve."""

    epoch: PositiveInt
    seconds: NonNegativeFloat
    train_loss: Annotated[float, _LOSS]
    """Mean over the epoch's batches, each before its update."""
    train_accuracy: Annotated[Share | None, _ACCURACY]
    """None for a regression."""
    test_loss: Annotated[float, _LOSS]
    test_accuracy: Annotated[Share | None, _TEST_ACCURACY]
    """None for a regression."""


class UsageSample(Record):
    """What the job used at one moment, seen by a process beside it."""

    elapsed_seconds: NonNegativeFloat
    """Since the job's training (or prediction) began."""
    cpu_percent: NonNegativeFloat
    """Since the sample before, over the pinned CPUs: 100 means that all were busy."""
    memory_bytes: NonNegativeInt
    """Resident memory of the runner's process."""
    gpu_percent: NonNegativeFloat | None = None
    """None on a CPU, and from where the GPU's instrument failed."""
    gpu_memory_bytes: NonNegativeInt | None = None
    """None likewise."""
