"""The tidy table keeps every number, and marks those of disturbed jobs."""

from report.run.load import load_run
from report.run.samples import samples
from tests.report.conftest import MakeRun
from tests.report.run_folder import disturb


def test_numbers_of_a_disturbed_job_stay_and_say_what_disturbed_it(make_run: MakeRun) -> None:
    path = make_run(contenders=("pytorch",))
    before = [sample.value for sample in samples(load_run(path))]
    disturb(path, "pytorch", "train", 2)

    rows = list(samples(load_run(path)))

    assert [row.value for row in rows] == before
    told = {(row.task, row.block): row.disturbed for row in rows}
    assert told[("train", 2)] == "others used 43 % of its CPUs"
    assert [told[("train", 1)], told[("predict", 2)]] == ["", ""]
