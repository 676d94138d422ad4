"""A job leaves events and a result, whatever happens to it."""

import json
import resource
import sys
import time
from pathlib import Path

import numpy as np
import pytest

from contract.event import EVENT
from contract.evidence import DIVERGED
from contract.memory_size import readable_size
from contract.result import Result
from contract.training import SGD
from contract.untrusted import read_record
from host.group_limits import CpuQuota
from runners.harness.contender.weights import load_weights
from runners.harness.errors import RunnerError
from runners.harness.job import pins
from runners.harness.job.summary import summarise
from runners.harness.measure import metrics as measure_metrics
from runners.harness.measure.measure import evaluation_batch_size
from runners.harness.reference.network import Reference
from runners.harness.tasks import samples, tasks
from tests.contract.examples import equivalence
from tests.runners.harness.numpy_contender import NumpyContender
from tests.runners.harness.tiny_jobs import (
    MODEL,
    TRAINING,
    TinyArrays,
    granted,
    regression_job,
    tiny_job,
)
from tests.runners.suite_models import network


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


@pytest.mark.parametrize("observed", [None, CpuQuota(0.5, Path("/group"))])
def test_a_cpu_quota_that_is_not_the_jobs_fails_it(start, monkeypatch, observed):
    monkeypatch.setattr(pins, "cpu_quota", lambda: observed)
    limits = granted().model_copy(update={"cpu_quota": 1.0})

    result = start(NumpyContender(), tiny_job(limits=limits))

    told = "none" if observed is None else "0.50"
    assert f"cpu_quota is {told}, not 1.00" in result.failure.cause


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (MemoryError(), "MemoryError"),
        (RuntimeError("std::bad_alloc"), "RuntimeError: std::bad_alloc"),
        (RuntimeError("in the graph:\nOOM when allocating a tensor\nhint"), "OOM when allocating"),
    ],
)
def test_running_out_of_memory_is_told_with_the_limit_and_the_line_that_says_so(start, error, said):
    result = start(NumpyContender(error=error), tiny_job())

    limit = readable_size(granted().memory_bytes)
    assert result.failure.cause.startswith(f"out of memory at the limit of {limit}: {said}")
    assert result.failure.remedy.startswith("raise --memory")


def test_a_crash_is_recorded_by_its_kind(start, capsys):
    result = start(NumpyContender(error=ZeroDivisionError("division by zero")), tiny_job())

    assert result.failure.cause == "ZeroDivisionError: division by zero"
    assert "Traceback" in capsys.readouterr().err


def test_an_older_result_does_not_survive_the_start(start, tmp_path):
    start(NumpyContender(), tiny_job())
    start(NumpyContender(error=RunnerError("no", "yes")), tiny_job())

    assert json.loads((tmp_path / "result.json").read_text())["status"] == "failed"


def test_a_published_job_needs_no_proof_and_tells_its_defaults(start, monkeypatch):
    def gate(*_):
        raise AssertionError("nothing published goes through the gate")

    monkeypatch.setattr(tasks, "verify_apart", gate)

    result = start(NumpyContender(), tiny_job(protocol="published"), evidence=None)

    assert result.status == "ok"
    assert result.equivalence is None
    assert result.defaults == NumpyContender.published_defaults
    assert result.metrics.train_seconds > 0


def test_a_matched_job_leaves_nothing_to_the_framework(start):
    assert start(NumpyContender(), tiny_job()).defaults == {}


def test_a_matched_job_without_evidence_proves_itself_first(start, monkeypatch):
    monkeypatch.setattr(tasks, "verify_apart", lambda job, folder: equivalence(error=1.0))

    result = start(NumpyContender(), tiny_job(), evidence=None)

    assert result.status == "ok"
    assert not result.equivalence.passed


@pytest.mark.parametrize(
    ("protocol", "task"), [("published", "verify"), ("published", "mistakes"), ("matched", "sweep")]
)
def test_a_protocol_refuses_what_it_does_not_offer(start, protocol, task):
    result = start(NumpyContender(), tiny_job(protocol=protocol, task=task))

    assert result.failure.cause == f"the {protocol} protocol has no {task} job"


def test_a_sweep_trains_a_new_network_for_each_number_of_epochs(start, monkeypatch):
    seeds = []
    build = NumpyContender.build_published

    def noted(contender, model, training, seed):
        seeds.append(seed)
        return build(contender, model, training, seed)

    monkeypatch.setattr(NumpyContender, "build_published", noted)
    job = tiny_job(protocol="published", task="sweep", epochs=3, seed=7)
    result = start(NumpyContender(), job)

    assert seeds == [8, 9, 10]
    assert [training.epoch for training in result.sweep] == [1, 2, 3]
    assert (result.metrics, result.history) == (None, ())


@pytest.mark.parametrize("metric", ["first_epoch_excess_seconds", "steady_epoch_seconds"])
def test_what_needs_a_second_epoch_says_so_after_one(start, metric):
    metrics = start(NumpyContender(), tiny_job(epochs=1)).metrics

    assert getattr(metrics, metric) is None
    assert metrics.unmeasured[metric] == "a single epoch: none followed the first"


def test_the_first_epoch_is_set_against_the_mean_of_the_others(start):
    metrics = start(NumpyContender(), tiny_job(epochs=3)).metrics

    first, second, third = metrics.epoch_seconds
    steady = (second + third) / 2
    assert metrics.steady_epoch_seconds == pytest.approx(steady)
    assert metrics.first_epoch_excess_seconds == pytest.approx(first - steady)


def test_the_best_epoch_is_kept_beside_the_last(start):
    result = start(NumpyContender(), tiny_job(epochs=4))

    last = result.history[-1]
    accuracies = [record.test_accuracy for record in result.history]
    assert result.metrics.best_test_accuracy == max(accuracies)
    assert result.metrics.train_accuracy == last.train_accuracy
    assert result.metrics.train_loss == last.train_loss


def test_logits_are_those_of_the_weights_beside_them(start, tmp_path):
    result = start(NumpyContender(), tiny_job())

    logits = np.load(tmp_path / "logits.npy")
    reference = Reference(MODEL, TRAINING, load_weights(tmp_path / "weights.safetensors"))
    data = TinyArrays()
    np.testing.assert_allclose(logits, reference.predict(data.test_images / 255), atol=1e-5)
    right = (logits.argmax(axis=1) == data.parts["test_labels"]).mean()
    assert result.metrics.test_accuracy == pytest.approx(right)


def test_training_that_diverges_is_told_as_such(start):
    wild = TRAINING.model_copy(update={"optimizer": SGD(type="sgd", learning_rate=1e38)})

    with np.errstate(all="ignore"):
        result = start(NumpyContender(), tiny_job(training=wild))

    assert result.failure.cause.startswith("training diverged in epoch 1")


def test_a_regression_has_errors_and_no_classes(start):
    result = start(NumpyContender(), regression_job())

    metrics = result.metrics
    assert metrics.test_loss == result.history[-1].test_loss
    for name in ("test_accuracy", "best_test_accuracy", "train_accuracy"):
        assert getattr(metrics, name) is None
        assert metrics.unmeasured[name] == "a regression has no classes"
    assert result.confusion_matrix is None
    assert result.mean_test_loss == pytest.approx(2.0934, abs=1e-4)
    assert "mean square" in summarise(result)


def test_a_regression_predicts_as_many_samples_as_were_asked_for():
    """The table has ten test rows; they come again."""
    inputs = samples.load_samples(regression_job(task="predict", predict_samples=25)).to_predict()

    assert inputs.shape == (25, 4)
    np.testing.assert_array_equal(inputs[:5], inputs[20:])


def test_a_predict_job_is_watched_while_it_predicts(start):
    result = start(NumpyContender(), tiny_job(task="predict"))

    assert result.usage
    assert result.usage[-1].elapsed_seconds <= 2


def test_instruments_watch_training_and_prediction_and_nothing_else(start):
    trained, predicted, verified = (
        start(NumpyContender(), tiny_job(task=task)) for task in ("train", "predict", "verify")
    )

    assert trained.meters.tree_peak_memory_bytes > 10**6
    assert predicted.meters.watch_seconds >= 1
    assert verified.meters is None


def test_what_happened_beside_each_timed_part_is_told(start):
    trained = start(NumpyContender(), tiny_job())
    predicted = start(NumpyContender(), tiny_job(task="predict"))
    verified = start(NumpyContender(), tiny_job(task="verify"))

    assert set(trained.disturbances) == {"train", "predict"}
    assert set(predicted.disturbances) == {"predict"}
    assert predicted.disturbances["predict"].wall_seconds >= 1
    assert predicted.disturbances["predict"].foreign_cpu_share is not None
    assert verified.disturbances == {}


@pytest.mark.parametrize("task", ["train", "predict"])
def test_samplers_that_fail_cost_a_job_nothing_but_their_numbers(
    start, monkeypatch, tmp_path, task
):
    monkeypatch.setattr(sys, "executable", "/bin/false")

    result = start(NumpyContender(), tiny_job(task=task))

    assert read_record(tmp_path / "result.json", Result).is_ok
    assert "ended with exit code 1" in result.metrics.unmeasured["inference_peak_memory_bytes"]
    assert "ended with exit code 1" in result.meters.unmeasured["tree_peak_memory_bytes"]
    assert result.usage == ()


def test_a_control_group_that_cannot_be_read_is_the_reason(start, monkeypatch):
    def unreadable():
        raise OSError(19, "No such device")

    monkeypatch.setattr(measure_metrics, "job_group", unreadable)

    measured = start(NumpyContender(), tiny_job()).metrics

    assert "No such device" in measured.unmeasured["cgroup_peak_memory_bytes"]


def test_what_is_checked_before_the_import_is_not_part_of_its_time(start):
    class Careful(NumpyContender):
        def check(self):
            time.sleep(0.3)

    assert start(Careful(), tiny_job()).metrics.import_seconds < 0.3


@pytest.mark.parametrize("logit", [np.nan, 1e299, 9e300, 9e307])
def test_a_diverged_contenders_gate_can_be_read_again(start, tmp_path, logit):
    """Over logits below 1, a distance is larger than it was: more than what can be stored."""

    def diverged(network):
        predict = network.predict
        network.predict = lambda inputs: np.full_like(predict(inputs), logit, dtype=np.float64)
        return network

    start(NumpyContender(diverged), tiny_job(task="verify"))

    result = read_record(tmp_path / "result.json", Result)
    assert not result.equivalence.passed
    errors = [check.error for case in result.equivalence.cases for check in case.checks]
    assert max(errors) <= DIVERGED
    assert max(errors) >= 1e299


def test_a_predict_job_times_other_batch_sizes_too(start):
    spec = tiny_job(task="predict", latency_seconds=0.01)

    latency = start(NumpyContender(), spec).latency

    sizes = [batch.batch_size for batch in latency.batches]
    assert {1, spec.predict_samples, latency.best_batch_size} <= set(sizes)
    assert start(NumpyContender(), tiny_job()).latency is None


def test_a_transfer_evaluates_what_another_job_left(start, tmp_path):
    trained = start(NumpyContender(), tiny_job())
    given = tmp_path / "given" / "other"
    given.mkdir(parents=True)
    for name in ("weights.safetensors", "logits.npy"):
        (tmp_path / name).rename(given / name)

    result = start(NumpyContender(), tiny_job(task="transfer", transfer_from=("other",)))

    (cell,) = result.transfer
    assert cell.trained_by == "other"
    assert cell.accuracy == cell.trained_accuracy == trained.metrics.test_accuracy
    assert result.metrics is None
    assert "weights of  other" in summarise(result)


def test_mistakes_are_made_and_summed_up(start):
    result = start(NumpyContender(), tiny_job(task="mistakes"))

    assert {"wrong_shape", "nan_input"} <= {mistake.kind for mistake in result.mistakes}
    assert "of 4 points" in summarise(result)


def test_dear_networks_are_evaluated_in_smaller_batches():
    wide = network((200, 200, 16), {"type": "flatten"}, {"type": "dense", "name": "d", "units": 2})

    assert evaluation_batch_size(MODEL) == 1000
    assert 50 <= evaluation_batch_size(wide) < 100
