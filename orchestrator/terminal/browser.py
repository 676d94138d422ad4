"""Opens a page in the user's browser."""

import os
import subprocess
import sys
import webbrowser
from pathlib import Path

from orchestrator.store.output import Say

_SCREENS = ("DISPLAY", "WAYLAND_DISPLAY", "BROWSER")
"""Without any of these, only browsers are found that would take the terminal over."""


class Browser:
    """The user's browser; it shows one page, and reloads it when the user wants."""

    def __init__(self, *, is_wanted: bool) -> None:
        """`is_wanted`: whether the user asked for it."""
        self._is_wanted = is_wanted

    def show(self, path: Path, say: Say) -> None:
        """Open a page the first time, and do not wait; where that is impossible, say where it is.

        Raises:
            OSError: no process can be started.
        """
        if not self._is_wanted:
            return
        self._is_wanted = False
        page = path.resolve()
        if not _is_there():
            say(f"no browser can be opened here: open {page} yourself")
            return
        # In a process of its own: some browsers would be waited for, and write to the terminal.
        subprocess.Popen(
            [sys.executable, "-I", "-m", "webbrowser", page.as_uri()],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )


def _is_there() -> bool:
    if not any(map(os.environ.get, _SCREENS)):
        return False
    try:
        webbrowser.get()
    except webbrowser.Error:
        return False
    return True
