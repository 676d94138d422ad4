"""Page one in words: title, question, and what tells contenders apart."""

from collections.abc import Collection, Mapping, Sequence

from contract.study import Study
from contract.verdicts import StatementVerdict
from report.topics.statements.tally import Tally
from report.vocabulary.numbers import listed
from report.vocabulary.presentation import Style, presentation

_NUMBERS = ("No", "One", "Two", "Three", "Four", "Five", "Six", "Seven", "Eight", "Nine", "Ten")
_WORDS: Mapping[StatementVerdict, tuple[str, str]] = {
    "reproduced": ("holds", "hold"),
    "contradicted": ("does not hold", "do not hold"),
    "equal within 5 %": ("comes to a tie", "come to a tie"),
}
"""What one statement does, and what several do."""


def title(studies: Sequence[Study], found: Tally) -> str:
    """Return the title of the report: its result, in a line."""
    published = [study for study in studies if study.statements]
    if not published:
        return " · ".join(study.title for study in studies)
    return f"{_what(published)}, re-run: {_result(found)}"


def question(
    studies: Sequence[Study], contenders: Sequence[str], styles: Mapping[str, Style]
) -> str:
    """Return what the run asks: the question of its study, or one for all of its studies."""
    if len(studies) == 1:
        return studies[0].question
    asked = "Do the statements of these studies hold when they are run again on equal terms?"
    if len(contenders) < 2:
        return asked
    names = listed([styles[name].title for name in contenders])
    return f"{asked} And what tells {names} apart?"


def distinctions(contenders: Collection[str]) -> tuple[str, ...]:
    """Return what tells contenders apart that could be taken for one, where all take part."""
    found = presentation().distinctions
    return tuple(entry.text for entry in found if set(entry.contenders) <= set(contenders))


def in_a_line(found: Tally) -> str:
    """Return what became of statements, and how many were not tested, in a sentence."""
    untested = f"; {found.untested} were not tested" if found.untested else ""
    result = _result(found)
    return f"{result[0].upper()}{result[1:]}{untested}."


def _what(published: Sequence[Study]) -> str:
    if len(published) == 1:
        return f"“{published[0].title}”"
    number = len(published)
    word = _NUMBERS[number] if number < len(_NUMBERS) else f"{number:,}"
    return f"{word} published framework comparisons"


def _result(found: Tally) -> str:
    if not found.tested:
        return "no statement could be tested"
    told = [
        (count, _WORDS[verdict][count > 1])
        for verdict, count in found.verdicts.items()
        if verdict in _WORDS and count
    ]
    if not told:
        return f"none of {found.tested} tested statements is decided"
    (count, verb), *others = told
    rest = (f"{number} {words.removesuffix(' hold')}" for number, words in others)
    return ", ".join([f"{count} of {found.tested} tested statements {verb}", *rest])
