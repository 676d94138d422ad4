"""The petrol table becomes samples of a regression, split and standardised once for all."""

import numpy as np
import pytest

from data.catalog import CATALOG_PATH, Catalog, read_catalog
from data.errors import AbsentError
from data.table import load, load_split


@pytest.fixture
def split():
    return load_split("petrol-consumption")


def test_four_of_five_rows_train(split):
    assert (split.train_inputs.shape, split.train_targets.shape) == ((38, 4), (38, 1))
    assert (split.test_inputs.shape, split.test_targets.shape) == ((10, 4), (10, 1))
    assert {array.dtype for array in (split.train_inputs, split.test_targets)} == {
        np.dtype(np.float32)
    }


def test_training_columns_have_mean_0_and_deviation_1(split):
    samples = np.hstack([split.train_inputs, split.train_targets])

    np.testing.assert_allclose(samples.mean(axis=0), 0, atol=1e-6)
    np.testing.assert_allclose(samples.std(axis=0), 1, atol=1e-6)


def test_test_rows_are_measured_by_the_training_rows(split):
    assert abs(split.test_targets.mean()) > 0.01


def test_every_row_of_the_table_is_on_one_side_and_none_on_both(split):
    known = np.sort(load("petrol-consumption").values[:, -1])
    targets = np.sort(np.vstack([split.train_targets, split.test_targets])[:, 0])

    # Standardising moves and scales the values; a straight line takes them back.
    slope, offset = np.polyfit(targets, known, 1)
    np.testing.assert_allclose(targets * slope + offset, known, atol=0.01)


def test_the_split_never_changes(split):
    assert split.sha256 == {
        "train_rows": "c115fc9378749884a900ba9aa0ff674d1a1a647a1a8f3213a640254895a2e14d",
        "test_rows": "9fb100ba0b6f26c3def6353ad4af9aa8d5427f3f6f27054889733aea2f82ab3d",
    }


def test_a_table_elsewhere_is_read_from_there(tmp_path, split):
    file = read_catalog().table("petrol-consumption").file
    (tmp_path / file).write_bytes(CATALOG_PATH.with_name(file).read_bytes())

    assert load_split("petrol-consumption", tmp_path).sha256 == split.sha256
    with pytest.raises(AbsentError, match=r"petrol_consumption\.csv"):
        load_split("petrol-consumption", tmp_path / "elsewhere")


@pytest.mark.parametrize("change", [{"target": "Price"}, {"split": {"train_rows": 48, "seed": 0}}])
def test_a_table_that_cannot_be_split_is_refused_by_the_catalog(change):
    table = read_catalog().table("petrol-consumption").model_dump() | change

    with pytest.raises(ValueError, match="must be a column, and some rows must be left"):
        Catalog.model_validate({"datasets": {"petrol-consumption": table}})
