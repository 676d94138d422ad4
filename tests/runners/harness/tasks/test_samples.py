"""A job works on as many samples as it says, or not at all."""

import pytest

from data.manifest import Verification
from runners.harness.errors import RunnerError
from runners.harness.tasks import samples as samples_module
from runners.harness.tasks.samples import Samples, load_samples
from tests.runners.harness.tiny_jobs import TinyArrays, tiny_job


def samples(**asked):
    found = TinyArrays()
    return Samples(tiny_job(**asked), found.sha256, found.parts, has_images=True)


def test_the_first_samples_are_taken_or_all_of_them():
    assert len(samples(train_samples=400).training()[0]) == 400
    assert len(samples(train_samples=7).training()[1]) == 7
    assert len(samples(test_samples=None).test()[0]) == 120


def test_more_samples_than_there_are_are_refused():
    with pytest.raises(RunnerError, match=r"401 samples to train with .* mnist has 400 here"):
        samples(train_samples=401).training()
    with pytest.raises(RunnerError, match=r"121 samples to test with .* mnist has 120 here"):
        samples(test_samples=121).test()


@pytest.mark.parametrize(
    ("verification", "doubt"),
    [
        (Verification(passed=True, told="arrays verified by sha256"), None),
        (Verification(passed=False, told="a part: the first images"), "a part: the first images"),
    ],
)
def test_samples_of_unknown_origin_say_so(tmp_path, monkeypatch, verification, doubt):
    found = TinyArrays(verification=verification)
    monkeypatch.setattr(samples_module, "load", lambda *_: found)

    assert load_samples(tiny_job(data_dir=str(tmp_path))).doubt == doubt


def test_a_gate_and_a_prediction_make_do_with_what_there_is():
    assert len(samples(train_samples=401).to_verify()[0]) <= 400
    assert len(samples(predict_samples=500).to_predict()) == 500
