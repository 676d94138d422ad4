"""A study is refused by file and line before anything is planned."""

import os

import pytest

from orchestrator import places
from orchestrator.errors import PlumblineError
from orchestrator.plan.choose import choose_devices, choose_studies
from tests.contract.examples import STUDY_FILE

TEXT = STUDY_FILE.read_text()


@pytest.fixture
def studies(tmp_path, monkeypatch):
    monkeypatch.setattr(places, "STUDIES_DIR", tmp_path)
    return tmp_path


def test_a_network_that_does_not_fit_its_data_is_refused_by_file_and_line(studies):
    text = TEXT.replace("units = 10 }", "units = 9 }")
    (studies / "mine.toml").write_text(text)
    line = 1 + text[: text.index("units = 9")].count("\n")

    with pytest.raises(PlumblineError) as caught:
        choose_studies([])

    assert caught.value.cause == (
        f"{studies / 'mine.toml'}:{line}: workloads.0.model.layers.9: "
        "9 outputs, but mnist has 10 classes"
    )
    assert caught.value.remedy == "fix the file at that line"


def test_a_study_that_is_not_chosen_may_want_data_that_is_not_here(studies):
    (studies / "a.toml").write_text(TEXT)
    other = TEXT.replace('id = "s2"', 'id = "s9"').replace('id = "mnist-cnn"', 'id = "other"')
    other = other.replace('workload = "mnist-cnn"', 'workload = "other"').replace('"S2.', '"S9.')
    (studies / "b.toml").write_text(other.replace('dataset = "mnist"', 'dataset = "mine"'))

    assert [study.id for study in choose_studies(["s2"])] == ["s2"]
    with pytest.raises(PlumblineError, match="there is no data set 'mine'"):
        choose_studies([])


@pytest.mark.parametrize("place", ["pipe", "/dev/zero"])
def test_what_is_no_file_is_refused_and_not_waited_for(studies, place):
    if place == "pipe":
        os.mkfifo(studies / "x.toml")
    else:
        (studies / "x.toml").symlink_to(place)

    with pytest.raises(PlumblineError, match=r"x\.toml: cannot be read: not a file"):
        choose_studies([])


@pytest.mark.parametrize(
    ("text", "devices"),
    [("cpu", ("cpu",)), ("cuda", ("cuda",)), ("cpu,cuda", ("cpu", "cuda")), ("cuda, cpu", None)],
)
def test_devices_are_told_in_any_order(text, devices):
    assert choose_devices(text) == (devices or ("cpu", "cuda"))


@pytest.mark.parametrize(("text", "strange"), [("gpu", "'gpu'"), ("cpu,tpu", "'tpu'"), ("", "''")])
def test_what_is_no_device_is_refused(text, strange):
    with pytest.raises(PlumblineError) as caught:
        choose_devices(text)

    assert caught.value.cause == f"--device: {strange} is no device"
    assert caught.value.remedy == "choose from: cpu, cuda; or both: cpu,cuda"
