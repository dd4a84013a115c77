"""The files of a synthetic population: written block by block, and there once they are whole."""

import shutil
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from tempfile import mkdtemp
from types import TracebackType
from typing import Self

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


class Tables:
    """The tables of a folder by name, each begun when its first rows come."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._tables: dict[str, Table] = {}

    def add(self, name: str, rows: pa.Table) -> None:
        """Add rows to the table called ``name``."""
        if name not in self._tables:
            path = self._folder / f"{name}.parquet"
            path.parent.mkdir(exist_ok=True)
            self._tables[name] = Table(path)
        self._tables[name].add(rows)

    def __enter__(self) -> Self:
        """Enter; leaving ends every file."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """End every file."""
        with ExitStack() as closing:
            for table in self._tables.values():
                closing.callback(table.close)


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
