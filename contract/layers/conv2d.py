"""The convolution."""

import math
from typing import Annotated, Literal

from pydantic import ValidationError, ValidatorFunctionWrapHandler, WrapValidator

from contract.base import Slug
from contract.layers.base import Layer, Shape, as_image
from contract.numbers import Count, CountOrNone


def _told_at_once(value: object, validate: ValidatorFunctionWrapHandler) -> object:
    """Say in one sentence what a value should be, in place of one for every alternative."""
    try:
        return validate(value)
    except ValidationError as error:
        raise ValueError(f'{value} is neither "valid" nor "same" nor a number of zeros') from error


class Conv2D(Layer):
    """2-D convolution (cross-correlation); kernel HWIO.

    `padding` is the number of zeros on every side, or a name: "valid" adds none; "same" adds what
    makes the output ⌈size / stride⌉ long, the odd zero after (TensorFlow's rule, which is
    asymmetric at stride 2).
    """

    type: Literal["conv2d"]
    name: Slug
    filters: Count
    kernel_size: Count
    stride: Count = 1
    padding: Annotated[Literal["valid", "same"] | CountOrNone, WrapValidator(_told_at_once)] = (
        "valid"
    )
    use_bias: bool = True

    def margins(self, length: int) -> tuple[int, int]:
        """Return the zeros before and after an axis of `length`."""
        if self.padding == "valid":
            return (0, 0)
        if self.padding == "same":
            outputs = -(-length // self.stride)
            total = max((outputs - 1) * self.stride + self.kernel_size - length, 0)
            return (total // 2, total - total // 2)
        return (self.padding, self.padding)

    def output_shape(self, shape: Shape) -> Shape:
        """Map (H, W, C) → (H', W', filters), H' = ⌊(H + margins − kernel_size) / stride⌋ + 1."""
        height, width, _ = as_image(self.type, shape)
        return (self._outputs(height, shape), self._outputs(width, shape), self.filters)

    def weight_shapes(self, shape: Shape) -> dict[str, Shape]:
        """Kernel (k, k, channels, filters) and, where it has one, bias (filters,)."""
        _, _, channels = as_image(self.type, shape)
        kernel = (self.kernel_size, self.kernel_size, channels, self.filters)
        bias = {f"{self.name}.bias": (self.filters,)} if self.use_bias else {}
        return {f"{self.name}.kernel": kernel, **bias}

    def multiply_adds(self, shape: Shape) -> int:
        """Every output takes a window of every channel."""
        window = self.kernel_size**2 * shape[-1]
        return window * math.prod(self.output_shape(shape))

    def _outputs(self, length: int, shape: Shape) -> int:
        padded = length + sum(self.margins(length))
        if padded < self.kernel_size:
            raise ValueError(f"conv2d {self.name}: kernel {self.kernel_size} exceeds input {shape}")
        return (padded - self.kernel_size) // self.stride + 1
