"""The ledger of a study's claims: a verdict on each, under every protocol that was run."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from contract.base import Protocol
from contract.claim import DEVELOPMENT_METRICS, Claim, ClaimedComparison
from contract.study import Study
from report.run.measurements import Measurements
from report.run.records import Run
from report.topics.claims.comparisons import ComparisonReader
from report.topics.claims.verdicts import (
    IN_ORDER,
    ClaimVerdict,
    Judgement,
    combine,
    corrected,
    judge,
)
from report.vocabulary.presentation import PROTOCOL_TITLES, Style

_Judgements = dict[tuple[str, ClaimedComparison], Judgement]
"""By workload and comparison."""
VerdictCounts = tuple[tuple[ClaimVerdict, int], ...]


@dataclass(frozen=True)
class JudgedClaim:
    """A claim with its verdicts."""

    claim: Claim
    judgements: Mapping[Protocol, Judgement]
    """By protocol that the run followed, the study's own first."""

    @property
    def headline(self) -> Judgement:
        """The verdict under the study's own protocol; matched, if the own was not run or repeated.

        A reduced profile may run the own protocol in one block, which no test can judge.
        """
        own, *others = self.judgements.values()
        return next((found for found in (own, *others) if not found.awaits_repeats), own)

    @property
    def is_general(self) -> bool:
        """Whether no protocol has a part in the verdict: untestable, or about development."""
        metrics = {comparison.left.metric for comparison in self.claim.comparisons}
        return bool(self.claim.untestable) or metrics <= set(DEVELOPMENT_METRICS)


@dataclass(frozen=True)
class Ledger:
    """Judges the claims of one study."""

    run: Run
    study: Study
    measurements: Measurements
    styles: Mapping[str, Style]

    def judged(self) -> tuple[JudgedClaim, ...]:
        """Return every claim, in the study's order."""
        by_protocol = {protocol: self._tested(protocol) for protocol in PROTOCOL_TITLES}
        found = []
        for claim in self.study.claims:
            protocols = self.measurements.protocols(self.study.id, claim.workload)
            verdicts = {p: self._verdict(claim, by_protocol[p]) for p in protocols}
            found.append(JudgedClaim(claim, verdicts))
        return tuple(found)

    def _verdict(self, claim: Claim, tested: _Judgements) -> Judgement:
        reason = claim.untestable or self._why_too_little(claim)
        if reason:
            return Judgement("not testable here", reasons=(reason,))
        return combine([tested[claim.workload, found] for found in claim.comparisons])

    def _why_too_little(self, claim: Claim) -> str:
        profile = self.run.record.profile if self.run.record else None
        if not claim.needs_paper_profile or profile == "paper":
            return ""
        return f"profile “{profile}” trains less than the study; run `--profile paper`"

    def _tested(self, protocol: Protocol) -> _Judgements:
        """Judge every comparison of the study's claims, once; the p-values share one level."""
        asked = dict.fromkeys(
            (claim.workload, comparison)
            for claim in self.study.claims
            if not self._why_too_little(claim)
            for comparison in claim.comparisons
        )
        reader = ComparisonReader(self.run, self.study, protocol, self.measurements, self.styles)
        found = [reader.of(workload, comparison) for workload, comparison in asked]
        tests = sum(comparison.test is not None for comparison in found)
        p_values = corrected(found)
        judgements = [judge(one, p, tests) for one, p in zip(found, p_values, strict=True)]
        return dict(zip(asked, judgements, strict=True))


def counts(judged: Sequence[JudgedClaim]) -> VerdictCounts:
    """Return how many claims have which verdict on page one, those that could be tested first."""
    found = Counter(claim.headline.verdict for claim in judged)
    return tuple((verdict, found[verdict]) for verdict in IN_ORDER)
