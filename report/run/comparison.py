"""The paper's numbers beside ours: one comparison per row of a published table.

Where the paper prints no table, the kit's own criteria are one without values.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from contract.base import Device, Protocol
from contract.published import PublishedColumn, PublishedRow, PublishedTable
from contract.study import Workload
from report.run.measurement import Measurement
from report.run.measurements import Measurements, Setting
from report.vocabulary.presentation import DEVICE_TITLES, Criterion, Style, presentation


@dataclass(frozen=True)
class Entry:
    """One contender in one column of the paper, in the unit of the paper's row."""

    column: PublishedColumn
    contender: str
    published: float | None
    """None where the paper's cell is empty."""
    measured: Measurement
    why_incomparable: str
    """Why it neither wins nor loses, whatever was measured; empty where it may."""
    trained_less: str
    """How much less than the paper was trained for it; empty where it is of the paper's scale."""
    test_samples: int | None
    """Images that an accuracy was measured on; None where no confusion matrix tells."""

    @property
    def fills_hole(self) -> bool:
        """Whether we measured, on the paper's scale, what the paper left empty."""
        cell_is_empty = self.column.in_paper and self.published is None
        return cell_is_empty and self.comparable and not self.trained_less

    @property
    def comparable(self) -> bool:
        """Whether the entry may win or lose: it is measured, and nothing speaks against it."""
        return bool(self.measured.samples) and not self.why_incomparable


@dataclass(frozen=True)
class Comparison:
    """One row of the paper's table, with every contender that reproduces a column."""

    row: PublishedRow
    protocol: Protocol
    entries: tuple[Entry, ...]

    def on(self, device: Device) -> tuple[Entry, ...]:
        """Return the measured entries of a device, each contender once."""
        chosen: dict[str, Entry] = {}
        for entry in self.entries:
            if entry.column.device == device and entry.measured.samples:
                chosen.setdefault(entry.contender, entry)
        return tuple(chosen.values())


def compare(
    study: str, table: PublishedTable, protocol: Protocol, measurements: Measurements
) -> tuple[Comparison, ...]:
    """Set every row of a published table against what the run measured."""

    def entry(row: PublishedRow, column: PublishedColumn, contender: str) -> Entry:
        setting = Setting(study, table.workload, contender, protocol, column.device, row.task)
        return Entry(
            column=column,
            contender=contender,
            published=row.values.get(column.id),
            measured=measurements.of(setting, row.metric).scaled(row.factor),
            why_incomparable=measurements.why_incomparable(setting, row.metric),
            trained_less=measurements.trained_less(setting, row.metric),
            test_samples=measurements.test_samples(setting),
        )

    return tuple(
        Comparison(
            row=row,
            protocol=protocol,
            entries=tuple(
                entry(row, column, contender)
                for column in table.columns
                for contender in column.contenders
            ),
        )
        for row in table.rows
    )


def criteria_table(
    workload: Workload,
    contenders: Sequence[str],
    devices: Sequence[Device],
    styles: Mapping[str, Style],
) -> PublishedTable:
    """Return the criteria of `presentation.toml` that fit a workload, a column per contender."""
    fitting = [c for c in presentation().criteria if workload.training.loss in c.losses]
    return PublishedTable(
        title="The kit's own criteria",
        place="not in the paper",
        workload=workload.id,
        columns=tuple(
            PublishedColumn(
                id=f"{contender}-{device}",
                title=f"{styles[contender].title}, {DEVICE_TITLES[device]}",
                contenders=(contender,),
                device=device,
                in_paper=False,
            )
            for device in devices
            for contender in contenders
        ),
        rows=tuple(_row(criterion) for criterion in fitting),
    )


def _row(criterion: Criterion) -> PublishedRow:
    info = presentation().metrics[criterion.metric]
    return PublishedRow(
        title=info.title,
        metric=criterion.metric,
        task=criterion.task,
        unit=info.unit,
        factor=info.factor,
        better=info.better,
        values={},
    )
