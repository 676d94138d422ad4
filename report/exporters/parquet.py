"""Parquet: the samples, typed and compressed."""

from pathlib import Path

from report.document.document import Report
from report.exporters.base import Exporter
from report.exporters.placing import replacing
from report.run.samples import Sample, samples

_TYPES = {"seed": "int64", "block": "int32", "sample": "int32", "value": "float64"}
"""Of the columns that are no texts."""


class ParquetExporter(Exporter):
    """Writes the same table as the CSV; texts that repeat are dictionaries."""

    file_name = "samples.parquet"

    def write(self, report: Report, path: Path) -> None:
        """Write one file, in which the table says what it is."""
        import pyarrow as pa  # here: it takes a while to load, and no other format needs it
        from pyarrow import parquet

        columns = zip(*samples(report.run), strict=True)
        found = dict(zip(Sample._fields, columns, strict=False)) or dict.fromkeys(
            Sample._fields, ()
        )
        texts = pa.dictionary(pa.int32(), pa.string())
        arrays = {
            name: pa.array(values, _TYPES[name]) if name in _TYPES
            else pa.array(values, pa.string()).cast(texts)
            for name, values in found.items()
        }  # fmt: skip
        table = pa.table(arrays).replace_schema_metadata({"run": report.run_name})
        with replacing(path) as temporary:
            parquet.write_table(table, temporary, compression="zstd")
