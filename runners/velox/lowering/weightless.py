"""Layers without weights: ReLU, the two pools, dropout."""

from __future__ import annotations

from contract.layers import Dropout, GlobalAvgPool2D, MaxPool2D, ReLU
from runners.velox.columns import DRAW, SEED
from runners.velox.lowering.base import LayerCalls, Passage, arguments


class ReLUCalls(LayerCalls[ReLU]):
    """`ml_relu`; its gradient is told by the outputs, so that the inputs need not be kept."""

    def forward(self, passage: Passage[ReLU]) -> str:
        """Return the call for the outputs."""
        return f"ml_relu({passage.entering.column})"

    def input_gradient(self, passage: Passage[ReLU], gradient: str) -> str:
        """Return the call for the gradient by the inputs."""
        return f"ml_relu_gradient({passage.leaving}, {gradient})"


class MaxPool2DCalls(LayerCalls[MaxPool2D]):
    """`ml_max_pool2d`."""

    def forward(self, passage: Passage[MaxPool2D]) -> str:
        """Return the call for the outputs."""
        entering = passage.entering
        sizes = (*entering.shape, passage.layer.pool_size)
        return f"ml_max_pool2d({arguments(entering.column, *sizes)})"

    def input_gradient(self, passage: Passage[MaxPool2D], gradient: str) -> str:
        """Return the call for the gradient by the images."""
        entering = passage.entering
        tensors = (entering.column, passage.leaving, gradient)
        sizes = (*entering.shape, passage.layer.pool_size)
        return f"ml_max_pool2d_gradient({arguments(*tensors, *sizes)})"


class GlobalAvgPool2DCalls(LayerCalls[GlobalAvgPool2D]):
    """`ml_global_avg_pool2d`."""

    def forward(self, passage: Passage[GlobalAvgPool2D]) -> str:
        """Return the call for the means."""
        entering = passage.entering
        return f"ml_global_avg_pool2d({arguments(entering.column, *entering.shape)})"

    def input_gradient(self, passage: Passage[GlobalAvgPool2D], gradient: str) -> str:
        """Return the call for the gradient by the images."""
        return f"ml_global_avg_pool2d_gradient({arguments(gradient, *passage.entering.shape)})"


class DropoutCalls(LayerCalls[Dropout]):
    """`ml_dropout`, whose mask follows from seed, draw and layer, on the way back too."""

    def forward(self, passage: Passage[Dropout]) -> str:
        """Return the call that drops inputs."""
        return _drop(passage, passage.entering.column)

    def evaluate(self, passage: Passage[Dropout]) -> str:
        """Return the input: in evaluation nothing is dropped."""
        return passage.entering.column

    def input_gradient(self, passage: Passage[Dropout], gradient: str) -> str:
        """Return the call that drops the same elements of the gradient."""
        return _drop(passage, gradient)


def _drop(passage: Passage[Dropout], values: str) -> str:
    return f"ml_dropout({arguments(values, passage.layer.rate, SEED, DRAW, passage.number)})"
