"""The thread pools that TensorFlow really starts."""

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


def threads_of_the_process(pool_size: int) -> int:
    """Return how many threads the kernel sees once TensorFlow has computed something."""
    command = [sys.executable, "-c", COUNT_THREADS, str(pool_size)]
    counted = subprocess.run(command, cwd=REPOSITORY, check=True, capture_output=True, text=True)
    return int(counted.stdout)


def test_both_pools_have_the_size_that_was_set() -> None:
    """TensorFlow repeats what it was told; the kernel counts two pools, 3 threads more each."""
    assert threads_of_the_process(4) - threads_of_the_process(1) == 2 * 3
