"""What every contender on TensorFlow shares, whatever loop it brings."""

from abc import abstractmethod
from collections.abc import Callable, Mapping
from typing import Any

from contract.base import Device, Precision, Protocol
from contract.model import Model
from contract.training import Adam, Training
from runners.harness.contender.contender import Contender, refuse_defects
from runners.harness.contender.network import Network, Weights
from runners.harness.contender.published_numbers import PublishedNumbers
from runners.tensorflow import runtime

_NO_DEFECTS = "Keras' losses bring targets to the shape of the outputs"

LAYER_AND_OPTIMIZER_DEFAULTS: Mapping[str, str] = {
    "initialisation": "kernels glorot_uniform, biases 0",
    "adam": "β₁ = 0.9, β₂ = 0.999, ε = 1e-7 on the uncorrected root",
    "weight decay": "decoupled: w ← w − η·λ·w beside the step, gradients left alone",
    "batch norm": "momentum 0.99, ε = 1e-3; moving variance without Bessel's correction",
    "tf32": "on, where the GPU has it",
}
"""What Keras and TensorFlow do unless told, in every loop."""


class OnTensorFlow(Contender):
    """A contender whose layers and optimizers are Keras', and whose operators are TensorFlow's."""

    published_numbers = PublishedNumbers(
        norm_momentum=0.99,
        norm_epsilon=1e-3,
        adam=Adam(type="adam", learning_rate=1e-3, beta_1=0.9, beta_2=0.999, epsilon=1e-7),
        decay_is_decoupled=True,
    )

    @abstractmethod
    def loop(self, protocol: Protocol) -> Callable[[Any, Training, Any], Network]:
        """Return what makes a network of a `NamedModel`, a training and a Keras optimizer."""

    def configure(self, device: Device, threads: int, seed: int) -> None:
        """Start TensorFlow; RunnerError where a GPU is asked for and there is none."""
        runtime.start(device, threads, seed)

    def interpret(self) -> None:
        """Trace nothing: TensorFlow takes seconds to make the graphs of many small networks."""
        import tensorflow as tf

        tf.config.run_functions_eagerly(True)

    def thread_pools(self) -> dict[str, int]:
        """Return the pools within and between operators; 0: TensorFlow chooses by itself."""
        import tensorflow as tf

        return {
            "tf_intra_op": tf.config.threading.get_intra_op_parallelism_threads(),
            "tf_inter_op": tf.config.threading.get_inter_op_parallelism_threads(),
        }

    def gpu(self) -> str | None:
        """Return the name of the first GPU that TensorFlow uses; None on a CPU."""
        import tensorflow as tf

        gpus = tf.config.get_visible_devices("GPU")
        if not gpus:
            return None
        details = tf.config.experimental.get_device_details(gpus[0])
        return str(details.get("device_name", gpus[0].name))

    def build(
        self, model: Model, training: Training, weights: Weights, precision: Precision
    ) -> Network:
        """Build the network; its functions are traced when they are first called.

        TF32 is off, so that float32 means float32. Raises RunnerError where a defect is asked for.
        """
        import tensorflow as tf

        from runners.tensorflow.layers import LayerOptions
        from runners.tensorflow.model import NamedModel
        from runners.tensorflow.optimizers import make_optimizer

        refuse_defects(training, _NO_DEFECTS)
        tf.config.experimental.enable_tensor_float_32_execution(False)
        named = NamedModel(model, LayerOptions(precision))
        named.load(weights)
        return self.loop("matched")(named, training, make_optimizer(training.optimizer, precision))

    def build_published(self, model: Model, training: Training, seed: int) -> Network:
        """Build the network as a user of Keras' layers does; RunnerError as for `build`."""
        import keras
        import tensorflow as tf

        from runners.tensorflow.layers import LayerOptions
        from runners.tensorflow.model import NamedModel
        from runners.tensorflow.optimizers import make_published_optimizer

        refuse_defects(training, _NO_DEFECTS)
        tf.config.experimental.enable_tensor_float_32_execution(True)
        keras.utils.set_random_seed(seed)
        named = NamedModel(model, LayerOptions("float32", own_batch_norm=True))
        return self.loop("published")(named, training, make_published_optimizer(training.optimizer))
