"""Counts lines of code: those that hold more than blanks, comments and docstrings."""

import io
import re
import tokenize
from collections.abc import Iterator
from pathlib import Path

NATIVE_SUFFIXES = frozenset({".c", ".cc", ".cpp", ".cu", ".h", ".hpp"})

_LAYOUT = {
    tokenize.ENCODING,
    tokenize.COMMENT,
    tokenize.NL,
    tokenize.INDENT,
    tokenize.DEDENT,
    tokenize.ENDMARKER,
}
_LITERAL_OR_COMMENT = re.compile(
    r"""(?P<literal> R"(?P<mark>[^(\s]*)\(.*?\)(?P=mark)"
                   | "(?:\\.|[^"\\])*"
                   | '(?:\\.|[^'\\\n])*' )
      | (?P<comment> //[^\n]* | /\*.*?\*/ )""",
    re.DOTALL | re.VERBOSE,
)


def count_lines(path: Path) -> int:
    """Return the lines of code of a file; 0 for a file that is neither Python nor C or C++."""
    if path.suffix == ".py":
        return python_lines(path.read_text(encoding="utf-8"))
    if path.suffix in NATIVE_SUFFIXES:
        return native_lines(path.read_text(encoding="utf-8"))
    return 0


def python_lines(text: str) -> int:
    """Count lines of Python; a statement that is nothing but a string says what, not how."""
    lines: set[int] = set()
    for statement in _statements(text):
        if any(token.type != tokenize.STRING for token in statement):
            for token in statement:
                lines |= set(range(token.start[0], token.end[0] + 1))
    return len(lines)


def native_lines(text: str) -> int:
    """Count lines of C or C++."""
    code = _LITERAL_OR_COMMENT.sub(_without_comment, text)
    return sum(1 for line in code.splitlines() if line.strip())


def _statements(text: str) -> Iterator[list[tokenize.TokenInfo]]:
    """Yield the tokens of each statement, without those of layout."""
    statement: list[tokenize.TokenInfo] = []
    for token in tokenize.generate_tokens(io.StringIO(text).readline):
        if token.type == tokenize.NEWLINE:
            yield statement
            statement = []
        elif token.type not in _LAYOUT:
            statement.append(token)


def _without_comment(match: re.Match[str]) -> str:
    """Keep a literal, which may look as if it held a comment; of a comment keep its line ends."""
    return match["literal"] or "\n" * match["comment"].count("\n")
