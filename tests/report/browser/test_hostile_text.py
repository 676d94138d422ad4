"""Whatever a result, a run or a study says, the browser shows as text and never runs."""

from pathlib import Path

import pytest

from contract.development import DevelopmentRecord
from contract.job import JobSpec
from contract.result import Failure, Result
from contract.run import RunRecord
from contract.study import load_study
from report.build import build_report
from tests.report.browser.conftest import Open
from tests.report.browser.hostile import PAYLOAD, as_toml, hostile, make_hostile
from tests.report.run_folder import STUDIES, STUDY_FILE, RunFolder

FREE_TEXTS_OF_A_STUDY = ("title", "authors", "question", "venue")


@pytest.fixture(scope="module")
def hostile_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The report of a run in which everything that may be any text attacks."""
    folder = tmp_path_factory.mktemp("hostile")
    studies = [_hostile_study(file, folder) for file in (STUDY_FILE, STUDIES / "s1-cifar.toml")]
    run = RunFolder(
        folder / "run",
        repeats=1,
        protocols=("published", "matched"),
        tasks=("verify", "train", "predict", "transfer", "mistakes"),
        contenders=("pytorch", "keras"),
        failing={"keras": Failure(cause="it failed", remedy="mend it")},
        develops=True,
        study_file=studies[0],
        more_studies=(studies[1],),
    ).write()
    make_hostile(run / "run.json", RunRecord)
    for path in run.glob("development/*.json"):
        make_hostile(path, DevelopmentRecord)
    for path in run.glob("jobs/*/job.json"):
        make_hostile(path, JobSpec)
    for path in run.glob("jobs/*/result.json"):
        make_hostile(path, Result)
    (html,) = build_report(run, ("html",))
    return html


def _hostile_study(file: Path, folder: Path) -> Path:
    study = hostile(load_study(file)).model_dump(mode="json")
    assert all(study[name] == PAYLOAD for name in FREE_TEXTS_OF_A_STUDY)
    path = folder / file.name
    path.write_text(as_toml(study), encoding="utf-8")
    return path


def test_every_free_text_of_a_result_is_attacked(hostile_file: Path) -> None:
    """Else the tests below would prove nothing."""
    results = list(hostile_file.parent.glob("jobs/*/result.json"))
    together = "".join(path.read_text(encoding="utf-8") for path in results)
    for name in ("cause", "remedy", "worst", "message", "error_type", "cpu_model", "observed"):
        assert f'"{name}":"</script>' in together, name


@pytest.mark.parametrize("script", [True, False])
def test_attacks_are_shown_as_text(open_report: Open, hostile_file: Path, script: bool) -> None:
    opened = open_report(file=hostile_file, java_script_enabled=script)
    page = opened.page
    assert opened.complaints == []
    assert opened.requests == [hostile_file.as_uri()]
    assert page.evaluate("window.hacked") is None
    assert page.locator("img, main b, svg[onload]").count() == 0
    assert page.locator("script").count() == 2
    assert "<script>window.hacked = 1</script>" in (page.locator("main").text_content() or "")


def test_attacks_stay_text_in_what_the_script_draws(open_report: Open, hostile_file: Path) -> None:
    opened = open_report(file=hostile_file)
    page = opened.page
    page.locator("#charts [role=listitem]").first.focus()
    page.locator("#numbers th").first.locator("button").click()
    assert "<script>" in page.locator("#charts figcaption").first.inner_text()
    assert "<script>" in page.locator("#numbers tbody th").first.inner_text()
    assert page.evaluate("window.hacked") is None
    assert opened.complaints == []
