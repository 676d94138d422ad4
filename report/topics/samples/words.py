"""The order of quantities in a study's tables, and the headings that they stand under."""

from collections.abc import Iterable

from contract.study import Study
from report.run.quantities import StatedQuantity
from report.vocabulary.presentation import (
    DEVICE_TITLES,
    PROTOCOL_NAMES,
    TASK_TITLES,
    presentation,
)

_ONCE = "counted or measured once, whatever the workload"


def in_order(
    study: Study, contenders: Iterable[str], tested: Iterable[StatedQuantity]
) -> list[StatedQuantity]:
    """Return quantities by workload, protocol, metric and contender; those of development last."""
    workloads = [workload.id for workload in study.workloads]
    protocols, tasks, devices = list(PROTOCOL_NAMES), list(TASK_TITLES), list(DEVICE_TITLES)
    metrics, names = list(presentation().words), list(contenders)

    def place(one: StatedQuantity) -> tuple[int, ...]:
        side, setting = one.quantity, one.setting
        metric, contender = metrics.index(side.metric), names.index(side.contender)
        if setting is None:
            return len(workloads), metric, contender
        return (
            workloads.index(setting.workload),
            protocols.index(setting.protocol),
            metric,
            tasks.index(setting.task),
            devices.index(setting.device),
            contender,
        )

    return sorted(tested, key=place)


def heading(study: Study, one: StatedQuantity) -> tuple[str, str]:
    """Return what a quantity is a number of, with its unit, and under which conditions."""
    info = presentation().metric(one.quantity.metric)
    title = f"{info.title}, {info.unit}" if info.unit else info.title
    setting = one.setting
    if setting is None:
        return title, _ONCE
    workload = (study.workload(setting.workload).title,) if len(study.workloads) > 1 else ()
    conditions = (
        *workload,
        TASK_TITLES[setting.task],
        PROTOCOL_NAMES[setting.protocol],
        DEVICE_TITLES[setting.device],
    )
    return title, ", ".join(conditions)
