"""The matrix product as a query, however its sums are cut into parts and vectors."""

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

pytestmark = [pytest.mark.environment, pytest.mark.usefixtures("engine")]

TOLERANCES = {"float32": 1e-6, "float64": 1e-14}
sizes = st.integers(1, 40)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.differing_executors])
@given(terms=sizes, rows=sizes, columns=sizes, precision=st.sampled_from(sorted(TOLERANCES)))
def test_product_of_any_size(terms: int, rows: int, columns: int, precision: str) -> None:
    assert error_of(terms, rows, columns, precision) < TOLERANCES[precision]


@pytest.mark.parametrize("precision", sorted(TOLERANCES))
@pytest.mark.parametrize(
    ("terms", "rows", "columns"),
    [
        pytest.param(785, 64, 128, id="sums in parts, one vector"),
        pytest.param(2500, 300, 40, id="sums in parts, several vectors"),
        pytest.param(9, 4000, 40, id="rows in several vectors"),
        pytest.param(1100, 1500, 100, id="both"),
        pytest.param(40000, 3, 2, id="long sums of few cells"),
    ],
)
def test_product_in_parts(terms: int, rows: int, columns: int, precision: str) -> None:
    assert error_of(terms, rows, columns, precision) < TOLERANCES[precision]


def error_of(terms: int, rows: int, columns: int, precision: str) -> float:
    """Return the relative distance of a product from NumPy's, at the second filling."""
    from runners.velox_stock.product import Product

    product = Product(terms, rows, columns, precision)
    run = product.plan()
    generator = np.random.default_rng(0)
    for _ in range(2):
        product.left[:] = generator.standard_normal(product.left.shape)
        product.right[:] = generator.standard_normal(product.right.shape)
        run()
    expected = product.left.T.astype(np.float64) @ product.right.astype(np.float64)
    distance = np.linalg.norm(product.outputs - expected) / np.linalg.norm(expected)
    return float(distance)
