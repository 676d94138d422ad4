"""What became of the statements, in sentences and as counts."""

from collections.abc import Iterator, Sequence

from contract.base import Device
from contract.statement import Statement
from contract.verdicts import DECISIONS, StatementVerdict
from contract.words import counted
from report.topics.statements.ledger import DeviceCounts
from report.vocabulary.numbers import listed
from report.vocabulary.presentation import DEVICE_TITLES

_UNTESTABLE: StatementVerdict = "not testable here"
_OPEN: StatementVerdict = "inconclusive"


def counts_in_words(found: Sequence[DeviceCounts], needing: Sequence[Statement]) -> Iterator[str]:
    """Yield a sentence or two per device, and one on what needs another device."""
    for one in found:
        yield _on_device(one)
    if any(dict(one.verdicts)[_OPEN] for one in found):
        yield (
            "“Inconclusive” is not a finding: the samples support neither the statement nor its "
            "opposite."
        )
    if needing:
        yield _needs_another_device(needing)


def _on_device(found: DeviceCounts) -> str:
    """Say how many statements were decided on a device, and what is open."""
    numbers, place = dict(found.verdicts), found.title
    who = "the joined runs" if found.are_joined else "this run"
    total = counted(sum(numbers.values()), "statement")
    if not any(number for verdict, number in numbers.items() if verdict != _UNTESTABLE):
        return f"On the {place} {who} can test none of {total}."
    decided = sum(numbers[verdict] for verdict in DECISIONS)
    results = [f"{count} {verdict}" for verdict, count in found.verdicts if count]
    verb = "decide" if found.are_joined else "decides"
    return f"On the {place} {who} {verb} {decided} of {total}: {listed(results)}."


def _needs_another_device(needing: Sequence[Statement]) -> str:
    wanted: list[Device] = [statement.devices[0] for statement in needing]
    places = [DEVICE_TITLES[device] for device in dict.fromkeys(wanted)]
    names = listed([statement.id for statement in needing])
    return (
        f"Not counted: {counted(len(needing), 'statement')} that can be tested on the "
        f"{listed(places)} only, which this run did not use ({names})."
    )
