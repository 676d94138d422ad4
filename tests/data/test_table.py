"""The petrol table is the one of the book, unchanged."""

import numpy as np
import pytest

from data.catalog import CATALOG_PATH, Catalog, read_catalog
from data.errors import AbsentError, DataError
from data.table import load


@pytest.fixture
def copy(tmp_path):
    """A folder with a copy of the table."""
    source = read_catalog().table("petrol-consumption").file
    content = CATALOG_PATH.with_name(source).read_bytes()
    (tmp_path / source).write_bytes(content)
    return tmp_path / source


def test_the_petrol_table_has_48_states_and_5_columns():
    table = load("petrol-consumption")

    assert table.values.shape == (48, 5)
    assert table.columns[-1] == "Petrol_Consumption"
    np.testing.assert_array_equal(table.values[0], [9.0, 3571, 1976, 0.525, 541])
    np.testing.assert_array_equal(table.values[-1], [7.0, 5002, 9794, 0.593, 524])


def test_its_columns_have_units_and_its_values_stay_within_reason():
    table = load("petrol-consumption")
    share = table.values[:, table.columns.index("Population_Driver_licence(%)")]

    assert table.units[table.columns.index("Petrol_tax")] == "cents per gallon"
    assert len(table.units) == len(table.columns)
    assert ((share > 0) & (share < 1)).all()


def test_a_changed_table_is_refused(copy):
    copy.write_text(copy.read_text().replace("541", "542"))

    with pytest.raises(DataError, match=r"petrol-consumption: sha256 is .*, expected") as caught:
        load("petrol-consumption", folder=copy.parent)

    assert "restore the file from the repository" in caught.value.remedy


@pytest.mark.parametrize("change", [{"rows": 47}, {"columns": (*"abcd", "Petrol_Consumption")}])
def test_a_table_that_is_not_what_the_catalog_says_is_refused(change):
    table = read_catalog().table("petrol-consumption").model_copy(update=change)

    with pytest.raises(DataError, match="does not have the catalog's columns and rows"):
        load("petrol-consumption", Catalog(datasets={"petrol-consumption": table}))


def test_a_missing_table_is_named(tmp_path):
    with pytest.raises(AbsentError, match=r"petrol_consumption\.csv"):
        load("petrol-consumption", folder=tmp_path)


def test_images_are_not_a_table():
    with pytest.raises(DataError, match="mnist holds images, not a table"):
        load("mnist")
