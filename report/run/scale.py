"""How much a run trains, against what the study trained."""

from contract.profile_scale import ProfileScale
from report.run.records import Run

OF_A_CALL = frozenset(("predict_100_seconds", "predict_100_first_seconds"))
"""Metrics of a training job that are the same however much was trained."""


def trained_less(run: Run, study_id: str, workload_id: str) -> str:
    """Say how much less than the study a run trains a workload; empty where it does not.

    As in "2 of 12 epochs, the first 10,000 training samples".
    """
    study, record = run.studies.get(study_id), run.record
    if study is None or run.workload(study_id, workload_id) is None:
        return ""
    if record is None:
        return "how much was trained is not recorded"
    here, published = (study.scale(name, workload_id) for name in (record.profile, "paper"))
    return "" if here is None or published is None else _less(here, published)


def _less(here: ProfileScale, published: ProfileScale) -> str:
    same = here.epochs == published.epochs
    parts = [] if same else [f"{here.epochs} of {published.epochs} epochs"]
    for count, of, title in (
        (here.train_samples, published.train_samples, "training"),
        (here.test_samples, published.test_samples, "test"),
    ):
        if count not in (None, of):
            parts.append(f"the first {count:,} {title} samples")
    return ", ".join(parts)
