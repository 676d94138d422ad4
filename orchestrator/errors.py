"""What can stop a command, told so that the user can act."""

INTERRUPTED = 130
"""The exit code of a command that Ctrl-C ended, as shells have it: 128 and the signal's number."""


class PlumblineError(Exception):
    """One line of what is wrong, one line of what to do about it."""

    def __init__(self, cause: str, remedy: str) -> None:
        super().__init__(cause)
        self.cause = cause
        self.remedy = remedy


def printable(text: str) -> str:
    """Return a text in which nothing can command a terminal or turn the direction of writing.

    Escapes, control characters and the like are spelled out. Line ends stay.
    """
    return "".join(
        character if character.isprintable() or character == "\n" else ascii(character)[1:-1]
        for character in text
    )
