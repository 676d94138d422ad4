"""How long a run may measure."""

import re

from orchestrator.errors import PlumblineError

QUICK_BUDGET_SECONDS = 25 * 60.0
"""Of profile quick where nothing else is said: as long as people wait for it beside other work."""
_UNITS_SECONDS = {"s": 1, "m": 60, "h": 3600}


def parse_budget(text: str) -> float | None:
    """Return seconds, from a number with s, m or h behind it; None for "none".

    Raises:
        PlumblineError: it is neither, or no time at all.
    """
    given = text.strip().lower()
    if given == "none":
        return None
    match = re.fullmatch(r"(\d{1,7}(?:\.\d{1,3})?) ?(s|m|h)(?:in)?", given)
    seconds = float(match[1]) * _UNITS_SECONDS[match[2]] if match else 0.0
    if seconds == 0:
        raise PlumblineError(
            f"--budget: {text!r} is no time to measure in",
            "give a number with its unit, such as 90s, 25m or 2h, or none",
        )
    return seconds
