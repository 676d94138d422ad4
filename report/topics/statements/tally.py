"""How many statements came to what, and what would test the others."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from contract.verdicts import StatementVerdict
from report.topics.statements.judged import JudgedStatement
from report.topics.statements.verdicts import IN_ORDER, Lack
from report.vocabulary.presentation import DEVICE_TITLES

_UNTESTABLE: StatementVerdict = "not testable here"
_NEEDS: Mapping[Lack, str] = {
    "training": "training as long as the paper’s",
    "defaults": "several blocks of the frameworks’ own defaults",
    "measurement": "measurements that this run lacks",
    "method": "what this kit cannot measure",
}


@dataclass(frozen=True)
class Tally:
    """Statements by what became of them; repetitions do not count."""

    verdicts: Mapping[StatementVerdict, int]
    """Of those that were tested: every verdict but "not testable here"."""
    needs: Mapping[str, int]
    """Of the others: what would test them."""

    @property
    def tested(self) -> int:
        """How many were tested."""
        return sum(self.verdicts.values())

    @property
    def untested(self) -> int:
        """How many were not."""
        return sum(self.needs.values())


def tally(judged: Iterable[JudgedStatement]) -> Tally:
    """Count statements, each by the verdict that stands for it."""
    counted = [one for one in judged if one.is_counted]
    found = Counter(one.verdict for one in counted)
    needs = Counter(need_of(one) for one in counted if one.verdict == _UNTESTABLE)
    return Tally(
        {verdict: found[verdict] for verdict in IN_ORDER if verdict != _UNTESTABLE},
        dict(needs.most_common()),
    )


def need_of(judged: JudgedStatement) -> str:
    """Return what would test a statement that was not tested."""
    if judged.reading is None:
        return f"a {DEVICE_TITLES[judged.statement.devices[0]]}"
    lack = judged.reading.headline.lacks
    return _NEEDS[lack or "measurement"]
