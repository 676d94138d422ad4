"""What an encoding lacks is put plainly; all else is left alone."""

import io
import sys

import pytest

from host import output


def written(text: str, encoding: str, monkeypatch: pytest.MonkeyPatch) -> str:
    raw = io.BytesIO()
    monkeypatch.setattr(sys, "stdout", io.TextIOWrapper(raw, encoding=encoding, write_through=True))
    output.print_anything()
    print(text, end="")
    return raw.getvalue().decode(encoding)


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("NAME,… – 2 × 3 → ✗", "NAME,... - 2 x 3 -> x"),
        ("/home/ü/日本", r"/home/\xfc/\u65e5\u672c"),
        ("\udcff", r"\udcff"),
    ],
)
def test_what_ascii_lacks_is_put_plainly(
    monkeypatch: pytest.MonkeyPatch, text: str, plain: str
) -> None:
    assert written(text, "ascii", monkeypatch) == plain


def test_what_an_encoding_has_is_left_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    assert written("ü × …", "latin-1", monkeypatch) == "ü × ..."
    assert written("日本 – \udcff", "utf-8", monkeypatch) == r"日本 – \udcff"
