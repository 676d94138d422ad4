"""The recipes: nothing fetched while building, nothing left behind."""

import re
from pathlib import Path

import pytest

from contract import environment
from images.layout import IMAGES, contenders

RECIPES = sorted(IMAGES.glob("*/Dockerfile"))
CONTENDER_RECIPES = [IMAGES / name / "Dockerfile" for name in contenders()]


def instructions(recipe: Path) -> list[str]:
    text = re.sub(r"^#.*\n", "", recipe.read_text(encoding="utf-8"), flags=re.MULTILINE)
    return [line for line in text.replace("\\\n", " ").splitlines() if line.strip()]


def last_stage(recipe: Path) -> list[str]:
    lines = instructions(recipe)
    start = max(index for index, line in enumerate(lines) if line.startswith("FROM"))
    return lines[start:]


def folder(recipe: Path) -> str:
    return recipe.parent.name


@pytest.mark.parametrize("recipe", RECIPES, ids=folder)
def test_a_recipe_needs_no_frontend_from_a_registry(recipe: Path) -> None:
    assert "syntax=" not in recipe.read_text(encoding="utf-8")


@pytest.mark.parametrize("recipe", RECIPES, ids=folder)
def test_certificates_and_wheels_are_mounted_and_never_copied(recipe: Path) -> None:
    copied = [line for line in instructions(recipe) if line.startswith(("COPY", "ADD"))]
    assert [line for line in copied if re.search(r"wheels|\bca\b|\.crt|\.pem|secret", line)] == []


@pytest.mark.parametrize("recipe", CONTENDER_RECIPES, ids=folder)
def test_the_shipped_stage_stands_on_the_runtime_base_and_only_copies(recipe: Path) -> None:
    start, *rest = last_stage(recipe)
    assert start == "FROM ${RUNTIME}"
    assert {line.split()[0] for line in rest} == {"ARG", "COPY", "ENV", "LABEL"}


@pytest.mark.parametrize("recipe", CONTENDER_RECIPES, ids=folder)
def test_an_image_runs_a_contender_of_its_own_unless_told_otherwise(recipe: Path) -> None:
    assert f"ENV PLUMBLINE_CONTENDER={folder(recipe)}" in last_stage(recipe)


@pytest.mark.parametrize("recipe", CONTENDER_RECIPES, ids=folder)
def test_an_image_knows_its_commit_which_comes_last_and_so_rebuilds_nothing(recipe: Path) -> None:
    *above, commit, dirty, told = instructions(recipe)
    assert (commit, dirty) == ("ARG SOURCE_COMMIT", "ARG SOURCE_DIRTY")
    assert told.split() == [
        "ENV",
        f"{environment.SOURCE_COMMIT}=${{SOURCE_COMMIT}}",
        f"{environment.SOURCE_DIRTY}=${{SOURCE_DIRTY}}",
    ]
    assert [line for line in above if "SOURCE_" in line] == []


def test_the_base_hands_over_to_an_unprivileged_user() -> None:
    runtime = "\n".join(instructions(IMAGES / "base" / "Dockerfile")).split("AS builder")[0]
    assert "USER 10001:10001" in runtime
