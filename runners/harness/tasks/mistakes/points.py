"""Points for an error message, by fixed rules: no taste, no list of known messages.

One point each for an error at all; for naming the layer; for saying what would have been right; for
saying what was wrong. A message names

- a layer, where the layer's name in the study stands in it;
- a shape, where the height and width of an image, or the length of a flat input, stand in it: those
  of the network's input or of what enters any of its layers, as they should be (expected) and as
  the mistake made them (found), but for those within the network that occur both ways;
- a type, where "float" or "float32", or "uint8" or "byte" stand in it, in any framework's spelling;
- a number that is none, where "finite" (expected) or "NaN" (found) stands in it;
- a class, where the number of classes or their range (expected), or the wrong class (found) does;
- memory, where a number follows a limit of any name (expected), or where a size in bytes or the
  size of the batch is given (found).

A process that was killed said nothing: one point, for not going on.
"""

import re
from collections.abc import Sequence
from contextlib import suppress

from contract.layers import layer_steps
from contract.model import Model
from contract.outcomes import Mistake, MistakeKind
from runners.harness.tasks.mistakes.kinds import too_many_samples, wrong_class, wrong_shape

MESSAGE_CHARACTERS = 4000
_OMISSION = "\n[…]\n"

_NOT_NUMBERS = re.compile(r"\bline:? \d+|(?<!\d)0x[0-9a-f]+", re.IGNORECASE)
_TIMES = re.compile(r"(?<=\d)x(?=\d)")
_NUMBER = re.compile(r"(?<!\w)(?<!\d\.)\d+(?!\w|\.\d)")
_FLOAT = re.compile(r"\b(float(32)?|DT_FLOAT|f32)\b|FloatTensor", re.IGNORECASE)
_BYTE = re.compile(r"\b(u?int8|DT_UINT8|byte|unsigned char)\b|ByteTensor", re.IGNORECASE)
_FINITE = re.compile(r"finite", re.IGNORECASE)
_NAN = re.compile(r"\bnan\b|not a number", re.IGNORECASE)
_LIMIT = re.compile(r"\b(limit|cap|capacity|available|free|remaining)\b\D{0,24}\d", re.IGNORECASE)
_BYTES = re.compile(r"\d\s?(bytes|[kmgt]i?b)\b", re.IGNORECASE)


def judge(
    kind: MistakeKind, model: Model, error_type: str, message: str, *, raised: bool = True
) -> Mistake:
    """Return the finding on an error; its message is shortened, its points are for all of it.

    Where no error was `raised`, a note may stand in the place of the type; the message is empty.
    """
    layer = names_layer(message, model)
    expected, found = _named(kind, message, model)
    return Mistake(
        kind=kind,
        raised=raised,
        stage="run" if raised else None,
        error_type=error_type,
        message=shortened(message),
        names_layer=layer,
        names_expected=expected,
        names_found=found,
        score=raised + layer + expected + found,
    )


def shortened(message: str) -> str:
    """Cut the middle out of a message that is too long: what matters stands first or last."""
    if len(message) <= MESSAGE_CHARACTERS:
        return message
    half = (MESSAGE_CHARACTERS - len(_OMISSION)) // 2
    return message[:half] + _OMISSION + message[-half:]


def names_layer(message: str, model: Model) -> bool:
    """Whether the message has the study's name of any layer with weights."""
    layers = {name.rpartition(".")[0] for name in model.weight_shapes()}
    return any(re.search(rf"(?<![a-zA-Z0-9]){name}(?![a-zA-Z0-9])", message) for name in layers)


def _named(kind: MistakeKind, message: str, model: Model) -> tuple[bool, bool]:
    """Whether the message says what would have been right, and what was wrong."""
    numbers = numbers_in(message)
    if kind == "wrong_shape":
        given = {wrong_shape(model)[:2]}
        right, wrong = _extents(model, model.input_shape), _extents(model, wrong_shape(model))
        expected = {model.input_shape[:2]} | (right - wrong)
        return _has_any(numbers, expected), _has_any(numbers, given | (wrong - right))
    if kind == "wrong_dtype":
        return bool(_FLOAT.search(message)), bool(_BYTE.search(message))
    if kind == "nan_input":
        return bool(_FINITE.search(message)), bool(_NAN.search(message))
    if kind == "wrong_class_count":
        (classes,) = model.output_shape
        return _has_any(numbers, {(classes,), (0, classes - 1)}), wrong_class(model) in numbers
    sized = bool(_BYTES.search(message)) or too_many_samples(model) in numbers
    return bool(_LIMIT.search(message)), sized


def numbers_in(message: str) -> list[int]:
    """Return the whole numbers of a message, in order, without those that count lines of code."""
    cleaned = _NOT_NUMBERS.sub("", message.partition("Stack trace:")[0])
    return [int(number) for number in _NUMBER.findall(_TIMES.sub(" ", cleaned))]


def _extents(model: Model, shape: tuple[int, ...]) -> set[tuple[int, ...]]:
    """Return what shapes are known by on the way: (height, width), in either layout, or (length,).

    Where the way ends at a layer that admits no such input, so does the set.
    """
    found = {shape[:2]}
    with suppress(ValueError):
        found |= {entering[:2] for _, entering in layer_steps(model.layers, shape)}
    return found


def _has_any(numbers: Sequence[int], sequences: set[tuple[int, ...]]) -> bool:
    """Whether any of the sequences stands in the numbers, one after the other."""
    return any(
        tuple(numbers[start : start + len(sequence)]) == sequence
        for sequence in sequences
        for start in range(len(numbers))
    )
