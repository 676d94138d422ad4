"""Jobs that take no time, and their data."""

import os

import numpy as np

from contract.job import Limits
from contract.training import SGD, Training
from data.manifest import ARRAYS_VERIFIED
from host.group_limits import cpu_quota
from runners.harness.job.pins import memory_limit_bytes
from tests.contract.examples import equivalence, job
from tests.runners.suite_models import (
    FLATTEN,
    REGRESSION,
    RELU,
    SQUARED,
    conv,
    dense,
    network,
)

MODEL = network((6, 6, 1), conv("conv1", 3, 3), RELU, FLATTEN, dense("dense1", 4))
TRAINING = Training(
    loss="softmax_cross_entropy", optimizer=SGD(type="sgd", learning_rate=0.1), batch_size=8
)
PROOF = equivalence()


class TinyArrays:
    """Data of the shape of `MODEL`, in place of a data set."""

    def __init__(self, verification=ARRAYS_VERIFIED):
        self.verification = verification
        random = np.random.default_rng(5)
        self.parts = {
            "train_images": random.integers(0, 256, (400, 6, 6, 1), dtype=np.uint8),
            "train_labels": random.integers(0, 4, 400, dtype=np.uint8),
            "test_images": random.integers(0, 256, (120, 6, 6, 1), dtype=np.uint8),
            "test_labels": random.integers(0, 4, 120, dtype=np.uint8),
        }
        self.test_images = self.parts["test_images"]
        self.sha256 = dict.fromkeys(self.parts, "0" * 64)


def granted():
    cpus, quota = tuple(sorted(os.sched_getaffinity(0))), cpu_quota()
    return Limits(
        cpus=cpus,
        cpu_quota=quota.cpus if quota else None,
        threads=len(cpus),
        memory_bytes=memory_limit_bytes(),
        timeout_seconds=60,
    )


def tiny_job(**changes):
    values = {
        "model": MODEL,
        "training": TRAINING,
        "epochs": 2,
        "predict_repeats": 3,
        "limits": granted(),
    }
    return job(**(values | changes))


def regression_job(**changes):
    model = REGRESSION.model_dump()
    values = {"dataset": "petrol-consumption", "model": model, "training": SQUARED}
    return tiny_job(**(values | changes))
