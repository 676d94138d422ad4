"""A table scored by one plan of Velox: it scans the Parquet files, filters, decodes and predicts.

The wheel's libvelox.so holds a reader of Parquet that nothing in pyvelox registers; it exports the
function that does.
"""

import ctypes
import re
from functools import cache
from pathlib import Path

import numpy as np
import pyvelox
from pyvelox.arrow import to_arrow
from pyvelox.file import PARQUET
from pyvelox.plan_builder import PlanBuilder
from pyvelox.runner import LocalRunner, register_hive
from pyvelox.type import ARRAY, BIGINT, ROW, SMALLINT
from pyvelox.vector import Vector

from contract.model import Model
from contract.training import Training
from runners.harness.contender.network import FloatArray, IntArray, Weights
from runners.harness.contender.scorer import ImageTable, Scorer, Scores
from runners.velox.buffers import Parameters
from runners.velox.columns import INPUTS, OUTPUTS
from runners.velox.ml_functions import MlFunctions
from runners.velox.network_builder import NNBuilder

_BATCH_ROWS = 128
"""Rows that pass through the plan at a time: the tensors of one layer of so many stay small."""
_SETTINGS = {
    "preferred_output_batch_rows": str(_BATCH_ROWS),
    "max_output_batch_rows": str(_BATCH_ROWS),
}
_CONNECTOR = "hive"
_REGISTER_PARQUET = "_ZN8facebook5velox7parquet28registerParquetReaderFactoryEv"
_ID, _LABEL, _INK, _IMAGE = "id", "label", "ink", "image"
_COLUMNS = {_ID: BIGINT(), _LABEL: BIGINT(), _INK: BIGINT(), _IMAGE: ARRAY(SMALLINT())}
_SCALED = f"transform({_IMAGE}, pixel -> cast(pixel AS real) / cast(255 AS real)) AS {INPUTS}"


class PlanScorer(Scorer):
    """The plan, and the table that it scans.

    A row is an image. The weights are constants of the plan; every function is called for a vector
    of rows, and computes them one by one. An image is too small to be shared by threads (two spend
    1.8 times the processor time of one): one computes while the drivers take turns to decode.
    """

    way = "one Velox plan scans, filters, decodes and predicts, its functions image by image"

    def __init__(
        self,
        model: Model,
        training: Training,
        weights: Weights,
        table: ImageTable,
        functions: MlFunctions,
    ) -> None:
        """Build the plan; `functions` compute on one thread until this is closed."""
        _register_readers()
        self._functions = functions
        self._threads = functions.count_threads()
        self._functions.set_threads(1)
        self._drivers = table.drivers
        self._files = [PARQUET(str(path)) for path in table.files]
        scan = PlanBuilder().table_scan(
            output_schema=ROW([*_COLUMNS], [*_COLUMNS.values()]),
            filters=[f"{_INK} >= {table.least_ink}"],
            connector_id=_CONNECTOR,
        )
        self._scan_id = scan.get_plan_node().id()
        builder = NNBuilder(model, training.loss)
        builder.forward_pass(training=False)
        builder.put_out(_ID, _LABEL, OUTPUTS)
        projections = builder.projections()
        constants = _constants(model, training, weights, projections)
        for projection in [[_ID, _LABEL, _SCALED, *constants], *projections]:
            scan.project(projection)
        self._node = scan.get_plan_node()

    def scan(self) -> Scores:
        """Run the plan with as many drivers as the table admits."""
        runner = LocalRunner(self._node)  # runs once
        for setting, value in _SETTINGS.items():
            runner.add_query_config(setting, value)
        for file in self._files:
            runner.add_file_split(file, self._scan_id, _CONNECTOR)
        found = [_copy(vector) for vector in runner.execute(max_drivers=self._drivers)]
        return Scores(*map(np.concatenate, zip(*found, strict=True)))

    def close(self) -> None:
        """Give the functions their threads back."""
        self._functions.set_threads(self._threads)


def _constants(
    model: Model, training: Training, weights: Weights, projections: list[list[str]]
) -> list[str]:
    """Return a column for each weight and state that the projections read.

    The text is split and cast once, when a driver compiles its expressions. A join would copy the
    weights for every row; an array of numbers would take the parser ten times as long.
    """
    read = set(re.findall(r"\w+", " ".join(call for calls in projections for call in calls)))
    columns = Parameters(model, weights, training.optimizer, seed=0).columns()
    return [
        f"cast(split('{','.join(map(str, values.tolist()))}', ',') AS real[]) AS {name}"
        for name, values in columns.items()
        if name in read
    ]


def _copy(vector: Vector) -> tuple[IntArray, IntArray, FloatArray]:
    """Return ids, labels and logits (rows, classes) of what the plan gave, in memory of our own."""
    rows = to_arrow(vector)
    ids, labels = (rows.field(name).to_numpy(zero_copy_only=False) for name in (_ID, _LABEL))
    logits = rows.field(OUTPUTS).flatten().to_numpy(zero_copy_only=False)
    return ids.copy(), labels.copy(), logits.reshape(len(rows), -1).copy()


@cache
def _register_readers() -> None:
    """Register what reads local files, and what reads Parquet; once in a process."""
    register_hive(_CONNECTOR)
    library = ctypes.CDLL(str(Path(pyvelox.__file__).with_name("libvelox.so")))
    library[_REGISTER_PARQUET]()
