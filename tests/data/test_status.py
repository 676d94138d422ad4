"""A listing says of every data set what is there, and what to do about what is not."""

from data.status import status, statuses


def test_a_fetched_data_set_is_verified(fetched, toy):
    found = status("toy", fetched, toy)

    assert (found.state, found.detail, found.remedy) == ("verified", "first", None)
    assert found.location == fetched / "arrays/toy"
    assert found.size_bytes == 50 * (28 * 28 + 1)
    assert found.dataset.licence == "CC0"


def test_a_data_set_that_was_never_fetched_is_absent(tmp_path, toy):
    found = status("toy", tmp_path, toy)

    assert (found.state, found.remedy) == ("absent", "run: plumbline data fetch toy")


def test_a_damaged_data_set_is_corrupt(fetched, toy):
    (fetched / "arrays/toy/train_labels.npy").write_bytes(b"")

    found = status("toy", fetched, toy)

    assert found.state == "corrupt"
    assert "train_labels.npy is corrupt" in found.detail


def test_the_whole_catalog_is_listed_in_its_order(tmp_path):
    listed = statuses(tmp_path)

    assert {found.dataset.name: found.state for found in listed} == {
        "mnist": "absent",
        "cifar-10": "absent",
        "imagenette-80": "absent",
        "petrol-consumption": "verified",
    }
    assert listed[-1].size_bytes == listed[-1].location.stat().st_size > 0
