"""The study files hold what the papers printed, and networks as they are known."""

from math import prod

import pytest

from contract.base import Task
from contract.study import load_studies
from contract.training import Momentum
from data.catalog import read_catalog
from tests.contract.examples import STUDY_FILE
from tests.studies.papers import ERRORS_AND_SURROUNDINGS, NUMBERS

STUDIES = load_studies(STUDY_FILE.parent)
WORKLOADS = [
    pytest.param(study, workload, id=workload.id)
    for study in STUDIES.values()
    for workload in study.workloads
]


def number_at(number):
    """Return the printed value of a cell, by the paper's place or the table's title."""
    (found,) = (
        row.values[number.column]
        for table in STUDIES[number.study].published
        if number.place in (table.place, table.title.split(" on ")[0])
        for row in table.rows
        if row.metric == number.metric
    )
    return found


@pytest.mark.parametrize("number", NUMBERS, ids=lambda found: ".".join(map(str, found)))
def test_a_printed_number_is_kept(number):
    assert number_at(number) == number.value


def test_no_number_is_invented():
    kept = sum(
        len(row.values)
        for study in STUDIES.values()
        for table in study.published
        for row in table.rows
    )

    assert kept == len(NUMBERS)


@pytest.mark.parametrize(("study", "words"), ERRORS_AND_SURROUNDINGS)
def test_what_the_paper_has_wrong_and_where_it_measured_is_told_once(study, words):
    notes = [*STUDIES[study].notes, *(n for w in STUDIES[study].workloads for n in w.notes)]

    assert sum(words in told for told in (*notes, *(one.paper for one in STUDIES[study].ran))) == 1


@pytest.mark.parametrize("study", ["s1", "s2", "s3", "s4", "s5"])
def test_a_few_short_rows_tell_what_a_paper_ran(study):
    ran = STUDIES[study].ran

    assert {"hardware", "software", "data", "network", "repeats"} <= {one.aspect for one in ran}
    assert len({(one.aspect, one.workload) for one in ran}) == len(ran) <= 8
    assert all(len(one.paper) < 125 for one in ran)


def test_a_paper_that_leaves_out_nothing_is_unknown():
    """Each of the five names more than it measured, or than the kit can measure."""
    assert [study.id for study in STUDIES.values() if not study.left_out] == ["x1"]


def test_s2_printed_mebibytes():
    rows = {row.metric: row for table in STUDIES["s2"].published for row in table.rows}
    memory = rows["inference_peak_memory_bytes"]

    assert (memory.unit, memory.factor) == ("MiB", 1 / 2**20)


@pytest.mark.parametrize(
    ("study", "column"), [("s2", "tf-cpu"), ("s2", "tf-gpu"), ("s3", "tf-gpu")]
)
def test_keras_stands_first_where_the_paper_ran_keras(study, column):
    found = [c for table in STUDIES[study].published for c in table.columns if c.id == column]

    assert {c.contenders for c in found} == {("keras", "tensorflow")}


@pytest.mark.parametrize("study", ["s4", "s5"])
def test_what_was_printed_of_a_gpu_stands_in_a_gpus_column(study):
    printed = {
        column.device
        for table in STUDIES[study].published
        for column in table.columns
        if any(column.id in row.values for row in table.rows)
    }

    assert printed == {"cuda"}
    assert {winner.device for winner in STUDIES[study].winners} <= {"cuda"}


def test_a_column_without_a_gpu_is_the_kits_where_the_paper_had_one():
    columns = [c for study in STUDIES.values() for table in study.published for c in table.columns]

    assert {column.in_paper for column in columns if "without a GPU" in column.title} == {False}
    assert {column.in_paper for column in columns if "without a GPU" not in column.title} == {True}


def test_only_the_proposal_and_the_kits_own_study_have_no_numbers():
    assert [study.id for study in STUDIES.values() if study.no_results_because] == ["s1", "x1"]


def test_the_winners_are_those_of_s4s_table():
    winners = [(found.criterion, found.winner) for found in STUDIES["s4"].winners]

    assert winners == [
        ("Classification, accuracy", "pytorch"),
        ("Classification, time", "keras"),
        ("Regression, MSE", "keras"),
        ("Regression, time", "pytorch"),
    ]
    assert [study.id for study in STUDIES.values() if study.winners] == ["s4"]


@pytest.mark.parametrize(
    ("study", "workload", "weights", "multiply_adds"),
    [
        ("s1", "cifar-cnn-small", 545_098, 6_128_896),
        ("s2", "mnist-cnn", 225_034, 2_631_040),
        ("s3", "cifar-cnn", 6_466_890, 36_884_224),
        ("s4", "mnist-mlp", 109_386, 109_184),
        ("s4", "petrol-mlp", 8_961, 8_768),
        ("s5", "resnet18-cifar10-adam", 11_173_962, 555_422_720),
        ("s5", "vgg16-imagenette-adam", 39_929_674, 1_982_685_184),
        ("s5", "vgg16-cifar10-plain", 33_638_218, 332_111_872),
        ("s5", "vgg16-cifar10", 14_987_210, 313_463_808),
    ],
)
def test_networks_have_the_size_that_they_are_known_for(study, workload, weights, multiply_adds):
    model = STUDIES[study].workload(workload).model

    assert sum(map(prod, model.weight_shapes().values())) == weights
    assert model.multiply_adds == multiply_adds


def test_sgd_and_adam_train_the_same_networks():
    for network in ("resnet18-cifar10", "vgg16-imagenette"):
        sgd, adam = (STUDIES["s5"].workload(f"{network}-{kind}") for kind in ("sgd", "adam"))

        assert sgd.model == adam.model
        assert (sgd.training.optimizer.type, adam.training.optimizer.type) == ("sgd", "adam")
        assert sgd.training.optimizer.learning_rate == adam.training.optimizer.learning_rate


def test_the_authors_recipe_trains_the_same_resnet():
    recipe, adam = (
        STUDIES["s5"].workload(f"resnet18-cifar10-{name}") for name in ("recipe", "adam")
    )

    assert recipe.model == adam.model
    assert recipe.training.batch_size == 128
    assert recipe.training.optimizer == Momentum(
        type="momentum", learning_rate=0.1, momentum=0.9, weight_decay=1e-4
    )


def test_the_plain_vgg16_differs_from_that_on_larger_images_by_what_goes_in():
    plain, larger = (
        STUDIES["s5"].workload(name).model
        for name in ("vgg16-cifar10-plain", "vgg16-imagenette-adam")
    )

    assert plain.layers == larger.layers
    assert (plain.input_shape, larger.input_shape) == ((32, 32, 3), (80, 80, 3))


def test_s4_sweeps_both_of_its_networks():
    swept = [workload.id for workload in STUDIES["s4"].workloads if "sweep" in workload.tasks]

    assert swept == ["mnist-mlp", "petrol-mlp"]
    assert [STUDIES["s4"].scale("paper", name).sweep_epochs for name in swept] == [None, None]


@pytest.mark.parametrize(
    ("study", "workload", "epochs", "batch_size"),
    [
        ("s4", "mnist-mlp", 20, 64),
        ("s5", "resnet18-cifar10-sgd", 200, 64),
        ("s5", "resnet18-cifar10-early", 19, 64),
        ("s5", "resnet18-cifar10-recipe", 200, 128),
        ("s5", "vgg16-imagenette-adam", 200, 32),
        ("s5", "vgg16-cifar10-plain", 200, 64),
    ],
)
def test_profile_paper_trains_as_published(study, workload, epochs, batch_size):
    scale = STUDIES[study].scale("paper", workload)

    assert (scale.epochs, scale.train_samples, scale.test_samples) == (epochs, None, None)
    assert STUDIES[study].workload(workload).training.batch_size == batch_size


@pytest.mark.parametrize("profile", ["quick", "paper"])
@pytest.mark.parametrize("workload", ["petrol-mlp", "petrol-mlp-defect"])
def test_every_profile_trains_the_regression_on_all_rows(profile, workload):
    scale = STUDIES["s4"].scale(profile, workload)

    assert (scale.epochs, scale.train_samples, scale.test_samples) == (30, 38, 10)
    assert STUDIES["s4"].trains_as_published(profile, workload)
    assert STUDIES["s4"].workload(workload).training.batch_size == 8


def test_a_profile_that_trains_less_does_not_train_as_published():
    assert STUDIES["s2"].trains_as_published("paper", "mnist-cnn")
    assert STUDIES["s4"].trains_as_published("paper", "mnist-mlp")
    assert not STUDIES["s2"].trains_as_published("quick", "mnist-cnn")
    assert not STUDIES["s5"].trains_as_published("quick", "resnet18-cifar10-sgd")


@pytest.mark.parametrize(("study", "workload"), WORKLOADS)
def test_the_data_set_is_one_that_the_kit_has(study, workload):
    assert workload.dataset in read_catalog().datasets


@pytest.mark.parametrize(("study", "workload"), WORKLOADS)
def test_a_workload_says_what_the_kit_chose(study, workload):
    assert workload.notes
    assert "verify" in workload.tasks
    assert not {"train", "score"}.isdisjoint(workload.tasks)


@pytest.mark.parametrize(("study", "workload"), WORKLOADS)
def test_every_profile_runs_every_workload_but_what_takes_too_long(study, workload):
    omitted = {name for name in study.profiles if study.scale(name, workload.id) is None}
    large_table = study.id == "x1" and workload != study.workloads[0]
    next_step = workload.id in ("vgg16-cifar10-plain", "resnet18-cifar10-recipe")
    paper_only = large_table or next_step

    assert omitted <= ({"smoke", "quick"} if paper_only else {"quick"})
    if not paper_only:
        assert study.scale("smoke", workload.id).repeats == 1


def test_the_tables_differ_by_their_rows_alone():
    first, *larger = STUDIES["x1"].workloads

    assert [STUDIES["x1"].scale("paper", table.id).rows for table in (first, *larger)] == [
        10_000,
        100_000,
        1_000_000,
    ]
    assert first.model == STUDIES["s2"].workload("mnist-cnn").model
    assert all((table.model, table.training) == (first.model, first.training) for table in larger)


def test_the_defect_is_made_on_purpose_where_the_gate_must_fail():
    defects = [
        (workload.id, workload.contenders)
        for study in STUDIES.values()
        for workload in study.workloads
        if workload.gate_fails_because
    ]
    petrol, defect = (STUDIES["s4"].workload(name) for name in ("petrol-mlp", "petrol-mlp-defect"))

    assert defects == [("petrol-mlp-defect", ("pytorch",))]
    assert defect.model == petrol.model
    assert defect.training == petrol.training.model_copy(update={"defect": "broadcast_targets"})


@pytest.mark.parametrize(
    ("task", "owner"), [("transfer", "mnist-cnn"), ("mistakes", "cifar-cnn-small")]
)
def test_a_task_that_is_done_once_has_one_owner(task: Task, owner):
    owners = [
        workload.id
        for study in STUDIES.values()
        for workload in study.workloads
        if task in workload.tasks
    ]

    assert owners == [owner]
