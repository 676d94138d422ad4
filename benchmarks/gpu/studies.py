"""The studies at the scale of some minutes on a GPU: copies whose profile `quick` is another.

The run keeps the copies in its folder, so that the report says what was really run.
"""

from collections.abc import Mapping
from pathlib import Path

from contract.study import load_study

Scale = Mapping[str, int | float | str]
"""Fields of `contract.study.ProfileScale`, or of its change for a workload."""

_BRIEF: Scale = {
    "epochs": 2,
    "repeats": 1,
    "published_repeats": 0,
    "predict_repeats": 30,
    "turn_blocks": 1,
    "timeout_seconds": 240,
    "note": "Two epochs of all images that are here: enough to time a step and to tell the first "
    "epoch from the second.",
}
_PAPER_SCALE = "The paper profile's own epochs and samples, for a few minutes on a GPU."

PROFILES: Mapping[str, Scale] = {
    "s1": _BRIEF,
    "s2": {
        **_BRIEF,
        "epochs": 12,
        "repeats": 2,
        "published_repeats": 1,
        "latency_seconds": 1.0,
        "turn_blocks": 5,
        "note": _PAPER_SCALE,
    },
    "s3": _BRIEF,
    "s4": {**_BRIEF, "epochs": 20, "note": _PAPER_SCALE},
    "s5": _BRIEF,
}
"""By study."""

_SAME_NETWORK = "The same network with Adam is run; seven minutes are too short for both."
_NO_PHOTOS = "Its photographs are too large to travel with the kit."

WORKLOADS: Mapping[str, Scale] = {
    "petrol-mlp": {"epochs": 30, "published_repeats": 1},
    "petrol-mlp-defect": {"omitted_because": "It shows a defect on purpose, on the CPU as well."},
    "resnet18-cifar10-adam": {"published_repeats": 1},
    "resnet18-cifar10-sgd": {"omitted_because": _SAME_NETWORK},
    "resnet18-cifar10-early": {"omitted_because": _SAME_NETWORK},
    "resnet18-cifar10-recipe": {"omitted_because": _SAME_NETWORK},
    "vgg16-cifar10-plain": {"omitted_because": "It has no published time to compare with."},
    "vgg16-imagenette-adam": {"omitted_because": _NO_PHOTOS},
    "vgg16-imagenette-sgd": {"omitted_because": _NO_PHOTOS},
}
"""Where a workload's scale is another than its study's."""

ORDER = (
    *("mnist-cnn", "resnet18-cifar10-adam", "petrol-mlp", "mnist-mlp", "cifar-cnn"),
    *("vgg16-cifar10", "cifar-cnn-small"),
)
"""What counts most comes first: time may be up before the last."""

_PROFILE = "[profiles.quick]"
_SCALE = "[workloads.scales.quick]"


def write_studies(studies: Path, target: Path) -> None:
    """Write the copies to `target`, those of `PROFILES` alone.

    Raises:
        StudyError: a copy is no study.
    """
    target.mkdir(parents=True)
    for path in sorted(studies.glob("*.toml")):
        study = load_study(path)
        if study.id not in PROFILES:
            continue
        text = rescaled(path.read_text(encoding="utf-8"), PROFILES[study.id])
        (target / path.name).write_text(text, encoding="utf-8")
        load_study(target / path.name)


def rescaled(text: str, profile: Scale) -> str:
    """Return a study's file with `profile` in place of its profile `quick`."""
    tables = [
        table
        for table in ("\n" + text).split("\n[")
        if not f"[{table}".startswith((_PROFILE, _SCALE))
    ]
    written = []
    for number, table in enumerate(tables):
        written.append(table)
        after = tables[number + 1] if number + 1 < len(tables) else ""
        if _ends_workload(after) and (change := WORKLOADS.get(_workload(tables[: number + 1]), {})):
            written.append(f"{_SCALE[1:]}\n{_toml(change)}")
    return "\n[".join([*written, f"{_PROFILE[1:]}\n{_toml(profile)}"])[1:]


def _ends_workload(table: str) -> bool:
    """Whether a table is none of the workload before it."""
    return not table.startswith("workloads.")


def _workload(tables: list[str]) -> str:
    """Return the id of the workload that the last of some tables belongs to; "" for none."""
    for table in reversed(tables):
        if table.startswith("[workloads]]"):
            return next(line for line in table.splitlines() if line.startswith("id = ")).split('"')[
                1
            ]
        if not table.startswith("workloads."):
            return ""
    return ""


def _toml(fields: Scale) -> str:
    lines = (
        f'{name} = "{value}"' if isinstance(value, str) else f"{name} = {value}"
        for name, value in fields.items()
    )
    return "\n".join(lines) + "\n"
