"""The ratio that a paper gives, against the interval of the run's own."""

from contract.base import Device
from contract.statement import Reading, Statement
from report.topics.statements.verdicts import Judgement
from report.vocabulary.numbers import rounded
from report.vocabulary.presentation import DEVICE_TITLES


def ratio_remark(
    statement: Statement, reading: Reading, device: Device, judgement: Judgement
) -> str:
    """Say whether the paper's ratio lies in the interval; empty where either does not exist.

    A paper that gives none for the device is held to the one that it gives.
    """
    ratios = statement.published_ratio
    if not ratios or not reading.primary or [n.scale for n in judgement.numbers] != ["ratio"]:
        return ""
    of = device if device in ratios else next(iter(ratios))
    (comparison,), (numbers,) = reading.comparisons(device), judgement.numbers
    left, right = comparison.quantities
    weighed = ratios[of] * left.factor / right.factor
    where = "within"
    if not numbers.low <= weighed <= numbers.high:
        where = "below" if weighed < numbers.low else "above"
    source = "" if of == device else f" on the {DEVICE_TITLES[of]}"
    return f"the paper’s ratio{source}, {rounded(ratios[of])}, lies {where} that interval"
