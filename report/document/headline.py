"""Page one in words: title, question, and what tells contenders apart."""

from collections.abc import Collection, Mapping, Sequence

from contract.study import Study
from report.vocabulary.numbers import counted, listed
from report.vocabulary.presentation import Style, presentation


def title(studies: Sequence[Study]) -> str:
    """Return the title of the report: that of its study, or how many there are."""
    if len(studies) == 1:
        return studies[0].title
    return f"{counted(len(studies), 'comparison')} of machine-learning frameworks, run again"


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
    return f"{asked} And which of {names} serves which need best?"


def distinctions(contenders: Collection[str]) -> tuple[str, ...]:
    """Return what tells contenders apart that could be taken for one, where all take part."""
    found = presentation().distinctions
    return tuple(entry.text for entry in found if set(entry.contenders) <= set(contenders))
