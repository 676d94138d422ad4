"""What became of the statements, in the sentences of page one."""

from contract.base import Device
from contract.statement import Reading, Statement
from contract.verdicts import StatementVerdict
from report.topics.statements.ledger import DeviceCounts
from report.topics.statements.words import counts_in_words


def on(device: Device, **numbers: int) -> DeviceCounts:
    verdicts: tuple[StatementVerdict, ...] = (
        "reproduced",
        "contradicted",
        "equal within 5 %",
        "inconclusive",
        "not testable here",
    )
    by_first_word = {verdict: numbers.get(verdict.split()[0], 0) for verdict in verdicts}
    return DeviceCounts(device, tuple(by_first_word.items()))


def of_the_gpu(name: str) -> Statement:
    holds = "gpu_percent[keras] > 1"
    told = {"text": "It is so", "place": "p. 1", "published": "1 %"}
    reading = Reading(sense="so", workload="w", holds=holds, devices=("cuda",), primary=True)
    return Statement(id=name, readings=(reading,), **told)


def test_counts_are_said_in_words() -> None:
    (told, note) = counts_in_words(
        [on("cpu", reproduced=3, contradicted=1, equal=1, inconclusive=2)], ()
    )

    assert told == (
        "On the CPU this run decides 5 of 7 statements: 3 reproduced, 1 contradicted, "
        "1 equal within 5 % and 2 inconclusive."
    )
    assert note.startswith("“Inconclusive” is not a finding")


def test_each_device_has_a_sentence() -> None:
    told = list(counts_in_words([on("cpu", reproduced=1), on("cuda", contradicted=1)], ()))

    assert [text[:10] for text in told] == ["On the CPU", "On the GPU"]


def test_a_device_that_tests_nothing_says_so() -> None:
    assert list(counts_in_words([on("cpu", **{"not": 5})], ())) == [
        "On the CPU this run can test none of 5 statements."
    ]


def test_where_nothing_is_inconclusive_the_word_is_not_explained() -> None:
    assert len(list(counts_in_words([on("cpu", reproduced=1)], ()))) == 1


def test_what_needs_another_device_is_one_sentence_of_its_own() -> None:
    needing = [of_the_gpu("S2.6"), of_the_gpu("S2.9")]

    *_, told = counts_in_words([on("cpu", reproduced=1)], needing)

    assert told == (
        "Not counted: 2 statements that can be tested on the GPU only, which this run did not "
        "use (S2.6 and S2.9)."
    )
