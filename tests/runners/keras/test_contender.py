"""Keras against the reference; see `contender_suite` for what is asked of it."""

from tests.runners.contender_suite import ContenderSuite


class TestKeras(ContenderSuite):
    folder = "keras"
    framework = "keras"

    @staticmethod
    def cuda_is_available() -> bool:
        import tensorflow as tf

        return bool(tf.config.list_physical_devices("GPU"))
