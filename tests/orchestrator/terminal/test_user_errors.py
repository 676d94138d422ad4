"""What commands print is as wide as it has to be, and coloured where they say so."""

import pytest

from orchestrator.terminal.user_errors import wide_console


def test_nothing_is_coloured_by_what_it_looks_like(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FORCE_COLOR", "1")
    monkeypatch.setenv("TERM", "xterm-256color")

    wide_console().print("3 blocks")
    wide_console().rule("3 blocks", style="")

    first, second = capsys.readouterr().out.splitlines()
    assert first == "3 blocks"
    assert " 3 blocks " in second
