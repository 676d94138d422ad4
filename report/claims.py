"""Judges a study's claims by what the run measured."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from contract.base import ProfileName, Protocol
from contract.claim import Claim, Comparison, Quantity
from report.measurements import Measurements, Setting
from report.numbers import counted, rounded, with_unit
from report.presentation import DEVICE_TITLES, Look, presentation
from report.statistics import (
    RatioInterval,
    binomial_error,
    paired_ratio,
    repeats_needed,
    summarise,
)

Verdict = Literal["reproduced", "contradicted", "inconclusive", "not testable here"]

VERDICTS: tuple[Verdict, ...] = (
    "contradicted",
    "not testable here",
    "inconclusive",
    "reproduced",
)
"""Of several comparisons in one claim, the first of these that occurs is the claim's."""


@dataclass(frozen=True)
class Judgement:
    """A claim, or one of its comparisons, with what the run says about it."""

    verdict: Verdict
    measured: tuple[str, ...] = ()
    """What was measured, a line per comparison."""
    reasons: tuple[str, ...] = ()
    """The test behind the verdict, or why there is none and what would settle it."""


@dataclass(frozen=True)
class Judge:
    """Judges the claims on one study's workloads under one protocol."""

    study: str
    protocol: Protocol
    profile: ProfileName | None
    measurements: Measurements
    looks: Mapping[str, Look]

    def judge(self, claim: Claim) -> Judgement:
        """Return the verdict on a claim: all of its comparisons have to hold."""
        if claim.needs_paper_profile and self.profile != "paper":
            reason = f"profile “{self.profile}” trains less than the study; run `--profile paper`"
            return Judgement("not testable here", reasons=(reason,))
        parts = [self._compare(claim.workload, comparison) for comparison in claim.comparisons]
        found = {part.verdict for part in parts}
        return Judgement(
            next(verdict for verdict in VERDICTS if verdict in found),
            tuple(dict.fromkeys(line for part in parts for line in part.measured)),
            tuple(dict.fromkeys(line for part in parts for line in part.reasons)),
        )

    def _compare(self, workload: str, comparison: Comparison) -> Judgement:
        sides = [side for side in (comparison.left, comparison.right) if isinstance(side, Quantity)]
        obstacle = next(filter(None, (self._obstacle(workload, side) for side in sides)), None)
        if obstacle:
            return Judgement("not testable here", reasons=(obstacle,))
        pairs = self._pairs(workload, comparison)
        measured = (self._measured(workload, comparison),)
        interval = paired_ratio(pairs)
        if interval is None:
            reason = f"{counted(len(pairs), 'block')} cannot tell noise apart; run `--repeats 3`"
            return Judgement("inconclusive", measured, (reason,))
        test = _test(interval)
        if self._is_a_tie(workload, comparison, interval):
            reason = f"{test}, within the error that the number of test images leaves"
            return Judgement("inconclusive", measured, (reason,))
        if not interval.excludes_one:
            return Judgement("inconclusive", measured, (f"{test}; {_what_would_settle(pairs)}",))
        holds = (interval.high < 1) == (comparison.relation == "<")
        return Judgement("reproduced" if holds else "contradicted", measured, (test,))

    def _setting(self, workload: str, side: Quantity) -> Setting:
        return Setting(self.study, workload, side.contender, self.protocol, side.device, side.task)

    def _obstacle(self, workload: str, side: Quantity) -> str:
        """Say why a side cannot be compared; empty where it can."""
        setting = self._setting(workload, side)
        name = f"{self.looks[side.contender].title} on the {DEVICE_TITLES[side.device]}"
        missing = self.measurements.of(setting, side.metric).missing
        if missing:
            return f"{name}: {missing}"
        if self.measurements.gate(setting) in ("failed", "unproven"):
            return f"{name}: without a passed equivalence gate it compares with nothing"
        return ""

    def _pairs(self, workload: str, comparison: Comparison) -> list[tuple[float, float]]:
        """Return left and right of every block that has both."""
        left = self.measurements.by_block(
            self._setting(workload, comparison.left), comparison.left.metric
        )
        if not isinstance(comparison.right, Quantity):
            return [(value, comparison.right) for value in left.values()]
        right = self.measurements.by_block(
            self._setting(workload, comparison.right), comparison.right.metric
        )
        return [(left[block], right[block]) for block in left if block in right]

    def _is_a_tie(self, workload: str, comparison: Comparison, interval: RatioInterval) -> bool:
        """Tell whether two accuracies are closer than the test images can resolve."""
        if comparison.left.metric != "test_accuracy":
            return False
        setting = self._setting(workload, comparison.left)
        images = self.measurements.test_samples(setting)
        share = summarise(self.measurements.of(setting, "test_accuracy").samples).median
        if images is None:
            return False
        return abs(share - share / interval.ratio) < binomial_error(share, images)

    def _measured(self, workload: str, comparison: Comparison) -> str:
        right = comparison.right
        other = (
            self._shown(workload, right)
            if isinstance(right, Quantity)
            else _with_unit(comparison.left.metric, right)
        )
        return f"{self._shown(workload, comparison.left)} against {other}"

    def _shown(self, workload: str, side: Quantity) -> str:
        samples = self.measurements.of(self._setting(workload, side), side.metric).samples
        value = _with_unit(side.metric, summarise(samples).median)
        return f"{self.looks[side.contender].title} {value}"


def _with_unit(metric: str, value: float) -> str:
    info = presentation().metrics[metric]
    return with_unit(value * info.factor, info.unit)


def _test(interval: RatioInterval) -> str:
    bounds = f"{rounded(interval.low)} – {rounded(interval.high)}"
    pairs = counted(interval.pairs, "block")
    return f"ratio {rounded(interval.ratio)}, 95 % interval {bounds} over {pairs}"


def _what_would_settle(pairs: Sequence[tuple[float, float]]) -> str:
    needed = repeats_needed(pairs)
    if needed is None:
        return "no reasonable number of repeats would tell them apart"
    return f"about {needed} blocks would settle it: run `--repeats {needed}`"
