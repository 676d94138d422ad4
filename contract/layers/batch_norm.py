"""Batch normalisation."""

from typing import Literal

from contract.base import Slug
from contract.layers.base import Layer, Shape
from contract.numbers import Fraction32, Positive32


class BatchNorm(Layer):
    """Normalise each channel (last axis) over the batch, then scale and shift it.

    y = γ·(x − μ)/√(σ² + ε) + β, Ioffe & Szegedy 2015, algorithm 1. In training μ and σ² are the
    batch's (σ² the mean of squares, without Bessel's correction), and
    moving ← momentum·moving + (1 − momentum)·batch, for both; in evaluation they are the moving
    ones.
    """

    type: Literal["batch_norm"]
    name: Slug
    momentum: Fraction32 = 0.9
    epsilon: Positive32 = 1e-5

    def weight_shapes(self, shape: Shape) -> dict[str, Shape]:
        """γ and β, (channels,) each."""
        return {f"{self.name}.gamma": shape[-1:], f"{self.name}.beta": shape[-1:]}

    def state_shapes(self, shape: Shape) -> dict[str, Shape]:
        """Moving mean and moving variance, (channels,) each."""
        return {
            f"{self.name}.moving_mean": shape[-1:],
            f"{self.name}.moving_variance": shape[-1:],
        }
