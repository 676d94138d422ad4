"""Numbers of things are words that agree."""

from contract.words import counted


def test_one_thing_is_no_plural() -> None:
    assert [counted(n, "run") for n in (0, 1, 1234)] == ["0 runs", "1 run", "1,234 runs"]
