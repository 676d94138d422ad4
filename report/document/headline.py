"""Page one in words: the question of the run, and what became of the claims, as counts."""

from collections.abc import Collection, Mapping, Sequence

from contract.study import Study
from report.topics.claims.ledger import VerdictCounts
from report.topics.claims.verdicts import ClaimVerdict
from report.vocabulary.numbers import counted, listed
from report.vocabulary.presentation import Style, presentation

UNTESTABLE: ClaimVerdict = "not testable here"
_OPEN: ClaimVerdict = "inconclusive"


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
    claims = "Do the claims of these studies hold when they are run again under equal conditions?"
    if len(contenders) < 2:
        return claims
    names = listed([styles[name].title for name in contenders])
    return f"{claims} And which of {names} serves which need best?"


def claims_in_words(found: VerdictCounts) -> str:
    """Say what became of the claims; empty where no study makes any."""
    numbers = dict(found)
    total = sum(numbers.values())
    if not total:
        return ""
    tested = total - numbers[UNTESTABLE]
    if not tested:
        return f"This run can test none of {counted(total, 'claim')}."
    results = [f"{count} {verdict}" for verdict, count in found if verdict != UNTESTABLE]
    told = f"Of {counted(total, 'claim')} this run can test {tested:,}: {listed(results)}."
    if not numbers[_OPEN]:
        return told
    return (
        f"{told} “Inconclusive” is not a finding: the samples support neither the claim nor its "
        "opposite."
    )


def distinctions(contenders: Collection[str]) -> tuple[str, ...]:
    """Return what tells contenders apart that could be taken for one, where all take part."""
    found = presentation().distinctions
    return tuple(entry.text for entry in found if set(entry.contenders) <= set(contenders))
