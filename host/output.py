"""What a terminal, pipe or log of this machine can take, whatever its encoding."""

import codecs
import sys
from io import TextIOWrapper

_PLAIN = {
    "–": "-",
    "—": "-",
    "−": "-",
    "…": "...",
    "×": "x",
    "÷": "/",
    "·": "-",
    "✗": "x",
    "→": "->",
    "←": "<-",
    "±": "+-",
    "²": "^2",
    "’": "'",
    "“": '"',
    "”": '"',
    "\N{NO-BREAK SPACE}": " ",
}
"""What stands for a character of the kit's own texts; any other is spelled out, as Python does."""
_HANDLER = "plumbline-plain"


def print_anything() -> None:
    """Let standard output and error take every text: what they cannot encode is put plainly."""
    codecs.register_error(_HANDLER, _plainly)
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors=_HANDLER)


def _plainly(error: UnicodeError) -> tuple[str, int]:
    if not isinstance(error, UnicodeEncodeError):
        raise error
    refused = error.object[error.start : error.end]
    return "".join(_PLAIN.get(one) or ascii(one)[1:-1] for one in refused), error.end
