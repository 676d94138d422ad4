"""A look at a run that goes on says what is decided, what is open, and what would help."""

import pytest

from contract.verdicts import StudyLook
from report.look import look
from report.run.records import ReportError
from tests.report.conftest import MakeRun
from tests.report.run_folder import add_turns

SCATTERED = (0.010, 0.0125, 0.0095, 0.012, 0.0098)
AS_SCATTERED = (0.0115, 0.0105, 0.0118, 0.0104, 0.0112)
SLOW, SLOWER = (0.030, 0.031, 0.030, 0.0305, 0.030), (0.090, 0.091, 0.090, 0.0905, 0.091)


def looked(make_run: MakeRun, repeats: int = 2, **call_seconds: tuple[float, ...]) -> StudyLook:
    contenders = ("pytorch", "keras", "velox")
    path = make_run(tasks=("verify", "train", "predict"), contenders=contenders, repeats=repeats)
    add_turns(path, call_seconds)
    (found,) = look(path, ["s2"])
    return found


def test_what_turns_decide_is_decided(make_run: MakeRun) -> None:
    """S2.2 is of steps, S2.3 of predictions, both of Keras and PyTorch."""
    found = looked(make_run, keras=SLOWER, pytorch=SLOW, velox=SLOW)

    assert (found.decided["S2.2"], found.decided["S2.3"]) == ("contradicted", "reproduced")
    assert {"S2.2", "S2.3"}.isdisjoint(one.id for one in found.open)


def test_what_turns_leave_open_says_whose_and_how_many_would_decide(make_run: MakeRun) -> None:
    found = looked(make_run, keras=SCATTERED, pytorch=AS_SCATTERED, velox=SLOWER)

    (steps,) = (one for one in found.open if one.id == "S2.2")
    assert set(steps.by_turns) == {"mnist-cnn"}
    assert sorted(steps.by_turns["mnist-cnn"]) == ["keras", "pytorch"]
    assert steps.blocks_needed is None or steps.blocks_needed > len(SCATTERED)
    assert found.decided["S2.5"] == "contradicted"


def test_what_no_turns_bear_on_needs_none(make_run: MakeRun) -> None:
    """S2.8 compares memory, of which a single block can decide nothing."""
    found = looked(make_run, repeats=1, keras=SLOWER, pytorch=SLOW, velox=SLOW)

    (memory,) = (one for one in found.open if one.id == "S2.8")
    assert (memory.blocks_needed, memory.by_turns) == (0, {})


def test_each_device_of_a_run_has_a_look_of_its_own(make_run: MakeRun) -> None:
    """S2.8 is of memory on the CPU alone, S2.7 of processor use on the GPU."""
    path = make_run(repeats=3, devices=("cpu", "cuda"))

    looks = {found.device: found for found in look(path, ["s2"])}

    assert set(looks) == {"cpu", "cuda"}
    told = {
        device: {*found.decided, *(s.id for s in found.open)} for device, found in looks.items()
    }
    assert "S2.8" in told["cpu"] - told["cuda"]
    assert {"S2.6", "S2.9", "S2.10"} <= told["cuda"] - told["cpu"]


def test_what_was_not_measured_is_neither_decided_nor_open(make_run: MakeRun) -> None:
    found = looked(make_run)

    assert "S2.2" not in {*found.decided, *(one.id for one in found.open)}


def test_only_the_studies_that_are_asked_for_are_looked_at(make_run: MakeRun) -> None:
    assert list(look(make_run(), [])) == []


def test_a_folder_without_a_run_is_said_to_be_one(make_run: MakeRun) -> None:
    with pytest.raises(ReportError):
        list(look(make_run().parent / "elsewhere", ["s2"]))
