"""The calls of a network, each as queries, run one after the other."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable
from typing import Any

from runners.harness.contender.network import FloatArray
from runners.velox.buffers import Columns
from runners.velox_stock.functions import FUNCTIONS
from runners.velox_stock.functions.base import Operation

_CALL = re.compile(r"(\w+)\((.*)\)")


class Program:
    """Operations over buffers; whoever fills the buffers in place changes the next run's input."""

    def __init__(self, buffers: Columns, definitions: Iterable[tuple[str, str]]) -> None:
        """Bind each call, a function of columns that are there before it, to the columns' arrays.

        Args:
            buffers: What is there before the first call.
            definitions: Columns with the calls that compute them.
        """
        self._columns = dict(buffers)
        self._operations: list[Operation] = []
        for column, call in definitions:
            self._columns[column] = self._bind(call)

    def run(self) -> ProgramResults:
        """Return the results of what the buffers hold; enter it to compute them."""
        return ProgramResults(self._columns, self._operations)

    def _bind(self, call: str) -> Any:
        """Return the array that a call fills; a name alone is an array that is there."""
        found = _CALL.fullmatch(call)
        if found is None:
            return self._columns[call]
        name, arguments = found.groups()
        operation = FUNCTIONS[name](*map(self._value, arguments.split(", ")))
        self._operations.append(operation)
        return operation.outputs

    def _value(self, argument: str) -> Any:
        """Return a column, or the number that it is not the name of."""
        if argument in self._columns:
            return self._columns[argument]
        return ast.literal_eval(argument)


class ProgramResults:
    """The columns that a program computes, within a `with` block: the next run overwrites them."""

    def __init__(self, columns: Columns, operations: Iterable[Operation]) -> None:
        self._columns = columns
        self._operations = operations

    def __enter__(self) -> ProgramResults:
        for operation in self._operations:
            operation.run()
        return self

    def __exit__(self, *_: object) -> None:
        """Leave the results where they are."""

    def copy_tensor(self, column: str, into: FloatArray) -> None:
        """Copy a tensor into a buffer of as many elements."""
        into.reshape(-1)[:] = self._columns[column]

    def tensor(self, column: str) -> FloatArray:
        """Return a copy of a tensor, flat."""
        return self._columns[column].copy()

    def number(self, column: str) -> Any:
        """Return the value of a scalar column."""
        return self._columns[column].item()
