"""Whether a study asks of a data set what it has."""

from contract.base import LocatedError, ProfileName
from contract.study import Study, Workload
from contract.toml_lines import Place
from contract.words import counted
from data.catalog import Catalog
from data.content import Side
from data.datasets import Dataset
from data.errors import DataError

_SIDES: dict[str, Side] = {"train_samples": "train", "test_samples": "test"}


def check_data(study: Study, catalog: Catalog) -> None:
    """Raise LocatedError, by its place in the study, for the first thing that its data rule out."""
    for index, workload in enumerate(study.workloads):
        place = ("workloads", index)
        try:
            dataset = catalog[workload.dataset]
        except DataError as error:
            message = f"{error.cause}; {error.remedy}"
            raise LocatedError(message, (*place, "dataset")) from error
        _check_inputs(workload, dataset, place)
        _check_outputs(workload, dataset, place)
        for profile in study.profiles:
            _check_samples(study, index, profile, dataset)


def _check_inputs(workload: Workload, dataset: Dataset, place: Place) -> None:
    needed = workload.model.input_shape
    if needed != dataset.sample_shape:
        message = f"is {list(needed)}, but a sample of {dataset.name} is"
        raise LocatedError(
            f"{message} {list(dataset.sample_shape)}", (*place, "model", "input_shape")
        )
    if "score" in workload.tasks and dataset.class_count is None:
        raise LocatedError(f"score needs images, {dataset.name} has none", (*place, "tasks"))


def _check_outputs(workload: Workload, dataset: Dataset, place: Place) -> None:
    (outputs,), loss = workload.model.output_shape, workload.training.loss
    targets = "numbers" if dataset.class_count is None else "classes"
    fitting = "mean_squared_error" if dataset.class_count is None else "softmax_cross_entropy"
    if loss != fitting:
        message = f"{loss} does not fit {dataset.name}, whose targets are {targets}: use {fitting}"
        raise LocatedError(message, (*place, "training", "loss"))
    last = (*place, "model", "layers", len(workload.model.layers) - 1)
    if dataset.class_count is None and outputs != 1:
        raise LocatedError(f"{outputs} outputs, but {dataset.name} has one target", last)
    if dataset.class_count is not None and outputs < dataset.class_count:
        message = (
            f"{counted(outputs, 'output')}, but {dataset.name} has {dataset.class_count} classes"
        )
        raise LocatedError(message, last)


def _check_samples(study: Study, index: int, profile: ProfileName, dataset: Dataset) -> None:
    workload = study.workloads[index]
    scale = study.scale(profile, workload.id)
    for field, side in _SIDES.items():
        asked, present = getattr(scale, field, None), dataset.samples(side)
        if asked is not None and asked > present:
            own = getattr(workload.scales.get(profile), field, None) is not None
            owner: Place = ("workloads", index, "scales") if own else ("profiles",)
            message = f"{asked} asked for, but {dataset.name} has {present} to {side} with"
            raise LocatedError(message, (*owner, profile, field))
