"""What contenders are compared by where the paper prints no table: a table without values."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from contract.base import Device
from contract.published import PublishedColumn, PublishedRow, PublishedTable
from contract.study import Workload
from report.vocabulary.presentation import DEVICE_TITLES, Criterion, Style, presentation


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
