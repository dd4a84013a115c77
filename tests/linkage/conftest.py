import duckdb
import pyarrow as pa
import pytest

from linkage.engines.duckdb import DuckDBEngine
from linkage.model.source_pairs import source_pairs


class Silent:
    """An observer that says nothing."""

    def planned(self, stages): ...

    def started(self, stage): ...

    def progressed(self, stage, done, total, unit): ...

    def finished(self, stage, seconds): ...

    def skipped(self, stage): ...

    def failed(self, stage, error): ...


@pytest.fixture
def silent():
    return Silent()


@pytest.fixture
def engine_of():
    """Return an engine over sources given as lists of records; numbering as ingest would."""
    with duckdb.connect() as connection:

        def make(sources, kind="link", once=()):
            first, sizes = 0, {}
            for name, records in sources.items():
                numbers = pa.array(range(first, first + len(records)), pa.int32())
                table = pa.Table.from_pylist(records).add_column(0, "record", numbers)
                connection.register(f"records_{name}", table)
                first, sizes[name] = first + len(records), len(records)
            pairs = source_pairs(sizes, {name: name in once for name in sources}, kind)
            return DuckDBEngine(connection, pairs)

        yield make
