"""What a data set rules out is refused by its place in the study."""

import pytest

from contract.base import LocatedError
from contract.profile_scale import ProfileScaleChange
from contract.study import load_study
from data.catalog import read_catalog
from data.fit import check_data
from tests.contract.examples import STUDY_FILE

PETROL = STUDY_FILE.with_name("s4-keras-pytorch.toml")


def changed(workload_id="mnist-cnn", profile=None, file=STUDY_FILE, **changes):
    """Return a study with one workload, some fields of which are other ones."""
    study = load_study(file)
    workload = study.workload(workload_id).model_copy(update=changes)
    scale = study.profiles["smoke"].model_copy(update=profile or {})
    return study.model_copy(
        update={"workloads": (workload,), "profiles": study.profiles | {"smoke": scale}}
    )


def with_units(units, file=STUDY_FILE, workload_id="mnist-cnn"):
    model = load_study(file).workload(workload_id).model
    last = model.layers[-1].model_copy(update={"units": units})
    layers = (*model.layers[:-1], last)
    return changed(workload_id, file=file, model=model.model_copy(update={"layers": layers}))


def with_loss(loss, file=STUDY_FILE, workload_id="mnist-cnn"):
    training = load_study(file).workload(workload_id).training
    change = {"loss": loss, "defect": None}
    return changed(workload_id, file=file, training=training.model_copy(update=change))


@pytest.mark.parametrize(
    "path", sorted(STUDY_FILE.parent.glob("*.toml")), ids=lambda path: path.stem
)
def test_the_studies_of_the_kit_fit_their_data(path):
    check_data(load_study(path), read_catalog())


def model_with_input(*shape):
    model = load_study(STUDY_FILE).workload("mnist-cnn").model
    return changed(model=model.model_copy(update={"input_shape": shape}))


@pytest.mark.parametrize(
    ("study", "place", "message"),
    [
        (
            changed(dataset="minst"),
            ("workloads", 0, "dataset"),
            "there is no data set 'minst'; choose one of: mnist, cifar-10, ",
        ),
        (
            model_with_input(28, 28, 3),
            ("workloads", 0, "model", "input_shape"),
            "is [28, 28, 3], but a sample of mnist is [28, 28, 1]",
        ),
        (
            with_units(9),
            ("workloads", 0, "model", "layers", 9),
            "9 outputs, but mnist has 10 classes",
        ),
        (
            with_units(2, PETROL, "petrol-mlp"),
            ("workloads", 0, "model", "layers", 4),
            "2 outputs, but petrol-consumption has one target",
        ),
        (
            with_loss("mean_squared_error"),
            ("workloads", 0, "training", "loss"),
            "mean_squared_error does not fit mnist, whose targets are classes: "
            "use softmax_cross_entropy",
        ),
        (
            with_loss("softmax_cross_entropy", PETROL, "petrol-mlp"),
            ("workloads", 0, "training", "loss"),
            "softmax_cross_entropy does not fit petrol-consumption, whose targets are numbers: "
            "use mean_squared_error",
        ),
        (
            changed("petrol-mlp", file=PETROL, tasks=("score",)),
            ("workloads", 0, "tasks"),
            "score needs images, petrol-consumption has none",
        ),
        (
            changed(profile={"train_samples": 60_001}),
            ("profiles", "smoke", "train_samples"),
            "60001 asked for, but mnist has 60000 to train with",
        ),
        (
            changed(scales={"paper": ProfileScaleChange(test_samples=10_001)}),
            ("workloads", 0, "scales", "paper", "test_samples"),
            "10001 asked for, but mnist has 10000 to test with",
        ),
    ],
)
def test_what_the_data_rule_out_is_refused_at_its_place(study, place, message):
    with pytest.raises(LocatedError) as caught:
        check_data(study, read_catalog())

    assert caught.value.path == place
    assert str(caught.value).startswith(message)


def test_more_outputs_than_classes_are_no_error():
    """VGG-16 with its thousand outputs may be trained on ten classes."""
    check_data(with_units(1000), read_catalog())


def test_a_workload_that_a_profile_omits_needs_no_samples_there():
    omitted = {"smoke": ProfileScaleChange(train_samples=60_001, omitted_because="too long")}

    check_data(changed(scales=omitted), read_catalog())
