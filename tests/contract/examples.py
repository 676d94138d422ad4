"""Whole records, as a run would leave them."""

from datetime import datetime, timezone
from pathlib import Path

from contract.contender import ContenderInfo
from contract.disturbance import Disturbance
from contract.evidence import Check, Equivalence, EvidenceCase
from contract.fingerprint import Fingerprint, HostInfo, Software
from contract.job import JobSpec, Limits
from contract.layers import layer_kinds
from contract.meters import Meters
from contract.metric import metrics_of
from contract.metrics import EpochRecord, Metrics
from contract.outcomes import Mistake, Scoring, TransferCell
from contract.result import Failure, Pin, Result
from contract.study import load_study
from contract.turns import Turn, Turns

STUDY_FILE = Path(__file__).parents[2] / "studies" / "s2-mnist.toml"
MOMENT = datetime(2026, 1, 1, tzinfo=timezone.utc)


def contender_info(**changes):
    values = {
        "name": "pytorch",
        "title": "PyTorch",
        "environment": "pytorch",
        "image": "pytorch",
        "description": "-",
        "source": ("runners/pytorch",),
        "abilities": {"layers": tuple(layer_kinds())},
    }
    return ContenderInfo(**values | changes)


def job(**changes):
    workload = load_study(STUDY_FILE).workload("mnist-cnn")
    values = {
        "study": "s2",
        "workload": "mnist-cnn",
        "contender": "pytorch",
        "protocol": "matched",
        "task": "train",
        "device": "cpu",
        "seed": 0,
        "repeat": 1,
        "dataset": workload.dataset,
        "model": workload.model,
        "training": workload.training,
        "epochs": 1,
        "limits": Limits(cpus=(0, 1), threads=2, memory_bytes=2**30, timeout_seconds=60),
        "data_dir": "/data",
    }
    return JobSpec.model_validate(values | changes)


def fingerprint():
    return Fingerprint(
        host=HostInfo(
            cpu_model="A processor",
            cpu_flags=("avx2",),
            logical_cpus=2,
            governor=None,
            memory_bytes=2**34,
            kernel="6.1",
            operating_system="Debian",
        ),
        software=Software(python="3.11", packages={"numpy": "2.2"}, environment_variables={}),
        engine="local",
        image_digest=None,
        lock_sha256="0" * 64,
        data_sha256={"test_images": "1" * 64},
        source_commit=None,
        source_dirty=None,
        gpu=None,
    )


def equivalence(error=1e-8):
    check = Check(
        kind="forward_logits",
        error=error,
        measure="max_abs",
        tolerance=1e-6,
        worst="logits",
        passed=error <= 1e-6,
    )
    case = EvidenceCase(optimizer="sgd", precision="float32", checks=(check,))
    return Equivalence(passed=case.passed, batch_size=32, steps=10, cases=(case,))


def unwatched():
    return Meters(unmeasured=dict.fromkeys(metrics_of(Meters), "nobody watched"))


def disturbance(**changes):
    """What happened beside an undisturbed sample, but for the changes."""
    quiet = {"wall_seconds": 1.0, "foreign_cpu_share": 0.01, "throttled_seconds": 0.0}
    return Disturbance.model_validate({"involuntary_switches": 3} | quiet | changes)


def trained_result(**changes):
    measured = {
        "train_seconds": 12.5,
        "first_epoch_seconds": 12.5,
        "epoch_seconds": (12.5,),
        "evaluate_seconds": 0.4,
        "test_accuracy": 0.5,
        "test_loss": 0.9,
        "best_test_accuracy": 0.5,
        "train_accuracy": 0.4,
        "train_loss": 1.0,
        "predict_100_seconds": (0.01, 0.011),
        "predict_100_first_seconds": 0.02,
        "peak_memory_bytes": 500_000_000,
        "inference_peak_memory_bytes": 400_000_000,
        "cpu_seconds": 20.0,
        "cpu_percent": 80.0,
        "import_seconds": 1.0,
        "build_seconds": 0.1,
    }
    unmeasured = dict.fromkeys(metrics_of(Metrics).keys() - measured, "one epoch on a CPU")
    values = {
        "status": "ok",
        "job": job().identity,
        "started": MOMENT,
        "finished": MOMENT,
        "metrics": Metrics.model_validate(measured | {"unmeasured": unmeasured}),
        "history": (
            EpochRecord(
                epoch=1,
                seconds=12.5,
                train_loss=1.0,
                train_accuracy=0.4,
                test_loss=0.9,
                test_accuracy=0.5,
            ),
        ),
        "confusion_matrix": ((5, 5), (5, 5)),
        "meters": unwatched(),
        "equivalence": equivalence(),
        "pins": {"cpus": Pin(requested="0,1", observed="0,1", matches=True)},
        "fingerprint": fingerprint(),
    }
    return Result.model_validate(values | changes)


def scoring(**changes):
    values = {
        "rows": 1000,
        "table_bytes": 240_000,
        "selected": 700,
        "right": 70,
        "predicted": (300, 400),
        "largest_logit_difference": 4e-7,
        "compared": 200,
        "first_seconds": 0.5,
        "scan_seconds": (0.25, 0.2, 0.4),
        "drivers": 2,
        "way": "one plan",
        "scan_peak_memory_bytes": 400_000_000,
    }
    return Scoring.model_validate(values | changes)


def turn(number=1, action="step", call_seconds=0.01, foreign_cpu_share=0.0, calls=40):
    seconds = calls * call_seconds
    return Turn(
        round=number,
        action=action,
        calls=calls,
        seconds=seconds,
        cpu_seconds=2 * seconds,
        disturbance=disturbance(wall_seconds=seconds, foreign_cpu_share=foreign_cpu_share),
    )


def turns(*taken):
    first_seconds = {"step": 0.5, "predict_100": 0.2, "predict_1": 0.1}
    return Turns.of(first_seconds, taken or [turn(action=action) for action in first_seconds])


def untimed_result(identity, **changes):
    """An ok result of a task that does not train, with no more than the task needs."""
    cell = TransferCell(
        trained_by="keras",
        accuracy=0.5,
        trained_accuracy=0.5,
        largest_logit_difference=3e-6,
        samples=1000,
    )
    mistake = Mistake(
        kind="wrong_shape",
        raised=True,
        stage="run",
        error_type="ValueError",
        message="expected 28, got 27",
        names_layer=False,
        names_expected=True,
        names_found=True,
        score=3,
    )
    needed = {
        "verify": {"equivalence": equivalence()},
        "transfer": {"transfer": (cell,)},
        "mistakes": {"mistakes": (mistake, mistake)},
        "score": {"scoring": scoring()},
        "sweep": {"sweep": trained_result().history},
        "turns": {"turns": turns()},
    }
    without = {"metrics": None, "meters": None, "history": (), "confusion_matrix": None}
    found = without | {"equivalence": None} | needed[identity.task]
    return trained_result(**{"job": identity} | found | changes)


def failed_result():
    return Result(
        status="failed",
        job=job().identity,
        started=MOMENT,
        finished=MOMENT,
        failure=Failure(cause="out of memory", remedy="raise --memory"),
    )
