"""What a failed gate is said to have found."""

import pytest

from contract.evidence import Check, Equivalence, EvidenceCase
from report.run.evidence import amount, failure_of, severity


def check(
    kind: str,
    error: float,
    *,
    tolerance: float = 1e-5,
    worst: str = "conv1",
    measure: str = "relative_l2",
    cause: str = "",
) -> Check:
    return Check(
        kind=kind,
        error=error,
        measure=measure,
        tolerance=tolerance,
        worst=worst,
        cause=cause,
        passed=error <= tolerance,
    )


def proof(*checks: Check) -> Equivalence:
    case = EvidenceCase(optimizer="sgd", precision="float32", checks=checks)
    return Equivalence(passed=case.passed, batch_size=32, steps=10, cases=(case,))


def test_a_part_by_itself_tells_more_than_the_whole() -> None:
    whole = check("forward_logits", 0.5, worst="logits")
    layer = check("layers", 0.01, worst="conv2: output")
    found = failure_of([proof(whole, layer, check("epoch", 1e-9))])
    assert str(found) == (
        "a layer by itself does not compute what the reference's does "
        "(conv2: output: 0.01 where 1e-5 is allowed), and 1 other kind of evidence failed"
    )


def test_all_causes_are_told_after_what_was_found() -> None:
    late = check(
        "epoch",
        0.9,
        tolerance=0.25,
        measure="seconds",
        worst="processor time after epoch 1 on a small network",
        cause="it goes on computing after the epoch is said to be over; it reports another loss",
    )
    found = failure_of([proof(late, check("prediction", 1.0))])
    assert str(found) == (
        "the loop that is timed is not the sum of its steps (processor time "
        "after epoch 1 on a small network: 0.9\N{NO-BREAK SPACE}s where 0.25\N{NO-BREAK SPACE}s "
        "is allowed), and 1 other kind of evidence failed. Cause: it goes on computing after the "
        "epoch is said to be over; it reports another loss"
    )


def test_what_is_counted_is_a_whole_number() -> None:
    counted = check("published_loop", 201, tolerance=0, measure="count", worst="sample 0")
    assert str(failure_of([proof(counted)])).endswith("(sample 0: 201 wrong where none is allowed)")


@pytest.mark.parametrize(("value", "text"), [(4099, "4,099"), (1e12, "1e12"), (1e300, "diverged")])
def test_a_count_beyond_belief_is_no_long_row_of_digits(value: float, text: str) -> None:
    assert amount(check("epoch", value, tolerance=0, measure="count"), value) == text


def test_of_several_proofs_the_worst_counts() -> None:
    found = failure_of(
        [proof(check("epoch", 1.0, worst="batch 3")), proof(check("epoch", 2.0, worst="batch 7"))]
    )
    assert found.check.worst == "batch 7"


def test_a_failed_check_is_more_severe_than_any_that_passed() -> None:
    assert severity(check("epoch", 2e-5)) > severity(check("epoch", 1e-5))
    none_allowed = check("published_loop", 1.0, tolerance=0.0)
    assert severity(none_allowed) > severity(check("epoch", 1e-6))
