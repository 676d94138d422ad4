"""A study file that cannot be used is refused, with file, line and what is wrong."""

import pytest

from contract.study import StudyError, load_studies, load_study
from tests.contract.examples import STUDY_FILE

TEXT = STUDY_FILE.read_text()


def line_with(text, part):
    return next(number for number, line in enumerate(text.splitlines(), start=1) if part in line)


def refused(tmp_path, text):
    path = tmp_path / "study.toml"
    path.write_text(text)
    with pytest.raises(StudyError) as caught:
        load_study(path)
    message = str(caught.value)
    assert message.startswith(f"{path}:")
    line, _, what = message.removeprefix(f"{path}:").partition(":")
    return int(line), what


def test_the_studies_of_the_kit_load():
    studies = load_studies(STUDY_FILE.parent)

    assert "s2" in studies
    assert studies["s2"].workload("mnist-cnn").model.output_shape == (10,)


def test_broken_toml_is_refused_by_line(tmp_path):
    text = TEXT.replace('venue = "Arizona', "venue = Arizona")

    line, what = refused(tmp_path, text)

    assert line == line_with(text, "venue =")
    assert "not valid TOML" in what


@pytest.mark.parametrize(
    ("before", "after", "marker", "expected"),
    [
        ("year = 2024", 'year = "long ago"', "year =", "year"),
        ("batch_size = 64", "batch_size = 0", "batch_size =", "greater than 0"),
        ("learning_rate = 0.001", "learning_rate = -1", "optimizer =", "greater than 0"),
        ("filters = 64", "filters = 0", 'name = "conv2"', "greater than 0"),
        ('type = "flatten"', 'type = "flaten"', '"flaten"', "flaten"),
        ('name = "dense2"', 'name = "dense1"', "[workloads.model]", "repeated: dense1"),
        ('metric = "test_accuracy"', 'metric = "beauty"', '"beauty"', "no metric 'beauty'"),
        ("tf-gpu = 44.44", "tf-tpu = 44.44", "44.44", "no column tf-tpu"),
        ('question = "', 'qestion = "', "qestion", "qestion"),
    ],
)
def test_a_wrong_value_is_refused_by_line(tmp_path, before, after, marker, expected):
    assert before in TEXT
    text = TEXT.replace(before, after, 1)

    line, what = refused(tmp_path, text)

    assert expected in what
    assert line == line_with(text, marker)


def test_layers_that_do_not_fit_are_refused_at_their_line(tmp_path):
    text = TEXT.replace('  { type = "flatten" },\n', "")

    line, what = refused(tmp_path, text)

    assert line == line_with(text, 'name = "dense1"')
    assert "needs a flat input, got (5, 5, 64); add a flatten" in what


def test_a_kernel_larger_than_its_input_is_refused(tmp_path):
    text = TEXT.replace("kernel_size = 3", "kernel_size = 29", 1)

    line, what = refused(tmp_path, text)

    assert line == line_with(text, 'name = "conv1"')
    assert "exceeds input (28, 28, 1)" in what


def test_a_missing_profile_is_refused(tmp_path):
    text = TEXT.replace("[profiles.paper]", "[profiles.papers]")

    _, what = refused(tmp_path, text)

    assert "papers" in what


def test_two_studies_of_one_id_are_refused(tmp_path):
    (tmp_path / "a.toml").write_text(TEXT)
    (tmp_path / "b.toml").write_text(TEXT)

    with pytest.raises(StudyError, match=r"b\.toml:3: id: 's2' is taken"):
        load_studies(tmp_path)


def test_a_folder_without_studies_is_refused(tmp_path):
    with pytest.raises(StudyError, match="no study"):
        load_studies(tmp_path)
