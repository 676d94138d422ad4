"""TensorFlow against the reference; see `contender_suite` for what is asked of it."""

from tests.runners.contender_suite import ContenderSuite
from tests.runners.suite_checks import kinds_in


class TestTensorFlow(ContenderSuite):
    folder = "tensorflow"
    framework = "tensorflow"

    @staticmethod
    def cuda_is_available() -> bool:
        import tensorflow as tf

        return bool(tf.config.list_physical_devices("GPU"))

    @staticmethod
    def registered_layers() -> set[str]:
        from runners.tensorflow.layers import connect

        return kinds_in(connect)
