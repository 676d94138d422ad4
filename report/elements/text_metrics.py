"""How wide a text will be, before anything draws it."""

FONTS = ("Liberation Sans", "Arial", "Helvetica", "sans-serif")
"""Fonts of one width, so that a text takes the same room wherever it is read."""

_THOUSANDTHS = {
    222: "ijl'|",
    278: "ftI .,:;!/\\[]()-\N{NO-BREAK SPACE}",
    333: 'r`"',
    389: "*",
    500: "cksvxyzJ",
    584: "+<>=~÷×−",
    611: "FTZL",
    667: "ABEKPSVXY&",
    722: "wCDHNRU",
    778: "GOQ",
    833: "mM",
    889: "%W",
}
"""Widths of the letters that are not as wide as a digit, in thousandths of the font's size."""
_WIDTHS = {letter: width for width, letters in _THOUSANDTHS.items() for letter in letters}
_DIGIT = 556


def width(words: str, size: float) -> float:
    """Return the width of a text of one line in points; `size` is the font's, in points."""
    return sum(_WIDTHS.get(letter, _DIGIT) for letter in words) * size / 1000


def wrapped(words: str, size: float, room: float) -> list[str]:
    """Return a text in as few lines as it needs, broken between words where it is too wide.

    `size` and `room` are in points; a single word may be wider than the room.
    """
    lines: list[str] = []
    for word in words.split():
        if lines and width(f"{lines[-1]} {word}", size) <= room:
            lines[-1] += f" {word}"
        else:
            lines.append(word)
    return lines


def clipped(words: str, size: float, room: float) -> str:
    """Return a text of one line that is no wider than the room, with an ellipsis if cut."""
    if width(words, size) <= room:
        return words
    while words and width(f"{words}…", size) > room:
        words = words[:-1]
    return f"{words}…"
