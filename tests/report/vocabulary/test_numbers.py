"""Numbers as text."""

import pytest

from report.vocabulary.numbers import (
    alike,
    as_printed,
    listed,
    rounded,
    scientific,
    with_unit,
)


@pytest.mark.parametrize(
    ("value", "unit", "text"),
    [
        (687.23, "s", "687"),
        (54.48, "s", "54.5"),
        (0.082123, "s", "0.0821"),
        (1373.437, "MB", "1,373"),
        (98.987, "%", "98.99"),
        (0.0, "s", "0"),
        (0.00001, "s", "1e-5"),
        (3e12, "s", "3e12"),
    ],
)
def test_as_many_digits_as_a_number_deserves(value: float, unit: str, text: str) -> None:
    assert rounded(value, unit) == text


def test_ends_of_a_range_have_the_decimals_of_the_median() -> None:
    assert alike((9.8765, 100.0), 54.48) == ["9.9", "100.0"]


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (687.23, "687.23"),
        (0.39, "0.39"),
        (99.0, "99.0"),
        (2000.0, "2,000"),
        (0.0000237, "0.0000237"),
    ],
)
def test_published_numbers_keep_their_digits(value: float, text: str) -> None:
    assert as_printed(value) == text


@pytest.mark.parametrize(
    ("value", "text"), [(3.21e-8, "3.2e-8"), (1e-6, "1e-6"), (0.25, "0.25"), (3.0, "3"), (0.0, "0")]
)
def test_errors_are_short(value: float, text: str) -> None:
    assert scientific(value) == text


def test_an_error_that_is_no_number_has_diverged() -> None:
    assert scientific(1e300) == "diverged"


def test_a_number_and_its_unit_stay_on_one_line() -> None:
    assert with_unit(12.34, "s") == "12.3\N{NO-BREAK SPACE}s"
    assert with_unit(0.5, "") == "0.500"


def test_words() -> None:
    assert [listed(["a"]), listed(["a", "b"]), listed(["a", "b", "c"])] == [
        "a",
        "a and b",
        "a, b and c",
    ]
