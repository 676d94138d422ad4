"""The calls of a network, each as queries, run one after the other."""

import ast
import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any

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

    @contextmanager
    def run(self) -> Iterator[Columns]:
        """Compute from what the buffers hold; the next run overwrites the results."""
        for operation in self._operations:
            operation.run()
        yield self._columns

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
