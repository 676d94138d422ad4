"""A network whose every number is computed by queries of the unmodified Velox."""

from runners.velox.buffers import Columns
from runners.velox.network import EngineNetwork, PublishedEngineNetwork
from runners.velox.network_builder import NNBuilder
from runners.velox_stock.program import Program


class StockNetwork(EngineNetwork):
    """The same network, batches and loop; its calls are answered by stock expressions."""

    def _compile(self, builder: NNBuilder, columns: Columns) -> Program:
        return Program(columns, builder.definitions())


class PublishedStockNetwork(PublishedEngineNetwork, StockNetwork):
    """The same under a loop that starts from its own weights and shuffles by itself."""
