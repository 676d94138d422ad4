"""Numbers that people write, within the bounds of everything that has to hold them.

What computes is float32 and counts in 32 bits: a number beyond those would be another one there.
"""

from typing import Annotated

from pydantic import AfterValidator, Field

MOST_COUNT = 2**31 - 1
MOST_REPEATS = 1000
"""Each block is a job for every contender and workload: more could be planned, but never run."""
MOST_SEED = 2**32 - 1
"""The largest that every contender's generator takes."""
_LEAST32, _MOST32 = 1e-37, 1e38
"""Within float32's normal numbers."""


def _within_float32(value: float) -> float:
    if value and not _LEAST32 <= value <= _MOST32:
        raise ValueError(f"{value} is not between {_LEAST32} and {_MOST32}, as float32 needs it")
    return value


Count = Annotated[int, Field(gt=0, le=MOST_COUNT)]
CountOrNone = Annotated[int, Field(ge=0, le=MOST_COUNT)]
Repeats = Annotated[int, Field(gt=0, le=MOST_REPEATS)]
BlocksOrNone = Annotated[int, Field(ge=0, le=MOST_REPEATS)]
Seed = Annotated[int, Field(ge=0, le=MOST_SEED)]
Seconds = Annotated[float, Field(gt=0, le=1e7)]
"""Up to some hundred days: whoever waits longer has forgotten that he waits."""
Timed = Annotated[float, Field(ge=1e-9)]
"""Seconds that something took: no clock tells less, and what is divided by it stays finite."""
Positive32 = Annotated[float, Field(gt=0), AfterValidator(_within_float32)]
NotNegative32 = Annotated[float, Field(ge=0), AfterValidator(_within_float32)]
Fraction32 = Annotated[float, Field(gt=0, le=1 - 2.0**-24)]
"""Between 0 and 1, also when rounded to float32."""
