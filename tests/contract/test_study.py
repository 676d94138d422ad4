"""A study file that cannot be used is refused, with file, line and what is wrong."""

import pytest

from contract.study import StudyError, load_studies, load_study
from tests.contract.examples import STUDY_FILE

TEXT = STUDY_FILE.read_text()
FLAT = '  { type = "flatten" },\n'
RESIDUAL = """\
  { type = "residual", layers = [
    { type = "conv2d", name = "way", filters = 64, kernel_size = 3, padding = 1 },
    { type = "batch_norm", name = "way-norm" }, { type = "relu" },
  ], shortcut = [
    { type = "relu" },
  ] },
"""
NAMED = """\
[[workloads]]
id = "mnist-again"
title = "The same network"
dataset = "mnist"
model = "shared"

[workloads.training]
loss = "softmax_cross_entropy"
optimizer = { type = "sgd", learning_rate = 0.001 }
batch_size = 64

[models.shared]
input_shape = [28, 28, 1]
layers = [
  { type = "flatten" },
  { type = "dense", name = "dense", units = 10 },
]

"""


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
        ('type = "adam"', 'type = "lion"', "optimizer =", "lion"),
        ('loss = "softmax', 'loss = "hinge', "loss =", "softmax_cross_entropy"),
        ('tasks = ["verify"', 'tasks = ["admire"', "tasks =", "verify"),
        ('workload = "mnist-cnn"', 'workload = "mnist"', 'workload = "mnist"', "no workload"),
        ('["velox"]', '["caffe"]', '["caffe"]', "caffe: not among the study's contenders"),
        ('aspect = "repeats"', 'aspect = "luck"', '"luck"', "hardware"),
        ('aspect = "repeats"', 'aspect = "data"\nworkload = "cifar"', '"cifar"', "no workload"),
        ('padding = "valid"', 'padding = "full"', 'padding = "full"', "valid"),
    ],
)
def test_a_wrong_value_is_refused_by_line(tmp_path, before, after, marker, expected):
    assert before in TEXT
    text = TEXT.replace(before, after, 1)

    line, what = refused(tmp_path, text)

    assert expected in what
    assert line == line_with(text, marker)


@pytest.mark.parametrize("value", ["true", '"1"', "0", "-1", "nan", "inf", "1979-05-27", "[1]"])
@pytest.mark.parametrize(
    "field",
    [
        "year = 2024",
        "filters = 32",
        "kernel_size = 3",
        "pool_size = 2",
        "units = 128",
        "learning_rate = 0.001",
        "batch_size = 64",
        "epochs = 2",
        "repeats = 1",
        "train_samples = 2000",
        "test_samples = 1000",
        "predict_repeats = 3",
        "timeout_seconds = 300",
    ],
)
def test_a_number_is_neither_a_word_nor_a_truth_value_nor_out_of_bounds(tmp_path, field, value):
    name = field.partition(" = ")[0]
    before = TEXT if field in TEXT else TEXT.replace('type = "adam", ', f'type = "adam", {field}, ')
    text = before.replace(field, f"{name} = {value}", 1)
    assert text != before

    line, what = refused(tmp_path, text)

    assert line == line_with(text, f"{name} = {value}")
    assert name in what


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        (
            "epochs = 2",
            "epochs = 9223372036854775808",
            "or equal to 2147483647, found 92",
        ),
        ("repeats = 1", "repeats = 1000000", "less than or equal to 1000, found 1000000"),
        ("timeout_seconds = 300", "timeout_seconds = 1e300", "equal to 10000000, found 1e+300"),
        ("learning_rate = 0.001", "learning_rate = 1e300", "1e+300 is not between 1e-37 and 1e+38"),
        ("learning_rate = 0.001", "learning_rate = 1e-60", "1e-60 is not between 1e-37 and 1e+38"),
        ('padding = "valid"', "padding = -1", '-1 is neither "valid" nor "same" nor a number of'),
        ("batch_size = 64", "batch_size = 64.0", "valid integer, found 64.0"),
        ("batch_size = 64", f"batch_size = {'9' * 5000}", "a number is too long"),
        (
            "[28, 28, 1]",
            "[28, 28, true]",
            "input_shape.2: Input should be a valid integer, found",
        ),
        (
            "input_shape = [28, 28, 1]",
            "input_shape = 28",
            "should be a valid array, found 28",
        ),
        ("units = 10 }", "units = 10, use_bias = 1 }", "valid boolean, found 1"),
        ('title = "Perf', 'title = true # "Perf', "valid string, found true"),
    ],
)
def test_a_value_of_another_type_or_beyond_its_bounds_is_shown_as_it_was_found(
    tmp_path, before, after, expected
):
    assert before in TEXT
    text = TEXT.replace(before, after, 1)

    line, what = refused(tmp_path, text)

    assert line == line_with(text, after)
    assert expected in what


@pytest.mark.parametrize("field", ["year = 2024", "learning_rate = 0.001", "epochs = 2"])
def test_a_number_of_thousands_of_digits_is_refused_by_line(tmp_path, field):
    name = field.partition(" = ")[0]
    text = TEXT.replace(field, f"{name} = 0x{'F' * 5000}", 1)

    line, what = refused(tmp_path, text)

    assert "Input should be" in what
    assert line == line_with(text, "0xFFFF")


def test_a_mark_before_the_text_says_nothing(tmp_path):
    path = tmp_path / "study.toml"
    path.write_bytes(b"\xef\xbb\xbf" + TEXT.encode())

    assert load_study(path) == load_study(STUDY_FILE)


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


def test_a_stride_that_leaves_too_little_is_refused_where_it_is_missed(tmp_path):
    text = TEXT.replace('"conv2", filters = 64,', '"conv2", filters = 64, stride = 11,')

    line, what = refused(tmp_path, text)

    assert line == line_with(text, '"conv2"') + 2
    assert "window 2 exceeds input (1, 1, 64)" in what


def test_a_residual_that_adds_what_does_not_fit_is_refused_at_its_line(tmp_path):
    text = TEXT.replace(FLAT, RESIDUAL.replace("padding = 1", "stride = 2") + FLAT)

    line, what = refused(tmp_path, text)

    assert line == line_with(text, '"residual"')
    assert "layers give (2, 2, 64), the shortcut (5, 5, 64)" in what


@pytest.mark.parametrize(
    ("before", "after", "marker", "expected"),
    [
        ("padding = 1", "padding = 1, stride = 0", '"way"', "greater than 0"),
        ("kernel_size = 3", "kernel_size = 9", '"way"', "kernel 9 exceeds input (5, 5, 64)"),
        ('{ type = "relu" },\n  ] }', '{ type = "rely" },\n  ] }', '"rely"', "rely"),
        ('"way-norm" }', '"way-norm", epsilon = 0 }', '"way-norm"', "greater than 0"),
    ],
)
def test_a_layer_within_a_residual_is_refused_at_its_own_line(
    tmp_path, before, after, marker, expected
):
    text = TEXT.replace(FLAT, RESIDUAL.replace(before, after, 1) + FLAT)

    line, what = refused(tmp_path, text)

    assert line == line_with(text, marker)
    assert expected in what


def test_a_network_without_a_flat_output_is_refused(tmp_path):
    head, rest = TEXT.split(FLAT)
    text = head + rest[rest.index("]") :]

    line, what = refused(tmp_path, text)

    assert line == line_with(text, "layers = [")
    assert "needs one axis of outputs, the network gives (5, 5, 64)" in what


@pytest.mark.parametrize("loss", ["softmax_cross_entropy", "mean_squared_error"])
def test_a_defect_that_the_workload_cannot_have_is_refused(tmp_path, loss):
    """Broadcasting needs a regression with one output; this network has ten."""
    text = TEXT.replace(
        'loss = "softmax_cross_entropy"', f'loss = "{loss}"\ndefect = "broadcast_targets"'
    )

    line, what = refused(tmp_path, text)

    assert line == line_with(text, "defect =")
    assert "broadcast_targets needs mean_squared_error and one output" in what


def test_a_defect_fits_a_regression_with_one_output(tmp_path):
    text = TEXT.replace(
        'loss = "softmax_cross_entropy"',
        'loss = "mean_squared_error"\ndefect = "broadcast_targets"',
    ).replace("units = 10", "units = 1")
    path = tmp_path / "study.toml"
    path.write_text(text)

    assert load_study(path).workload("mnist-cnn").training.defect == "broadcast_targets"


def test_a_study_without_published_numbers_is_refused(tmp_path):
    text = TEXT[: TEXT.index("[[published]]")] + TEXT[TEXT.index("[[statements]]") :]

    line, what = refused(tmp_path, text)

    assert line == 1
    assert "give published tables, or say in no_results_because why none" in what


def test_a_study_without_published_numbers_may_say_why(tmp_path):
    text = TEXT[: TEXT.index("[[published]]")] + TEXT[TEXT.index("[[statements]]") :]
    path = tmp_path / "study.toml"
    path.write_text(text.replace("\n[[work", 'no_results_because = "A proposal."\n\n[[work', 1))

    assert load_study(path).published == ()


def test_published_numbers_and_a_reason_for_none_contradict_each_other(tmp_path):
    text = TEXT.replace("\n[[work", 'no_results_because = "A proposal."\n\n[[work', 1)

    _, what = refused(tmp_path, text)

    assert "give published tables, or say" in what


def test_a_workload_for_a_contender_that_the_study_does_not_have_is_refused(tmp_path):
    text = TEXT.replace('dataset = "mnist"', 'dataset = "mnist"\ncontenders = ["caffe"]')

    line, what = refused(tmp_path, text)

    assert line == line_with(text, "caffe")
    assert "caffe: not among the study's contenders" in what


@pytest.mark.parametrize(
    ("field", "value", "expected"),
    [
        ("metric", '"beauty"', "no metric 'beauty'"),
        ("workload", '"elsewhere"', "no workload 'elsewhere'"),
        ("winner", '"caffe"', "caffe: not among the study's contenders"),
        ("device", '"tpu"', "cpu"),
    ],
)
def test_a_wrong_winner_is_refused_by_line(tmp_path, field, value, expected):
    winner = {
        "place": '"Table 3"',
        "criterion": '"accuracy"',
        "workload": '"mnist-cnn"',
        "metric": '"test_accuracy"',
        "task": '"train"',
        "device": '"cpu"',
        "better": '"higher"',
        "winner": '"pytorch"',
    } | {field: value}
    rows = "\n".join(f"{name} = {given}" for name, given in winner.items())
    text = f"{TEXT}\n[[winners]]\n{rows}\n"

    line, what = refused(tmp_path, text)

    assert line == line_with(text, f"{field} = {value}")
    assert expected in what


def test_workloads_may_share_a_model_by_name(tmp_path):
    path = tmp_path / "study.toml"
    path.write_text(TEXT.replace("[profiles.smoke]", NAMED + "[profiles.smoke]"))

    study = load_study(path)

    assert study.workload("mnist-again").model == study.models["shared"]


def test_a_shared_model_is_refused_where_it_stands(tmp_path):
    text = TEXT.replace("[profiles.smoke]", NAMED + "[profiles.smoke]")
    text = text.replace('  { type = "flatten" },\n  { type = "dense", name = "dense",',
                        '  { type = "dense", name = "dense",')  # fmt: skip

    line, what = refused(tmp_path, text)

    assert line == line_with(text, 'name = "dense", units')
    assert "add a flatten" in what


def test_a_model_that_nobody_describes_is_refused_where_it_is_named(tmp_path):
    text = TEXT.replace("[profiles.smoke]", NAMED + "[profiles.smoke]")
    text = text.replace("[models.shared]", "[models.other]")

    line, what = refused(tmp_path, text)

    assert line == line_with(text, 'model = "shared"')
    assert "model" in what


@pytest.mark.parametrize(
    "text", ["workloads = 3\n[models.a]\n", "workloads = [3]\n[models.a]\n", "models = 3\n"]
)
def test_a_file_of_another_shape_is_refused_and_does_not_crash(tmp_path, text):
    refused(tmp_path, text)


def test_a_profile_may_change_its_scale_for_a_workload(tmp_path):
    path = tmp_path / "study.toml"
    path.write_text(
        TEXT.replace(
            "[profiles.smoke]",
            "[workloads.scales.quick]\nepochs = 30\nrepeats = 7\n\n[profiles.smoke]",
        )
    )
    study = load_study(path)

    changed = study.scale("quick", "mnist-cnn")

    assert changed == study.profiles["quick"].model_copy(update={"epochs": 30, "repeats": 7})
    assert study.scale("smoke", "mnist-cnn") == study.profiles["smoke"]


def test_a_table_without_rows_is_refused_at_its_tasks(tmp_path):
    text = TEXT.replace('"predict", "turns", "transfer"]', '"score"]')

    line, what = refused(tmp_path, text)

    assert line == line_with(text, '"score"')
    assert "score needs `rows`, which profile smoke does not give" in what


def test_a_profile_may_omit_a_workload_and_says_why(tmp_path):
    path = tmp_path / "study.toml"
    omission = '[workloads.scales.quick]\nomitted_because = "Too long."\n\n[profiles.smoke]'
    path.write_text(TEXT.replace("[profiles.smoke]", omission))
    study = load_study(path)

    assert study.scale("quick", "mnist-cnn") is None
    assert study.scale("paper", "mnist-cnn") is not None


def test_two_studies_of_one_id_are_refused(tmp_path):
    (tmp_path / "a.toml").write_text(TEXT)
    (tmp_path / "b.toml").write_text(TEXT)

    with pytest.raises(StudyError, match=r"b\.toml:3: id: 's2' is taken"):
        load_studies(tmp_path)


def test_two_workloads_of_one_id_are_refused_though_their_studies_differ(tmp_path):
    """Runners look workloads up by id, whatever the study."""
    other = TEXT.replace('id = "s2"', 'id = "s9"').replace('"S2.', '"S9.')
    (tmp_path / "a.toml").write_text(TEXT)
    (tmp_path / "b.toml").write_text(other)

    with pytest.raises(StudyError) as caught:
        load_studies(tmp_path)

    line = line_with(other, 'id = "mnist-cnn"')
    assert str(caught.value) == (
        f"{tmp_path / 'b.toml'}:{line}: workloads.0.id: 'mnist-cnn' is taken by study s2"
    )


def test_two_workloads_of_one_id_are_refused_within_a_study(tmp_path):
    _, what = refused(
        tmp_path,
        TEXT.replace("[profiles.smoke]", NAMED.replace("-again", "-cnn") + "[profiles.smoke]"),
    )

    assert "workload ids must be unique: mnist-cnn, mnist-cnn" in what


def test_a_folder_without_studies_is_refused(tmp_path):
    with pytest.raises(StudyError, match="no study"):
        load_studies(tmp_path)
