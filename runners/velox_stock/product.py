"""A matrix product as a query."""

import math
from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import DTypeLike, NDArray

from runners.velox_stock.query import Array, Column, Computation, Query, QueryTable, balanced_sum

MOST_TERMS = 1024
"""Products that one expression adds up. Fewer would make more parts, each a row to be grouped; more
would be slow to plan."""
ROWS_PER_COLUMN = 1600
"""As many rows take as much time to be grouped as a column of few rows takes by itself: 16 µs."""
MOST_GROUPED_ROWS = 1 << 16
"""Rows of a vector whose sums are in parts: from here on columns take their time by row anyway."""
FEWEST_PARTS = 3
"""Fewer do not save what the grouping costs by itself: 0.3 ms."""


class Product:
    """outputs[m, n] = Σₖ left[k, m] · right[k, n].

    `SELECT cell, sum(a0 * b0 + a1 * b1 + …) GROUP BY cell`: a row is a cell (m, n) of the outputs
    and a part of the sum over k. Its columns are entries of `left` and `right`, of which each is
    there once and is looked up by the row.
    """

    def __init__(self, terms: int, rows: int, columns: int, dtype: DTypeLike) -> None:
        """Make room for `left` (terms, rows) and `right` (terms, columns), to be filled."""
        self._rows, self._columns = rows, columns
        self._parts_in_vector = _choose_parts(terms, rows * columns)
        self._part_terms = min(MOST_TERMS, -(-terms // self._parts_in_vector))
        self._vectors = math.ceil(terms / (self._parts_in_vector * self._part_terms))
        room = self._vectors * self._parts_in_vector * self._part_terms
        self._left = np.zeros((room, rows), dtype)  # terms that are not there add 0 · 0
        self._right = np.zeros((room, columns), dtype)
        self.left, self.right = self._left[:terms], self._right[:terms]
        self.outputs: NDArray[Any] = np.zeros((rows, columns), dtype)

    def plan(self) -> Computation:
        """Return what computes the outputs from what both sides hold."""
        products = balanced_sum([f"a{term} * b{term}" for term in range(self._part_terms)])
        query = Query(*self._tables()).project(f"{products} AS value", "cell")
        if len(self._left) > self._part_terms:
            query.sum("value", by="cell")
        return query.into(value=self.outputs.reshape(-1))

    def _tables(self) -> Iterator[QueryTable]:
        """Yield a table for each group of parts that are in one vector."""
        parts = np.arange(self._parts_in_vector, dtype=np.int32)[:, None] * self._part_terms
        cells = np.arange(self._rows * self._columns, dtype=np.int32)
        in_left = (parts * self._rows + cells // self._columns).reshape(-1)
        in_right = (parts * self._columns + cells % self._columns).reshape(-1)
        cell = np.tile(cells, self._parts_in_vector)
        terms_in_vector = self._parts_in_vector * self._part_terms
        for first in range(0, len(self._left), terms_in_vector):
            table: dict[str, Column | Array] = {"cell": cell}
            for term in range(self._part_terms):
                table[f"a{term}"] = Column(self._left[first + term :].reshape(-1), in_left)
                table[f"b{term}"] = Column(self._right[first + term :].reshape(-1), in_right)
            yield table


def _choose_parts(terms: int, cells: int) -> int:
    """Return in how many parts a sum is least work: columns become fewer, rows more.

    With p parts there are terms / p columns, and p · cells rows to be grouped.
    """
    best = math.isqrt(ROWS_PER_COLUMN * terms // cells)
    if best < FEWEST_PARTS:
        return 1
    return max(1, min(best, MOST_GROUPED_ROWS // cells, terms))
