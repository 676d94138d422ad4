"""The numbers that the published protocol leaves to a framework."""

from dataclasses import dataclass

from contract.layers import Layer
from contract.layers.batch_norm import BatchNorm
from contract.model import Model
from contract.training import Adam, Optimizer


@dataclass(frozen=True)
class PublishedNumbers:
    """What `build_published` puts in the place of the study's numbers; None: nothing."""

    norm_momentum: float | None = None
    """Share of its moving averages that a batch norm keeps."""
    norm_epsilon: float | None = None
    moving_variance_is_unbiased: bool = False
    """Whether a batch norm's moving variance has Bessel's correction."""
    adam: Adam | None = None
    """Whose β and ε are taken; the rate and the weight decay are the study's."""
    epsilon_is_corrected: bool = False
    """Whether Adam's ε stands beside the root after its bias correction."""
    decay_is_decoupled: bool = False
    """Whether weight decay lowers a weight w by η·λ·w beside the step, gradients left alone."""

    def of_optimizer(self, studied: Optimizer) -> Optimizer:
        """Return the study's optimizer with the framework's numbers."""
        if not isinstance(studied, Adam) or self.adam is None:
            return studied
        return studied.model_copy(
            update=self.adam.model_dump(include={"beta_1", "beta_2", "epsilon"})
        )

    def of_model(self, studied: Model) -> Model:
        """Return a network whose batch norms, those within residuals too, have these numbers."""
        layers = tuple(self._of_layer(layer) for layer in studied.layers)
        return studied.model_copy(update={"layers": layers})

    def _of_layer(self, layer: Layer) -> Layer:
        if not isinstance(layer, BatchNorm):
            branches = {
                name: tuple(self._of_layer(inner) for inner in layers)
                for name, layers in layer.branches.items()
            }
            return layer.model_copy(update=branches)
        told = {"momentum": self.norm_momentum, "epsilon": self.norm_epsilon}
        own = {name: number for name, number in told.items() if number is not None}
        return layer.model_copy(update=own)
