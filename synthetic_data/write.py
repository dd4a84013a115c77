"""The files of a synthetic population: written block by block, and there once they are whole."""

import shutil
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from tempfile import mkdtemp

import pyarrow as pa
import pyarrow.parquet as pq

_ROWS = 122_880
"""Rows that are gathered for a row group."""


class Table:
    """A Parquet file that grows: rows are gathered, so that its row groups are large."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._writer: pq.ParquetWriter | None = None
        self._waiting: list[pa.Table] = []

    def add(self, rows: pa.Table) -> None:
        """Add rows; all of one schema."""
        self._waiting.append(rows)
        if sum(each.num_rows for each in self._waiting) >= _ROWS:
            self._flush()

    def close(self) -> None:
        """Write what is left and end the file."""
        self._flush()
        if self._writer is not None:
            self._writer.close()

    def _flush(self) -> None:
        if not self._waiting:
            return
        rows = pa.concat_tables(self._waiting).combine_chunks()
        self._waiting = []
        if self._writer is None:
            self._writer = pq.ParquetWriter(self._path, rows.schema, compression="zstd")
        self._writer.write_table(rows, row_group_size=max(rows.num_rows, 1))


@contextmanager
def growing(folder: Path) -> Iterator[Callable[[str, pa.Table], None]]:
    """Give a function that adds rows to a table of the folder, begun when its first rows come."""
    tables: dict[str, Table] = {}
    with ExitStack() as closing:

        def add(name: str, rows: pa.Table) -> None:
            if name not in tables:
                path = folder / f"{name}.parquet"
                path.parent.mkdir(exist_ok=True)
                tables[name] = Table(path)
                closing.callback(tables[name].close)
            tables[name].add(rows)

        yield add


@contextmanager
def appearing(out: Path) -> Iterator[Path]:
    """Give a folder whose files move into ``out`` once the block ends well, and else are gone."""
    out.mkdir(parents=True, exist_ok=True)
    made = Path(mkdtemp(prefix=".making-", dir=out))
    try:
        yield made
        for path in sorted(each for each in made.rglob("*") if each.is_file()):
            target = out / path.relative_to(made)
            target.parent.mkdir(exist_ok=True)
            path.replace(target)
    finally:
        shutil.rmtree(made, ignore_errors=True)


def delivery_file(name: str, delivery: int) -> str:
    """Return the name of the table that holds one delivery of a source."""
    return f"deliveries/{name}_{delivery}"
