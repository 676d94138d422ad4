"""What TensorFlow traces, and when."""

import numpy as np
import pytest

from runners.harness.contender.network import Epoch
from runners.harness.contender.weights import canonical_weights
from runners.tensorflow.contender import create
from tests.runners.contender_suite import SMALL_CNN, THREADS, TRAINING, batch

pytestmark = pytest.mark.environment


def test_no_batch_is_traced_anew() -> None:
    """A full batch, a ragged one and a single step share one trace; tracing takes seconds."""
    from runners.tensorflow.network import TensorFlowNetwork

    contender = create()
    contender.configure("cpu", THREADS, seed=0)
    network = contender.build(SMALL_CNN, TRAINING, canonical_weights(SMALL_CNN, 0), "float32")
    assert isinstance(network, TensorFlowNetwork)
    inputs, labels = batch(SMALL_CNN, 13, "float32")
    network.train_epoch(Epoch(inputs, labels, np.arange(13), 8, lambda _done: None))
    network.train_step(inputs, labels)
    assert network._step_on.experimental_get_tracing_count() == 1
    for samples in (1, 5, 13):
        network.predict(inputs[:samples])
    assert network._outputs.experimental_get_tracing_count() == 1


def test_what_is_only_interpreted_is_not_traced() -> None:
    import tensorflow as tf

    from runners.tensorflow.network import TensorFlowNetwork

    contender = create()
    contender.configure("cpu", THREADS, seed=0)
    contender.interpret()
    try:
        network = contender.build(SMALL_CNN, TRAINING, canonical_weights(SMALL_CNN, 0), "float32")
        assert isinstance(network, TensorFlowNetwork)
        network.train_step(*batch(SMALL_CNN, 5, "float32"))
        assert network._step_on.experimental_get_tracing_count() == 0
    finally:
        tf.config.run_functions_eagerly(False)
