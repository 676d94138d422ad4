"""A sample is disturbed by what others used of its CPUs, and by a quota that stopped it."""

import pytest

from contract.disturbance import (
    FOREIGN_CPU_SHARE_LIMIT,
    THROTTLED_SHARE_LIMIT,
    Disturbance,
)
from tests.contract.examples import disturbance


@pytest.mark.parametrize("share", [0.0, 0.07, FOREIGN_CPU_SHARE_LIMIT])
def test_quiet_turns_are_not_disturbed(share):
    found = disturbance(foreign_cpu_share=share)

    assert not found.is_disturbed
    assert found.cause == ""


@pytest.mark.parametrize("share", [0.101, 0.41, 1.0])
def test_a_busy_neighbour_disturbs(share):
    found = disturbance(foreign_cpu_share=share)

    assert found.is_disturbed
    assert found.cause == f"others used {100 * share:.0f} % of its CPUs"


def test_throttling_disturbs_by_its_share_of_the_time():
    limit_seconds = 2 * THROTTLED_SHARE_LIMIT

    assert not disturbance(wall_seconds=2, throttled_seconds=limit_seconds).is_disturbed
    assert (
        disturbance(wall_seconds=2, throttled_seconds=2 * limit_seconds).cause
        == "a CPU quota stopped it for 0.04 s"
    )


def test_both_causes_are_named():
    found = disturbance(foreign_cpu_share=0.5, throttled_seconds=0.5)

    assert found.cause == "others used 50 % of its CPUs, and a CPU quota stopped it for 0.50 s"


def test_switches_disturb_nothing():
    assert not disturbance(involuntary_switches=100_000).is_disturbed


def test_what_is_unknown_disturbs_nothing_and_has_a_reason():
    found = Disturbance(
        wall_seconds=0.1,
        involuntary_switches=0,
        unmeasured={"foreign_cpu_share": "too short", "throttled_seconds": "no quota"},
    )

    assert not found.is_disturbed
    with pytest.raises(ValueError, match="foreign_cpu_share: a number or a reason"):
        Disturbance(wall_seconds=0.1, involuntary_switches=0, throttled_seconds=0)
