"""What the command says before any of its commands has begun."""

import sys
from importlib.abc import MetaPathFinder

import pytest

from orchestrator.__main__ import main


class Interrupted(MetaPathFinder):
    """Ctrl-C while the command line is imported."""

    def find_spec(self, fullname, path, target=None):
        if fullname == "orchestrator.commands.cli":
            raise KeyboardInterrupt


def test_an_interruption_while_it_starts_is_told_without_a_traceback(monkeypatch, capsys):
    monkeypatch.delitem(sys.modules, "orchestrator.commands.cli", raising=False)
    monkeypatch.setattr(sys, "meta_path", [Interrupted(), *sys.meta_path])

    with pytest.raises(SystemExit) as ended:
        main()

    assert ended.value.code == 130
    assert capsys.readouterr().err == "error: interrupted\nremedy: run the command again\n"
