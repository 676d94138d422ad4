"""The thread pools that TensorFlow really starts, and the settings that Keras really has."""

import os
import subprocess
import sys

import pytest

from tests.runners.contender_suite import REPOSITORY

pytestmark = pytest.mark.environment

COUNT_THREADS = """
import os, sys
from runners.tensorflow import runtime
runtime.start("cpu", int(sys.argv[1]), seed=0)
import tensorflow as tf
tf.function(lambda: tf.random.normal((256, 256)) @ tf.random.normal((256, 256)))()
print(len(os.listdir("/proc/self/task")))
"""


TELL_SETTINGS = """
from runners.tensorflow import runtime
runtime.start("cpu", 1, seed=0)
import keras
print(keras.config.floatx(), keras.config.epsilon(), keras.layers.Dense(1).dtype_policy.name)
"""


def threads_of_the_process(pool_size: int) -> int:
    """Return how many threads the kernel sees once TensorFlow has computed something."""
    command = [sys.executable, "-c", COUNT_THREADS, str(pool_size)]
    counted = subprocess.run(command, cwd=REPOSITORY, check=True, capture_output=True, text=True)
    return int(counted.stdout)


def test_both_pools_have_the_size_that_was_set() -> None:
    """TensorFlow repeats what it was told; the kernel counts two pools, 3 threads more each."""
    assert threads_of_the_process(4) - threads_of_the_process(1) == 2 * 3


@pytest.mark.parametrize("settings", ['{"floatx": "float64", "epsilon": 0.1}', '{"epsilon": 1}'])
def test_a_users_settings_of_keras_are_not_a_jobs(tmp_path, settings):
    path = tmp_path / ".keras" / "keras.json"
    path.parent.mkdir()
    path.write_text(settings)
    user = os.environ | {"HOME": str(tmp_path)}
    command = [sys.executable, "-c", TELL_SETTINGS]

    told = subprocess.run(
        command, cwd=REPOSITORY, env=user, check=True, capture_output=True, text=True
    )

    assert told.stdout == "float32 1e-07 float32\n"


def test_keras_leaves_nothing_in_the_users_home(tmp_path):
    user = os.environ | {"HOME": str(tmp_path)}
    command = [sys.executable, "-c", TELL_SETTINGS]

    subprocess.run(command, cwd=REPOSITORY, env=user, check=True, capture_output=True)

    assert not (tmp_path / ".keras").exists()
