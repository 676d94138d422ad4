"""What the gate has to see of a contender with a defect in it; each contender's tests inherit it.

A few defects of `benchmarks.gate`, those that are marked for the tests; that benchmark plants all.
"""

from collections.abc import Callable
from typing import ClassVar

import pytest

from benchmarks.gate import defects as _defects  # noqa: F401 (registers them)
from benchmarks.gate.changes import Replacement
from benchmarks.gate.planted import DEFECTS, PlantedDefect
from benchmarks.gate.planter import Planter
from runners.harness.contender.contender import Contender

THREADS = 2


@pytest.mark.environment
class DefectTests:
    """Inherit this, name the contender, say how to create it."""

    name: ClassVar[str]
    create: ClassVar[Callable[[], Contender]]

    @classmethod
    def planted(cls) -> list[PlantedDefect]:
        """Return the defects in this contender."""
        return [defect for defect in DEFECTS.values() if defect.contender == cls.name]

    @pytest.fixture(scope="class")
    @classmethod
    def planter(cls) -> Planter:
        """What plants defects into the contender, configured once."""
        contender = cls.create()
        contender.configure("cpu", THREADS, seed=0)
        return Planter(contender, THREADS)

    def pytest_generate_tests(self, metafunc: pytest.Metafunc) -> None:
        """Plant each defect by itself; try the right contender where they are planted."""
        tested = [defect for defect in self.planted() if defect.in_tests]
        if "defect" in metafunc.fixturenames:
            metafunc.parametrize("defect", tested, ids=lambda defect: defect.name)
        if "trial" in metafunc.fixturenames:
            metafunc.parametrize("trial", sorted({defect.trial for defect in tested}))

    def test_gate_sees_the_defect(self, planter: Planter, defect: PlantedDefect) -> None:
        found, was_run = planter.verify_wrong(defect)
        assert was_run
        assert not found.passed, defect.evidence

    def test_gate_passes_the_right_contender(self, planter: Planter, trial: str) -> None:
        found = planter.verify_right(trial, seed=0, offset=0)
        missed = [check for case in found.cases for check in case.checks if not check.passed]
        assert not missed

    @pytest.mark.usefixtures("planter")
    def test_what_defects_replace_is_there(self) -> None:
        """Also of the defects that no test plants; AnchorError names what is gone."""
        replacements = [
            defect.change for defect in self.planted() if isinstance(defect.change, Replacement)
        ]
        assert replacements
        for replacement in replacements:
            replacement.find()
