"""The convolution."""

from torch import nn

from contract.layers import Shape
from contract.layers.conv2d import Conv2D
from runners.pytorch.layers.base import Norm, make_module


@make_module.register
def conv2d(layer: Conv2D, shape: Shape, _norm: Norm) -> nn.Module:
    """Torch's own, with a module before it for zeros that it cannot add itself."""
    height, width, channels = shape
    (above, below), (left, right) = layer.margins(height), layer.margins(width)
    uneven = above != below or left != right
    convolution = nn.Conv2d(
        channels,
        layer.filters,
        layer.kernel_size,
        stride=layer.stride,
        padding=0 if uneven else (above, left),
        bias=layer.use_bias,
    )
    if not uneven:
        return convolution
    return nn.Sequential(nn.ZeroPad2d((left, right, above, below)), convolution)
