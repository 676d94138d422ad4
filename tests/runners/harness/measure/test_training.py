"""Epochs are handed out one by one; their clocks run while a network trains, and no longer."""

import time

import numpy as np

from contract.event import EVENT
from runners.harness.contender.weights import canonical_weights
from runners.harness.events import EventLog
from runners.harness.measure.measure import train
from runners.harness.reference.network import Reference
from tests.runners.harness.tiny_jobs import MODEL, TRAINING, tiny_job
from tests.runners.suite_models import batch

SAMPLES = 40
PAUSE_SECONDS = 0.1


def trained(folder, kind=Reference, epochs=3):
    """Return the record of a training by a class of networks."""
    job, samples = tiny_job(epochs=epochs), batch(MODEL, SAMPLES, "float32")
    network = kind(MODEL, TRAINING, canonical_weights(MODEL, 0))
    with EventLog(folder / "events.jsonl", quiet=True) as events:
        return train(network, job, samples, samples, events)


class OwnLoop(Reference):
    """A network with a loop over epochs of its own, which takes its time to begin."""

    def train(self, epochs, count, report):
        first = next(epochs)
        time.sleep(PAUSE_SECONDS)
        report(self.train_epoch(first))
        super().train(epochs, count - 1, report)


def test_every_epoch_has_an_order_of_its_own_drawn_from_the_seed(tmp_path):
    orders = []

    class Noting(Reference):
        def train_epoch(self, epoch):
            orders.append(epoch.order.tolist())
            return super().train_epoch(epoch)

    trained(tmp_path, Noting)
    trained(tmp_path, Noting)

    assert all(sorted(order) == list(range(SAMPLES)) for order in orders)
    assert len({tuple(order) for order in orders}) == 3
    assert orders[:3] == orders[3:]


def test_evaluation_is_no_part_of_the_training_time(tmp_path):
    class SlowToPredict(Reference):
        def predict(self, inputs):
            time.sleep(PAUSE_SECONDS)
            return super().predict(inputs)

    record = trained(tmp_path, SlowToPredict)

    assert record.training.wall_seconds < PAUSE_SECONDS
    assert record.evaluation.seconds >= PAUSE_SECONDS


def test_what_a_loop_needs_to_begin_is_part_of_the_first_epoch(tmp_path):
    first, *others = trained(tmp_path, OwnLoop).history

    assert first.seconds >= PAUSE_SECONDS
    assert max(epoch.seconds for epoch in others) < PAUSE_SECONDS


def test_a_loop_of_a_networks_own_is_called_once_for_all_epochs(tmp_path):
    calls = []

    class Noting(OwnLoop):
        def train(self, epochs, count, report):
            calls.append(count)
            super().train(epochs, count, report)

    assert len(trained(tmp_path, Noting).history) == 3
    assert calls == [3]


def test_a_loop_of_a_networks_own_leaves_the_same_record(tmp_path):
    own, stepped = trained(tmp_path, OwnLoop), trained(tmp_path)

    assert [epoch.model_dump(exclude={"seconds"}) for epoch in own.history] == [
        epoch.model_dump(exclude={"seconds"}) for epoch in stepped.history
    ]
    np.testing.assert_array_equal(own.evaluation.outputs, stepped.evaluation.outputs)


def test_every_epoch_leaves_an_event_as_it_ends(tmp_path):
    record = trained(tmp_path)

    lines = (tmp_path / "events.jsonl").read_text().splitlines()
    told = [event for event in map(EVENT.validate_json, lines) if event.kind == "epoch"]
    assert [(event.epoch, event.seconds) for event in told] == [
        (epoch.epoch, epoch.seconds) for epoch in record.history
    ]
