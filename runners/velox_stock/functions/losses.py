"""The losses, in double precision, and their gradients with respect to the outputs.

Outputs are (batch, classes), flat.
"""

import numpy as np

from runners.velox_stock.functions.base import Operation, answers, elementwise
from runners.velox_stock.query import (
    Array,
    Column,
    Computation,
    Query,
    QueryTable,
    balanced_sum,
    in_precision,
    index_of,
    number,
)


@answers("ml_softmax_cross_entropy")
def softmax_cross_entropy(logits: Array, labels: Array, classes: int) -> Operation:
    """Mean over the batch of −log softmax(logits)[label]."""
    loss = np.zeros(1)
    query = _query(logits, labels.size, classes, {"label": labels})
    chosen = balanced_sum([f"IF(label = {index}, l{index}, 0.0)" for index in range(classes)])
    query.project(f"ln({_partition(classes)}) + largest - {chosen} AS loss").sum("loss")
    return Operation(loss, (_mean(query, labels.size, loss),))


@answers("ml_count_correct")
def count_correct(logits: Array, labels: Array, classes: int) -> Operation:
    """Count the samples whose label is the first of the largest logits."""
    correct = np.zeros(1, np.int64)
    query = _query(logits, labels.size, classes, {"label": labels})
    first = index_of("largest", [f"l{index}" for index in range(classes)])
    query.project(f"IF(label = {first}, 1, 0) AS correct").sum("correct")
    return Operation(correct, (query.into(correct=correct),))


@answers("ml_softmax_cross_entropy_gradient")
def softmax_cross_entropy_gradient(logits: Array, labels: Array, classes: int) -> Operation:
    """(softmax(logits) − 1 at the label) / batch."""
    gradient = np.zeros_like(logits)
    place = np.arange(logits.size, dtype=np.int32)
    label = Column(labels, place // classes)
    own: QueryTable = {"own": logits, "label": label, "class": place % classes}
    query = _query(logits, logits.size, classes, own)
    probability = f"exp(CAST(own AS DOUBLE) - largest) / {_partition(classes)}"
    by_logit = f"({probability} - IF(class = label, 1.0, 0.0)) / {float(labels.size)!r}"
    query.project(f"{in_precision(by_logit, logits)} AS gradient")
    return Operation(gradient, (query.into(gradient=gradient),))


@answers("ml_mean_squared_error")
def mean_squared_error(outputs: Array, targets: Array) -> Operation:
    """Mean over batch and outputs of (output − target)²."""
    loss = np.zeros(1)
    query = Query({"output": outputs, "target": targets})
    query.project("CAST(output - target AS DOUBLE) AS error").project("error * error AS loss")
    return Operation(loss, (_mean(query.sum("loss"), outputs.size, loss),))


@answers("ml_mean_squared_error_gradient")
def mean_squared_error_gradient(outputs: Array, targets: Array) -> Operation:
    """2 · (output − target) / number of outputs."""
    expression = f"(output - target) * {number(2, outputs)} / {number(outputs.size, outputs)}"
    return elementwise(expression, outputs, output=outputs, target=targets)


def _query(logits: Array, rows: int, classes: int, others: QueryTable) -> Query:
    """Return a query of the sample's logits l0, l1, …, the `largest` of them, and other columns.

    Rows are samples or, where there are as many as logits, those.
    """
    sample = np.arange(rows, dtype=np.int32) // (rows * classes // logits.size)
    columns = {f"l{index}": Column(logits, sample * classes + index) for index in range(classes)}
    in_double = [f"CAST({name} AS DOUBLE) AS {name}" for name in columns]
    largest = f"CAST(greatest({', '.join(columns)}) AS DOUBLE) AS largest"
    return Query({**columns, **others}).project(*in_double, largest, *others)


def _partition(classes: int) -> str:
    """Return Σ exp(logit − largest)."""
    return balanced_sum([f"exp(l{index} - largest)" for index in range(classes)])


def _mean(query: Query, count: int, loss: Array) -> Computation:
    return query.project(f"loss / {float(count)!r} AS loss").into(loss=loss)
