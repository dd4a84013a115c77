"""The unblocked search, ready to be asked: over the records and the model of a finished run."""

import json
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from linkage.config.schema import Config
from linkage.engines.opening import engine_over
from linkage.model.fitting import from_fitted_record
from linkage.model.method import from_record
from linkage.model.scoring import Model
from linkage.model.search import search
from linkage.model.source_pairs import Side, source_pairs
from linkage.runs.storage import storage, undamaged

Searching = Callable[[Sequence[int], int], pa.Table]
"""Given focal records and a number, returns so many best pairs of each; see :func:`search`."""


@contextmanager
def searching(
    config: Config, restricted: Path, connection: duckdb.DuckDBPyConnection, scratch: Path
) -> Iterator[Searching]:
    """Give a function that searches the other source for the partners of focal records.

    Parameters
    ----------
    config
        Of a finished run of two sources.
    restricted
        Where the run's tables lie; nothing is written there.
    connection, scratch
        The database that the engine asks, and a folder for what it cannot hold.
    """
    paths = {name: restricted / f"records_{name}.parquet" for name in config.sources}
    sizes = {name: _rows(path) for name, path in paths.items()}
    unique = {name: source.one_record_per_person for name, source in config.sources.items()}
    pairs = source_pairs(sizes, unique, config.linkage.type)
    fitted = _read(restricted / "fitted.json")
    method = from_record(_read(restricted / "method.json"))
    model = Model(method, from_fitted_record(fitted), fitted["prior"], pairs)
    side: Side = "l" if pairs[0].left.name == config.focal else "r"
    engine = engine_over(paths, config.engine, pairs, connection, scratch)
    try:
        yield lambda records, best: search(engine, model, side, records, best)
    finally:
        engine.close()


def _rows(path: Path) -> int:
    with storage(path, "reading a table of the run"), undamaged(path):
        return int(pq.read_metadata(path).num_rows)


def _read(path: Path) -> Any:  # noqa: ANN401 - JSON has no one type
    with storage(path, "reading a table of the run"), undamaged(path):
        return json.loads(path.read_bytes())
