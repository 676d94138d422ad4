"""Defects are planted where they belong, leave nothing behind, and are lost loudly."""

from collections import Counter
from types import SimpleNamespace
from typing import get_args

import pytest

from benchmarks.gate import defects as _defects  # noqa: F401 (registers them)
from benchmarks.gate.changes import AnchorError, Replacement, SourceEdit
from benchmarks.gate.planted import CONTENDERS, DEFECTS, DefectClass, PlantedDefect, add

IN_SOURCES = [defect for defect in DEFECTS.values() if isinstance(defect.change, SourceEdit)]

right = SimpleNamespace(answer=lambda: "right")
table = {"answer": lambda: "right"}


def wrong(_right):
    return lambda: "wrong"


def test_every_class_of_defects_is_planted_in_every_contender():
    planted = Counter((defect.defect_class, defect.contender) for defect in DEFECTS.values())

    for defect_class in get_args(DefectClass):
        for contender in CONTENDERS:
            # The stock expressions are not asked for the deep networks of which one layer is wrong.
            if (defect_class, contender) != ("one-layer", "velox-stock"):
                assert planted[defect_class, contender], (defect_class, contender)


def test_every_defect_says_in_sentences_what_is_wrong_and_what_shows_it():
    for defect in DEFECTS.values():
        for sentence in (defect.wrong, defect.evidence):
            assert sentence.endswith("."), defect.id
            assert "\n" not in sentence, defect.id


def test_no_defect_is_planted_twice():
    with pytest.raises(ValueError, match="twice"):
        add(next(iter(DEFECTS.values())))


@pytest.mark.parametrize("defect", IN_SOURCES, ids=lambda defect: defect.name)
def test_text_that_a_defect_replaces_is_there_once(defect: PlantedDefect):
    assert isinstance(defect.change, SourceEdit)
    assert defect.change.wrong in defect.change.apply()


@pytest.mark.parametrize("text", ["not there", "twice"])
def test_text_that_is_not_there_once_is_an_error(tmp_path, text):
    (tmp_path / "kernel.cpp").write_text("twice, twice")

    with pytest.raises(AnchorError, match=r"kernel\.cpp"):
        SourceEdit("kernel.cpp", text, "wrong").apply(tmp_path)


@pytest.mark.parametrize("owner", ["right", "table"])
def test_what_is_planted_is_taken_out_again(owner):
    replacement = Replacement(f"{__name__}:{owner}.answer", wrong)

    with replacement.planted():
        assert replacement.find()[2]() == "wrong"
    assert replacement.find()[2]() == "right"


def test_it_is_known_whether_what_was_planted_was_run():
    with Replacement(f"{__name__}:right.answer", wrong).planted() as called:
        assert not called
        right.answer()
        assert called


@pytest.mark.parametrize(
    "anchor",
    ["no.such.module:name", f"{__name__}:right.gone", f"{__name__}:table.gone"],
)
def test_a_place_that_is_gone_is_an_error(anchor):
    with pytest.raises(AnchorError, match="is gone"), Replacement(anchor, wrong).planted():
        pass
