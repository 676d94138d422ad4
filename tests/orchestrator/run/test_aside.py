"""What no longer counts is kept, whatever it is."""

from contract.names import WEIGHTS_NAME
from orchestrator.run.aside import put_aside
from orchestrator.store.store import RunStore
from tests.contract.examples import job


def test_a_jobs_files_are_kept_without_its_weights(tmp_path):
    store = RunStore(tmp_path)
    folder = store.prepare(job(), None)
    (folder / WEIGHTS_NAME).touch()

    kept = tmp_path / put_aside(store, job(), "a test")

    assert [path.name for path in kept.iterdir()] == ["job.json"]


def test_a_file_in_the_place_of_a_jobs_folder_is_kept(tmp_path):
    store = RunStore(tmp_path)
    store.job_folder(job().job_id).parent.mkdir()
    store.job_folder(job().job_id).write_text("mine")
    assert store.unreadable(job().job_id) == "the job's folder is none"

    kept = tmp_path / put_aside(store, job(), "a test")

    assert kept.read_text() == "mine"
    assert store.unreadable(job().job_id) == ""
