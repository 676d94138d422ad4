"""A matrix product as a query."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import DTypeLike, NDArray

from runners.velox_stock.query import VECTOR_ROWS, Column, Query, Run, Table, balanced_sum

MOST_TERMS = 1024
"""Products that one expression adds up. Fewer would make more parts, each a row to be grouped; more
would be slow to plan."""


class Product:
    """outputs[m, n] = Σₖ left[k, m] · right[k, n].

    `SELECT cell, sum(a0 * b0 + a1 * b1 + …) GROUP BY cell`: a row is a cell (m, n) of the outputs
    and a part of the sum over k. Its columns are entries of `left` and `right`, of which each is
    there once and is looked up by the row. Parts that fit in one vector are in one, since a vector
    of few rows costs as much time as one of `VECTOR_ROWS`.
    """

    def __init__(self, terms: int, rows: int, columns: int, dtype: DTypeLike) -> None:
        """Make room for `left` (terms, rows) and `right` (terms, columns), to be filled."""
        self._rows, self._columns = rows, columns
        cells = rows * columns
        self._parts_in_vector = max(1, min(VECTOR_ROWS // cells, terms))
        self._part_terms = min(MOST_TERMS, -(-terms // self._parts_in_vector))
        self._vectors = math.ceil(terms / (self._parts_in_vector * self._part_terms))
        room = self._vectors * self._parts_in_vector * self._part_terms
        self._left = np.zeros((room, rows), dtype)  # terms that are not there add 0 · 0
        self._right = np.zeros((room, columns), dtype)
        self.left, self.right = self._left[:terms], self._right[:terms]
        self.outputs: NDArray[Any] = np.zeros((rows, columns), dtype)

    def plan(self) -> Run:
        """Return what computes the outputs from what both sides hold."""
        query = Query(*self._tables()).project(f"{self._sum_of_products()} AS value", "cell")
        if len(self._left) > self._part_terms:
            query.sum("value", by="cell")
        return query.into(value=self.outputs.reshape(-1))

    def _sum_of_products(self) -> str:
        return balanced_sum([f"a{term} * b{term}" for term in range(self._part_terms)])

    def _tables(self) -> Iterator[Table]:
        """Yield a table for each group of parts that are in one vector."""
        parts = np.arange(self._parts_in_vector, dtype=np.int32)[:, None] * self._part_terms
        cells = np.arange(self._rows * self._columns, dtype=np.int32)
        in_left = (parts * self._rows + cells // self._columns).reshape(-1)
        in_right = (parts * self._columns + cells % self._columns).reshape(-1)
        cell = Column(np.tile(cells, self._parts_in_vector))
        terms_in_vector = self._parts_in_vector * self._part_terms
        for first in range(0, len(self._left), terms_in_vector):
            table = {"cell": cell}
            for term in range(self._part_terms):
                table[f"a{term}"] = Column(self._left[first + term :].reshape(-1), in_left)
                table[f"b{term}"] = Column(self._right[first + term :].reshape(-1), in_right)
            yield table
