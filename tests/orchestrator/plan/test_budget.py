"""A budget is a number with its unit, or none."""

import pytest

from orchestrator.commands.options import RunOptions
from orchestrator.errors import PlumblineError
from orchestrator.plan.budget import QUICK_BUDGET_SECONDS, parse_budget


@pytest.mark.parametrize(
    ("text", "seconds"),
    [("90s", 90), ("25m", 1500), ("25 min", 1500), ("2h", 7200), ("1.5H", 5400), ("none", None)],
)
def test_a_budget_has_a_unit(text, seconds):
    assert parse_budget(text) == seconds


@pytest.mark.parametrize("text", ["25", "", "0m", "-3m", "m", "a while", "1e9h", "nan s"])
def test_anything_else_is_refused_with_what_would_be_right(text):
    with pytest.raises(PlumblineError) as refused:
        parse_budget(text)

    assert "25m" in refused.value.remedy


@pytest.mark.parametrize(
    ("options", "seconds"),
    [
        ({"profile": "quick"}, QUICK_BUDGET_SECONDS),
        ({"profile": "smoke"}, None),
        ({"profile": "paper"}, None),
        ({"profile": "quick", "budget": "none"}, None),
        ({"profile": "paper", "budget": "2h"}, 7200),
    ],
)
def test_only_the_quick_profile_has_one_of_its_own(options, seconds):
    assert RunOptions(**options).budget_seconds == seconds
