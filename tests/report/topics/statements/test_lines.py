"""The statements with their verdicts in a terminal: what is decided comes first, on one screen."""

from collections.abc import Sequence

from contract.base import Device
from contract.statement import Reading, Statement
from contract.verdicts import StatementVerdict
from report.topics.statements.judged import JudgedReading, JudgedStatement
from report.topics.statements.lines import verdict_lines
from report.topics.statements.verdicts import Judgement

READING = Reading(
    sense="so", workload="w", holds="train_seconds[keras] > train_seconds[velox]", primary=True
)
SHOW_ALL = "plumbline report RUN --open"


def judged(
    number: int,
    *,
    carried_over: Sequence[Device] = (),
    same_as: tuple[str, ...] = (),
    **verdicts: StatementVerdict,
) -> JudgedStatement:
    told = {"text": "Keras is slower", "place": "p. 1", "published": "2 s against 1 s"}
    stands = {"same_as": same_as} if same_as else {"readings": (READING,)}
    devices: dict[Device, StatementVerdict] = dict(verdicts)  # type: ignore[arg-type]
    readings = tuple(
        JudgedReading(READING, device, device in carried_over, {"matched": Judgement(verdict)})
        for device, verdict in devices.items()
    )
    return JudgedStatement(Statement(id=f"S2.{number}", **told, **stands), readings, devices)


def lines(*found: JudgedStatement) -> list[str]:
    return list(verdict_lines(found, SHOW_ALL))


def test_decided_ones_come_first_and_the_untestable_are_counted() -> None:
    found = lines(
        judged(1, cpu="not testable here"),
        judged(2, cpu="inconclusive"),
        judged(3, cpu="contradicted"),
        judged(4, cpu="reproduced"),
    )

    assert found == [
        "S2.3 contradicted: Keras is slower",
        "S2.4 reproduced: Keras is slower",
        "S2.2 inconclusive: Keras is slower",
        f"not listed: 1 not testable here; all of them, with their reasons: {SHOW_ALL}",
    ]


def test_what_exceeds_a_screen_is_counted() -> None:
    *named, rest = lines(*(judged(n, cpu="reproduced") for n in range(1, 21)))

    assert [line.split()[0] for line in named] == [f"S2.{n}" for n in range(1, 17)]
    assert rest.startswith("not listed: 4 reproduced; ")


def test_of_several_devices_each_verdict_names_its_own() -> None:
    (line,) = lines(judged(1, carried_over=["cpu"], cpu="reproduced", cuda="contradicted"))

    assert line == (
        "S2.1 reproduced, carried over to the CPU and contradicted on the GPU: Keras is slower"
    )


def test_a_repetition_is_not_told_twice() -> None:
    assert lines(judged(2, same_as=("S2.1",), cpu="reproduced")) == []
