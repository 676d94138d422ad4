"""A door of this room for a run that goes on: what of its studies' statements is still open."""

import math
from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence
from pathlib import Path

from contract.base import Device
from contract.verdicts import DECISIONS, OpenStatement, StudyLook
from report.run.load import load_run
from report.run.measurements import Measurements
from report.topics.statements.judged import JudgedReading, JudgedStatement
from report.topics.statements.ledger import Ledger
from report.vocabulary.presentation import styles


def look(run_dir: Path, studies: Collection[str]) -> Iterator[StudyLook]:
    """Yield how far the statements of some studies are decided by what a run has measured so far.

    By the same rules as in its report, for each device of the run. A statement that was not tested
    is neither decided nor open.

    Raises:
        ReportError: the folder holds no run.
    """
    run = load_run(run_dir)
    measurements, shown = Measurements(run), styles(run.every_contender)
    for study in (run.studies[name] for name in studies if name in run.studies):
        judged = Ledger(run, study, measurements, shown).judged()
        for device in run.devices:
            yield _look_on(device, study.id, [one for one in judged if one.is_counted])


def _look_on(device: Device, study: str, judged: Sequence[JudgedStatement]) -> StudyLook:
    verdicts = {one.statement.id: one.verdicts.get(device) for one in judged}
    return StudyLook(
        study=study,
        device=device,
        decided={name: verdict for name, verdict in verdicts.items() if verdict in DECISIONS},
        open=tuple(
            _open(one, device) for one in judged if one.verdicts.get(device) == "inconclusive"
        ),
    )


def _open(judged: JudgedStatement, device: Device) -> OpenStatement:
    of_device = (found for found in judged.readings if found.device == device)
    readings = [found for found in of_device if found.reading.primary]
    needed = max(found.headline.blocks_needed for found in readings)
    return OpenStatement(
        id=judged.statement.id,
        blocks_needed=None if math.isinf(needed) else needed,
        by_turns=_by_turns(readings),
    )


def _by_turns(readings: Collection[JudgedReading]) -> dict[str, tuple[str, ...]]:
    found: defaultdict[str, dict[str, None]] = defaultdict(dict)
    for judged in readings:
        for comparison in judged.reading.comparisons(judged.device):
            for side in comparison.quantities:
                if side.task == "turns" and side.workload is not None:
                    found[side.workload][side.contender] = None
    return {workload: tuple(names) for workload, names in found.items()}
