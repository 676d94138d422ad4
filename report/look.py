"""A door of this room for a run that goes on: what of its studies' statements is still open."""

import math
from collections import defaultdict
from collections.abc import Collection, Iterator
from pathlib import Path

from contract.verdicts import DECISIONS, OpenStatement, StudyLook
from report.run.load import load_run
from report.run.measurements import Measurements
from report.topics.statements.ledger import JudgedReading, JudgedStatement, Ledger
from report.vocabulary.presentation import styles


def look(run_dir: Path, studies: Collection[str]) -> Iterator[StudyLook]:
    """Yield how far the statements of some studies are decided by what a run has measured so far.

    By the same rules as in its report. A statement that was not tested is neither decided nor open.

    Raises:
        ReportError: the folder holds no run.
    """
    run = load_run(run_dir)
    measurements, shown = Measurements(run), styles(run.every_contender)
    for study in (run.studies[name] for name in studies if name in run.studies):
        judged = Ledger(run, study, measurements, shown).judged()
        verdicts = {
            one.statement.id: verdict
            for one in judged
            if one.is_counted
            for verdict in one.verdicts.values()
        }
        yield StudyLook(
            study=study.id,
            decided={name: verdict for name, verdict in verdicts.items() if verdict in DECISIONS},
            open=tuple(
                _open(one) for one in judged if verdicts.get(one.statement.id) == "inconclusive"
            ),
        )


def _open(judged: JudgedStatement) -> OpenStatement:
    readings = [found for found in judged.readings if found.reading.primary]
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
