"""What can stop a command, told so that the user can act."""

from __future__ import annotations


class PlumblineError(Exception):
    """One line of what is wrong, one line of what to do about it."""

    def __init__(self, cause: str, remedy: str) -> None:
        super().__init__(cause)
        self.cause = cause
        self.remedy = remedy
