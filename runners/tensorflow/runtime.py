"""TensorFlow as a process-wide thing: devices, thread pools, seeds, logs."""

import os

from contract.base import Device
from runners.harness.errors import RunnerError


def start(device: Device, threads: int, seed: int) -> None:
    """Import TensorFlow and Keras, and settle what only can be before their first operation.

    oneDNN and XLA keep TensorFlow's defaults. Raises RunnerError where a GPU is asked for and
    TensorFlow sees none.
    """
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")  # errors; float64 warns at every operator
    os.environ["KERAS_BACKEND"] = "tensorflow"
    # No folder: Keras' own settings, not those of the user's ~/.keras/keras.json, which it writes.
    os.environ["KERAS_HOME"] = os.devnull
    import keras
    import tensorflow as tf

    tf.get_logger().setLevel("ERROR")  # it takes each new network's first trace for a retracing
    gpus = tf.config.list_physical_devices("GPU")
    if device == "cuda" and not gpus:
        raise RunnerError(
            f"TensorFlow {tf.__version__} sees no CUDA device",
            "run with --device cpu, or give the job an NVIDIA GPU with its driver and the packages "
            "of images/tensorflow/requirements-cuda.lock",
        )
    if device == "cpu":
        tf.config.set_visible_devices([], "GPU")
    for gpu in tf.config.get_visible_devices("GPU"):
        tf.config.experimental.set_memory_growth(gpu, True)
    tf.config.threading.set_intra_op_parallelism_threads(threads)
    tf.config.threading.set_inter_op_parallelism_threads(threads)
    keras.config.set_image_data_format("channels_last")
    keras.utils.set_random_seed(seed)  # of Python, NumPy and TensorFlow
