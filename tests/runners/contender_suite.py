"""What every contender has to do, tested once and inherited by each contender's tests.

A test module inherits `ContenderSuite`, names its folder under `runners/`, and gets every test.
The contender is held against the NumPy reference, layer by layer, in every precision that it has.
No framework is imported here.
"""

import importlib
import subprocess
import sys
from abc import abstractmethod
from pathlib import Path
from typing import ClassVar

import pytest

from contract.contender import ContenderInfo
from runners.harness.contender.contender import Contender
from runners.harness.errors import RunnerError
from tests.runners.suite_checks import THREADS, build_small, check_gate
from tests.runners.suite_dropout import DropoutTests
from tests.runners.suite_epochs import EpochTests
from tests.runners.suite_layers import LayerTests
from tests.runners.suite_models import SMALL_CNN, TRAINING, batch
from tests.runners.suite_prediction import PredictionTests
from tests.runners.suite_published import PublishedTests
from tests.runners.suite_scoring import ScoringTests
from tests.runners.suite_training import TrainingTests

try:
    import tomllib
except ModuleNotFoundError:
    import tomli as tomllib  # type: ignore[no-redef]

__all__ = [
    "SMALL_CNN",
    "THREADS",
    "TRAINING",
    "ContenderSuite",
    "NetworkSuite",
    "batch",
    "check_gate",
]

REPOSITORY = Path(__file__).parents[2]


class NetworkSuite(
    LayerTests, DropoutTests, PredictionTests, TrainingTests, EpochTests, PublishedTests
):
    """All that is asked of a contender's networks."""


@pytest.mark.environment
class ContenderSuite(NetworkSuite, ScoringTests):
    """Inherit this, name the folder, say whether the framework sees a GPU."""

    folder: ClassVar[str]
    framework: ClassVar[str]
    """The package that must not be imported before `configure`."""

    @staticmethod
    @abstractmethod
    def cuda_is_available() -> bool:
        """Say whether the framework can compute on a GPU here."""

    @staticmethod
    @abstractmethod
    def registered_layers() -> set[str]:
        """Return the kinds of layers that the runner has code for."""

    @classmethod
    def create(cls) -> Contender:
        """Return the contender, not yet configured."""
        module = importlib.import_module(f"runners.{cls.folder}.contender")
        created = module.create()
        assert isinstance(created, Contender)
        return created

    @classmethod
    def describe(cls) -> ContenderInfo:
        """Return what the folder says about the contender."""
        path = REPOSITORY / "runners" / cls.folder / "contender.toml"
        return ContenderInfo.model_validate(tomllib.loads(path.read_text()))

    def test_folder_describes_the_contender(self) -> None:
        info = self.describe()
        assert info.name == self.folder.replace("_", "-")
        assert all((REPOSITORY / source).exists() for source in info.source)

    def test_abilities_name_the_layers_that_the_runner_has_code_for(self) -> None:
        listed = self.describe().abilities.layers
        assert sorted(listed) == sorted(self.registered_layers())

    def test_module_is_importable_without_the_framework(self) -> None:
        code = (
            f"import sys; from runners.{self.folder}.contender import create; create(); "
            f"sys.exit({self.framework!r} in sys.modules)"
        )
        subprocess.run([sys.executable, "-c", code], cwd=REPOSITORY, check=True)

    def test_precisions_are_there_or_excused(self) -> None:
        contender = self.create()
        assert "float32" in contender.precisions
        assert {*contender.precisions, *contender.unavailable} == {"float32", "float64"}
        assert not {*contender.precisions} & {*contender.unavailable}

    def test_thread_pools_read_back_what_was_set(self, contender: Contender) -> None:
        build_small(contender).train_step(*batch(SMALL_CNN, 8, "float32"))
        pools = contender.thread_pools()
        assert pools
        assert set(pools.values()) == {THREADS}, pools

    def test_cuda_works_or_is_refused_with_a_remedy(self) -> None:
        """A GPU is configured in a process of its own: a process is configured once."""
        if self.cuda_is_available():
            code = (
                f"from runners.{self.folder}.contender import create; "
                f"from tests.runners.contender_suite import *; contender = create(); "
                f"contender.configure('cuda', {THREADS}, 0); "
                f"check_gate(contender)"
            )
            subprocess.run([sys.executable, "-c", code], cwd=REPOSITORY, check=True)
        else:
            with pytest.raises(RunnerError) as refusal:
                self.create().configure("cuda", THREADS, seed=0)
            assert refusal.value.remedy

    def test_names_no_gpu_on_a_cpu(self, contender: Contender) -> None:
        assert contender.gpu() is None
