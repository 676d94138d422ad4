"""A job leaves events and a result, whatever happens to it."""

import json
import os
import resource

import numpy as np
import pytest

from contract.environment import thread_environment
from contract.event import EVENT
from contract.job import Limits
from contract.result import Result
from runners.harness import samples, session
from runners.harness.contender import RunnerError
from runners.harness.pins import memory_limit_bytes
from runners.harness.session import run
from runners.harness.weights import load_weights
from tests.contract.examples import equivalence, job
from tests.runners.harness.numpy_contender import NumpyContender
from tests.runners.harness.test_gate import MODEL, TRAINING


class TinyArrays:
    """Data of the shape of `MODEL`, in place of a data set."""

    def __init__(self):
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
    cpus = tuple(sorted(os.sched_getaffinity(0)))
    return Limits(
        cpus=cpus, threads=len(cpus), memory_bytes=memory_limit_bytes(), timeout_seconds=60
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


@pytest.fixture
def start(monkeypatch, tmp_path):
    """Run a job with a contender of the test's, as if all threads had been pinned."""
    for name, value in thread_environment(granted().threads).items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr(samples, "load", lambda name, root, parts: TinyArrays())

    def start(contender, spec, evidence=None):
        monkeypatch.setattr(session, "create", lambda name: contender)
        return run(spec, tmp_path, evidence or equivalence(), quiet=True)

    return start


def events(folder):
    return [
        EVENT.validate_json(line) for line in (folder / "events.jsonl").read_text().splitlines()
    ]


def test_training_leaves_result_events_and_weights(start, tmp_path):
    result = start(NumpyContender(), tiny_job())

    assert result.status == "ok"
    assert Result.model_validate_json((tmp_path / "result.json").read_bytes()) == result
    assert set(load_weights(tmp_path / "weights.safetensors")) == set(MODEL.weight_shapes())
    kinds = [event.kind for event in events(tmp_path)]
    assert kinds[-1] == "done"
    assert kinds.count("epoch") == 2


def test_metrics_of_a_training_job_agree_with_each_other(start):
    result = start(NumpyContender(), tiny_job())
    metrics = result.metrics

    assert metrics.train_seconds == pytest.approx(sum(metrics.epoch_seconds))
    assert metrics.first_epoch_seconds == metrics.epoch_seconds[0]
    assert len(metrics.predict_100_seconds) == 3
    confusion = np.array(result.confusion_matrix)
    assert confusion.sum() == 120
    assert metrics.test_accuracy == pytest.approx(np.trace(confusion) / 120)
    assert result.history[-1].test_accuracy == metrics.test_accuracy
    assert metrics.peak_memory_bytes >= 20e6


def test_the_same_seed_gives_the_same_training(start):
    first = start(NumpyContender(), tiny_job())
    again = start(NumpyContender(), tiny_job())
    other = start(NumpyContender(), tiny_job(seed=1))

    losses = [[record.train_loss for record in result.history] for result in (first, again, other)]
    assert losses[0] == losses[1]
    assert losses[0] != losses[2]


def test_a_predict_job_trains_nothing_and_says_so(start, tmp_path):
    result = start(NumpyContender(), tiny_job(task="predict"))

    assert result.metrics.train_seconds is None
    assert result.metrics.unmeasured["train_seconds"] == "a predict job does not train"
    assert result.metrics.predict_100_seconds
    assert not (tmp_path / "weights.safetensors").exists()


def test_a_verify_job_measures_nothing_but_the_evidence(start):
    result = start(NumpyContender(), tiny_job(task="verify"))

    assert result.metrics is None
    assert result.equivalence.passed
    assert result.equivalence != equivalence()


def test_a_broken_pin_fails_the_job_and_is_recorded(start):
    result = start(NumpyContender(pools={"numpy": 64}), tiny_job())

    assert result.status == "failed"
    assert "threads: numpy is 64" in result.failure.cause
    assert not result.pins["threads: numpy"].matches


def test_a_memory_limit_that_was_not_set_fails_the_job(start):
    limits = granted().model_copy(update={"memory_bytes": 2**29})

    result = start(NumpyContender(), tiny_job(limits=limits))

    assert "memory_bytes is" in result.failure.cause


def test_a_memory_limit_is_read_back_from_the_kernel(start):
    before = resource.getrlimit(resource.RLIMIT_DATA)
    resource.setrlimit(resource.RLIMIT_DATA, (2**33, before[1]))
    try:
        limits = granted()
        result = start(NumpyContender(), tiny_job(limits=limits))
    finally:
        resource.setrlimit(resource.RLIMIT_DATA, before)

    assert limits.memory_bytes == 2**33
    assert result.pins["memory_bytes"].observed == str(2**33)


def test_a_refusal_of_the_contender_becomes_cause_and_remedy(start, tmp_path):
    refusal = RunnerError("no GPU here", "use --device cpu")

    result = start(NumpyContender(error=refusal), tiny_job())

    assert result.failure.model_dump() == {"cause": "no GPU here", "remedy": "use --device cpu"}
    last = events(tmp_path)[-1]
    assert (last.kind, last.cause) == ("failure", "no GPU here")


def test_running_out_of_memory_is_told_as_such(start):
    result = start(NumpyContender(error=MemoryError()), tiny_job())

    assert result.failure.cause.startswith("out of memory at the limit of")


def test_a_crash_is_recorded_by_its_kind(start, capsys):
    result = start(NumpyContender(error=ZeroDivisionError("division by zero")), tiny_job())

    assert result.failure.cause == "ZeroDivisionError: division by zero"
    assert "Traceback" in capsys.readouterr().err


def test_an_older_result_does_not_survive_the_start(start, tmp_path):
    start(NumpyContender(), tiny_job())
    start(NumpyContender(error=RunnerError("no", "yes")), tiny_job())

    assert json.loads((tmp_path / "result.json").read_text())["status"] == "failed"


def test_the_published_protocol_is_refused_while_no_runner_offers_it(start):
    result = start(NumpyContender(), tiny_job(protocol="published"))

    assert result.failure.cause == "protocol 'published' is not offered"
