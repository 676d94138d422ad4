"""What a failed gate is said to have found."""

from contract.evidence import Check, Equivalence, EvidenceCase
from report.run.evidence import failure_of, severity


def check(kind: str, error: float, *, tolerance: float = 1e-5, worst: str = "conv1") -> Check:
    return Check(
        kind=kind,
        error=error,
        measure="relative_l2",
        tolerance=tolerance,
        worst=worst,
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


def test_of_several_proofs_the_worst_counts() -> None:
    found = failure_of(
        [proof(check("epoch", 1.0, worst="batch 3")), proof(check("epoch", 2.0, worst="batch 7"))]
    )
    assert found.check.worst == "batch 7"


def test_a_failed_check_is_more_severe_than_any_that_passed() -> None:
    assert severity(check("epoch", 2e-5)) > severity(check("epoch", 1e-5))
    none_allowed = check("published_loop", 1.0, tolerance=0.0)
    assert severity(none_allowed) > severity(check("epoch", 1e-6))
