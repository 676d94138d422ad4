"""LaTeX: the tables for a paper, with booktabs; the file compiles as it is."""

import re
from collections.abc import Iterable, Iterator

from report.document.document import Report
from report.elements.charts.chart import WIDTH
from report.elements.table import Table
from report.exporters.base import TextExporter
from report.exporters.columns import shares
from report.exporters.illustrations import FOLDER, Illustration
from report.exporters.outline import Block, Heading, Items, Numbered, Paragraph, cell_text, outline

HEAD = r"""\documentclass[10pt,a4paper]{article}
\usepackage{iftex}
% LuaLaTeX shows letters of every script that one of these fonts has; other TeX shows their codes.
\newif\ifhasletters\IfFileExists{luaotfload.sty}{\ifluatex\hasletterstrue\fi}{}
\ifhasletters
\usepackage{fontspec}
\newcommand\addfont[2]{\IfFontExistsTF{#2}{\newfontfamily#1{#2}}{\newcommand#1{}}}
\addfont\firstfont{Noto Sans CJK SC}
\addfont\secondfont{WenQuanYi Micro Hei}
\addfont\thirdfont{DejaVu Sans}
\addfont\fourthfont{Symbola}
\newcommand\infont[3]{#1\iffontchar\font"#2 \symbol{"#2}\else#3\fi}
\DeclareRobustCommand\letter[1]{{\infont\relax{#1}{\infont\firstfont{#1}{\infont\secondfont{#1}{%
  \infont\thirdfont{#1}{\infont\fourthfont{#1}{\normalfont[U+#1]}}}}}}}
\DeclareRobustCommand\leftward[1]{{\textdir TRT #1}}
\else
\usepackage[T1]{fontenc}
\usepackage[utf8]{inputenc}
\usepackage{textcomp,lmodern}
\DeclareRobustCommand\letter[1]{[U+#1]}
\DeclareRobustCommand\leftward[1]{#1}
\fi
\usepackage{amssymb}
\usepackage[margin=20mm]{geometry}
\usepackage{booktabs,longtable,array}
\usepackage{graphicx,float}
\setlength{\parindent}{0pt}\setlength{\parskip}{0.5em}
\setlength{\tabcolsep}{3pt}\setlength{\LTleft}{0pt}\setlength{\LTright}{0pt}
\newcolumntype{L}[1]{>{\raggedright\arraybackslash\hspace{0pt}}p{#1}}
\newcolumntype{R}[1]{>{\raggedleft\arraybackslash\hspace{0pt}}p{#1}}
\sloppy
"""
_COMMANDS = ("section", "subsection", "subsubsection")
_CHARACTERS = {
    "\\": r"\textbackslash{}", "{": r"\{", "}": r"\}", "$": r"\$", "&": r"\&", "#": r"\#",
    "%": r"\%", "_": r"\_", "^": r"\textasciicircum{}", "~": r"\textasciitilde{}",
    "<": r"\textless{}", ">": r"\textgreater{}", "|": r"\textbar{}", '"': r"\textquotedbl{}",
    "'": r"\textquotesingle{}", "`": r"\textasciigrave{}", "-": "{-}", "[": "{[}", "]": "{]}",
    "–": r"\textendash{}", "—": r"\textemdash{}", "−": r"$-$", "…": r"\ldots{}",
    "“": r"\textquotedblleft{}", "”": r"\textquotedblright{}", "‘": r"\textquoteleft{}",
    "’": r"\textquoteright{}", "×": r"\texttimes{}", "÷": r"\textdiv{}",
    "·": r"\textperiodcentered{}",
    "≤": r"$\leq$", "≥": r"$\geq$", "√": r"$\surd$", "→": r"$\to$", "✓": r"$\checkmark$",
    "✗": r"$\times$", "²": r"\texttwosuperior{}", "µ": r"\textmu{}", "±": r"\textpm{}",
    "°": r"\textdegree{}", "\N{NO-BREAK SPACE}": "~",
}  # fmt: skip

_LAST_LATIN = "\N{LATIN SMALL LETTER Y WITH DIAERESIS}"
_MORE_LATIN = "ĂăĄąĆćČčĎďĐđĘęĚěĞğİıĹĺĽľŁłŃńŇňŒœŐőŔŕŘřŚśŠšŞşŤťŢţŮůŰűŸŹźŻżŽž"
"""With those up to the one above, the letters that every LaTeX font has."""
_LETTERS_LEFTWARD = r"[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc]+"
_LEFTWARD = re.compile(rf"({_LETTERS_LEFTWARD}(?:\s+{_LETTERS_LEFTWARD})*)")
"""Words of scripts that are written from right to left."""


class LatexExporter(TextExporter):
    """Writes a document for pdflatex and lualatex; it needs no packages beyond the common ones."""

    file_name = "report.tex"

    def __init__(self, *, is_illustrated: bool = False) -> None:
        self._is_illustrated = is_illustrated

    def text(self, report: Report) -> str:
        """Return the report, with its figures where these are there as files."""
        blocks = outline(report, is_illustrated=self._is_illustrated)
        return document(report.title, f"Plumbline, run {report.run_name}", blocks)


def document(title: str, author: str, blocks: Iterable[Block]) -> str:
    """Return a whole document of the blocks."""
    head = f"\\title{{{escaped(title)}}}\n\\author{{{escaped(author)}}}\n\\date{{}}\n"
    body = "\n\n".join(map(_block, blocks))
    return f"{HEAD}{head}\\begin{{document}}\n\\maketitle\n\n{body}\n\\end{{document}}\n"


def escaped(text: str) -> str:
    """Return a text that LaTeX shows as it is, on one line.

    What is in none of its fonts is named by its code: always in pdflatex, which has few letters.
    """
    parts = _LEFTWARD.split(text)
    return "".join(
        f"\\leftward{{{_characters(part)}}}" if index % 2 else _characters(part)
        for index, part in enumerate(parts)
    )


def _characters(text: str) -> str:
    return "".join(map(_character, text))


def _character(character: str) -> str:
    if character in _CHARACTERS:
        return _CHARACTERS[character]
    if " " <= character <= "~" or (character.isalpha() and character <= _LAST_LATIN):
        return character
    if character in _MORE_LATIN:
        return character
    if character.isspace():
        return " "
    return f"\\letter{{{ord(character):04X}}}"


def _prose(text: str) -> str:
    """Escape a text; set what stands between backticks as code."""
    parts = text.split("`")
    if len(parts) % 2 == 0:
        return escaped(text)
    return "".join(
        f"\\texttt{{{escaped(part)}}}" if index % 2 else escaped(part)
        for index, part in enumerate(parts)
    )


def _block(block: Block) -> str:
    if isinstance(block, Heading):
        return f"\\{_COMMANDS[block.level - 1]}*{{{escaped(block.text)}}}"
    if isinstance(block, Paragraph):
        return _prose(block.text)
    if isinstance(block, Items):
        items = (f"\\item[{{{escaped(term)}}}] {_prose(text)}" for term, text in block.entries)
        listed = "\n".join(items)
        return f"\\begin{{description}}\n{listed}\n\\end{{description}}" if listed else ""
    if isinstance(block, Illustration):
        return "\n".join(_figure(block))
    return "\n".join(_table(block))


def _figure(found: Illustration) -> Iterator[str]:
    """Stand where the text speaks of it, by the report's number, no larger than it was drawn."""
    share = min(1.0, found.figure.chart.width / WIDTH)
    yield r"\begin{figure}[H]\centering"
    yield f"\\includegraphics[width={share:.3f}\\linewidth]{{{FOLDER}/{found.stem}.pdf}}"
    yield f"\\setcounter{{figure}}{{{found.number - 1}}}"
    yield f"\\caption{{{_prose(found.figure.caption)}}}\\label{{fig:{found.anchor}}}"
    yield r"\end{figure}"


def _table(numbered: Numbered) -> Iterator[str]:
    table = numbered.table
    yield f"\\textbf{{{escaped(numbered.label)}.}} {_prose(table.caption)}"
    yield f"{{\\footnotesize\\begin{{longtable}}{{{_columns(table)}}}"
    yield r"\toprule"
    heads = (f"{head.text}{f' ({head.note})' * bool(head.note)}" for head in table.headers)
    yield " & ".join(f"\\textbf{{{escaped(head)}}}" for head in heads) + r" \\"
    yield r"\midrule\endhead"
    yield from _rows(table)
    yield r"\bottomrule"
    yield r"\end{longtable}}"
    if table.footnotes:
        notes = (
            f"{escaped(letter)}{': ' * bool(letter)}{_prose(text)}"
            for letter, text in table.footnotes
        )
        yield f"{{\\scriptsize {'; '.join(notes)}\\par}}"


def _columns(table: Table) -> str:
    """Return the columns as shares of the line, less what stands between them."""
    return "".join(
        f"{'R' if head.numeric else 'L'}{{\\dimexpr {share / 100:.4f}\\linewidth-2\\tabcolsep}}"
        for head, share in zip(table.headers, shares(table), strict=True)
    )


def _rows(table: Table) -> Iterator[str]:
    for group in table.groups:
        if group.title:
            title = f"\\textbf{{{escaped(group.title)}}} {escaped(group.note)}".rstrip()
            width = r"L{\dimexpr \linewidth-2\tabcolsep}"
            yield f"\\multicolumn{{{len(table.headers)}}}{{{width}}}{{{title}}} \\\\*"
        for row in group.rows:
            yield " & ".join(escaped(cell_text(cell)) for cell in row) + r" \\"
