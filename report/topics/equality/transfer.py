"""Train in one contender, deploy in another: what gets lost in between."""

from contract.base import Device
from contract.outcomes import TransferCell
from contract.words import counted
from report.elements.part import Part
from report.elements.table import Cell, Footnotes, Group, Header, Table
from report.run.measurements import Measurements, Setting
from report.run.scope import Scope
from report.vocabulary.numbers import percent, scientific

LARGEST_SHARE = 1 / 1000
"""Test samples that may change sides for a transfer to count as without loss."""
LARGEST_LOGIT_DIFFERENCE = 1e-4
_ROUNDING = 1e-12


def transfer_part(scope: Scope) -> Part:
    """Return who evaluates whose weights, by device; nothing where no job was to transfer."""
    devices = scope.devices_of("transfer")
    return Part(
        "transfer",
        tables=tuple(transfer_table(f"{scope.name}-transfer-{d}", scope, d) for d in devices),
        remarks=tuple(transfer_verdict(scope, device) for device in devices),
    )


def is_without_loss(cell: TransferCell) -> bool:
    """Tell whether a network computes in its new place what it computed where it was trained."""
    moved = abs(cell.accuracy - cell.trained_accuracy)
    logits = cell.largest_logit_difference
    return moved <= LARGEST_SHARE + _ROUNDING and logits <= LARGEST_LOGIT_DIFFERENCE


def transfer_table(name: str, scope: Scope, device: Device) -> Table:
    """Return a row per contender that trained, a column per contender that evaluated."""
    footnotes = Footnotes()
    settings = scope.settings("matched", device, "transfer")
    rows = []
    for source in settings:
        style = scope.style(source)
        found = [_cell(source, setting, scope.measurements, footnotes) for setting in settings]
        rows.append((Cell(style.title, style=style), *found))
    columns = (Header(f"in {scope.style(setting).title}", numeric=True) for setting in settings)
    headers = (Header("Trained by"), *columns)
    caption = (
        "Accuracy on the test samples of a network trained in the row's contender and evaluated "
        "in the column's; below it, the change, and the largest difference in any logit."
    )
    return Table(name, caption, headers, (Group(tuple(rows)),), footnotes.notes)


def transfer_verdict(scope: Scope, device: Device) -> str:
    """Say how many transfers between two contenders are without loss."""
    between = [
        cell
        for setting in scope.settings("matched", device, "transfer")
        for source, cell in _cells(setting, scope.measurements).items()
        if source != setting.contender
    ]
    if not between:
        return "No network was evaluated in a contender other than its own."
    kept = sum(map(is_without_loss, between))
    worst = max(cell.largest_logit_difference for cell in between)
    return (
        f"{kept} of {counted(len(between), 'transfer')} between two contenders are without loss; "
        f"the largest difference in any logit is {scientific(worst)} of the largest logit."
    )


def _cells(setting: Setting, measurements: Measurements) -> dict[str, TransferCell]:
    """Return the worst cell of every source, over the repeats."""
    worst: dict[str, TransferCell] = {}
    for result in measurements.results(setting):
        for cell in result.transfer:
            known = worst.get(cell.trained_by, cell)
            worst[cell.trained_by] = max(known, cell, key=lambda c: c.largest_logit_difference)
    return worst


def _cell(
    source: Setting, setting: Setting, measurements: Measurements, footnotes: Footnotes
) -> Cell:
    cell = _cells(setting, measurements).get(source.contender)
    if cell is None:
        ran = measurements.results(setting)
        reason = "its weights were not handed over" if ran else measurements.why_absent(setting)
        return footnotes.missing(reason)
    moved = 100 * (cell.accuracy - cell.trained_accuracy)
    notes = (f"{moved:+.2f} points, logits {scientific(cell.largest_logit_difference)}",)
    if source.contender == setting.contender:
        return Cell(percent(cell.accuracy, 2), "number", notes=notes)
    return Cell(percent(cell.accuracy, 2), "pass" if is_without_loss(cell) else "fail", notes=notes)
