"""Dropout."""

from typing import Literal

from contract.layers.base import Layer
from contract.numbers import Fraction32


class Dropout(Layer):
    """In training, set each value to zero with probability `rate`, scale the rest by 1/(1 − rate).

    Srivastava et al. 2014, in the "inverted" form: in evaluation nothing happens.
    """

    type: Literal["dropout"]
    rate: Fraction32
