"""What the statements compare that a run could test."""

from collections.abc import Sequence

from report.run.quantities import StatedQuantity
from report.topics.statements.judged import JudgedStatement


def compared_quantities(
    study: str, judged: Sequence[JudgedStatement], *, that_decide: bool = False
) -> tuple[StatedQuantity, ...]:
    """Return every quantity of a tested reading once, under the protocol of its headline.

    Those of other runs, whose verdicts are joined, are not among them; and only those of readings
    `that_decide`, where these are wanted.
    """
    readings = (reading for statement in judged for reading in statement.readings)
    return tuple(
        dict.fromkeys(
            StatedQuantity.of(study, side, reading.headline_protocol)
            for reading in readings
            if reading.headline.verdict != "not testable here" and not reading.runs
            if reading.reading.primary or not that_decide
            for comparison in reading.reading.comparisons(reading.device)
            for side in comparison.quantities
        )
    )
