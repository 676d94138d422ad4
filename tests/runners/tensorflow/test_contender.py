"""TensorFlow against the reference; see `contender_suite` for what is asked of it."""

from tests.runners.contender_suite import ContenderSuite


class TestTensorFlow(ContenderSuite):
    folder = "tensorflow"
    framework = "tensorflow"

    @staticmethod
    def cuda_is_available() -> bool:
        import tensorflow as tf

        return bool(tf.config.list_physical_devices("GPU"))
