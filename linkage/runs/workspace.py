"""What a stage works with: the database, the tables of the run, and where files may be put."""

import json
import shutil
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from linkage import tables
from linkage.config.schema import Engine
from linkage.errors import Fault, StorageError
from linkage.runs.ascending import Ascending
from linkage.runs.connection import connect, memory_limit
from linkage.runs.database import querying
from linkage.runs.ours import require_own
from linkage.runs.outputs import Marks
from linkage.runs.parquet import PARQUET, decoded, of_equal_size, row_group_writer, row_groups
from linkage.runs.parts import Parts
from linkage.runs.publish import private_folder, publish, publishing
from linkage.runs.recent import Recent, Writing, as_read
from linkage.runs.scratch import scratch_of
from linkage.runs.storage import storage, undamaged
from linkage.runs.write_behind import behind
from linkage.sql import identifier, literal

_ROW_GROUP = 122_880  # DuckDB's own: one thread reads one row group
_SHARE_RECENT = 32
"""So small a part of what a run may take holds tables that the next stage reads."""

Progress = Callable[[int, int | None, str], None]
Parameters = Mapping[str, object] | Sequence[object] | None


class Workspace:
    """The folders of a run under construction and its one DuckDB connection.

    Parameters
    ----------
    root
        The folder under construction; made, for its owner only, where it is missing.
    engine
        How much memory and how many threads the database may take, and where it may spill.
    readable
        Files outside ``root`` that the database may read: the sources.
    progress
        Told ``(done, total, unit)`` by :meth:`progress`.

    ``proved`` holds the sha256 of files of earlier runs that have been read and proven, by their
    marks: what links to one of them need not be read again.
    """

    def __init__(
        self,
        root: Path,
        engine: Engine | None = None,
        readable: Iterable[Path] = (),
        progress: Progress | None = None,
    ) -> None:
        self.root = root.resolve()
        self.restricted = self.root / "restricted"
        self.release = self.root / "for_release"
        self.listener = progress
        self.held: dict[str, Any] = {}
        self.proved: dict[Marks, str] = {}
        self.parts = Parts(self.root / ".parts")
        self._views: set[str] = set()
        engine = engine or Engine()
        self.recent = Recent(memory_limit(engine) // _SHARE_RECENT)
        self.scratch = scratch_of(self.root, engine.temp)
        with storage(self.root, "making the run folder"):
            shutil.rmtree(self.scratch, ignore_errors=True)
            for folder in (self.root, self.restricted, self.release, self.scratch):
                private_folder(folder)
            require_own(self.scratch)  # engine.temp may be a place that others write to
        self.connection: duckdb.DuckDBPyConnection = connect(
            engine, self.scratch, [self.root, self.scratch], readable
        )

    def __enter__(self) -> Self:
        """Enter the workspace; leaving it closes the database and clears its scratch folder."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """Close the database and clear its scratch folder."""
        self.close()

    def clear(self) -> None:
        """Empty the database: what a stage hands on stands in the run folder and nowhere else.

        Only what stands in ``held`` stays: what a later stage would make again just the same; and
        in ``recent``, until the next stage is done, tables that it would read just the same.
        """
        relations = self.connection.execute(
            "SELECT 'TABLE', database_name, schema_name, table_name FROM duckdb_tables() "
            "UNION ALL SELECT 'VIEW', database_name, schema_name, view_name FROM duckdb_views() "
            "WHERE NOT internal"
        ).fetchall()
        for kind, *name in relations:
            self.connection.execute(f"DROP {kind} {'.'.join(map(identifier, name))}")
        self._views.clear()
        self.recent.turn()
        pa.default_memory_pool().release_unused()

    def close(self) -> None:
        """Close the database and remove its scratch folder."""
        self.connection.close()
        shutil.rmtree(self.scratch, ignore_errors=True)

    def table_path(self, name: str) -> Path:
        """Return where the table called ``name`` stands, written or not."""
        return self.restricted / f"{name}.parquet"

    def exists(self, name: str) -> bool:
        """Say whether the table called ``name`` has been written."""
        return self.table_path(name).is_file()

    def write(self, name: str, table: pa.Table) -> None:
        """Check ``table`` against its contract and publish it as ``restricted/<name>.parquet``."""
        if (contract := tables.contract(name)) is not None:
            tables.check(contract, table)
        self._forget(name)
        with publishing(self.table_path(name)) as file:
            pq.write_table(table, file, row_group_size=_ROW_GROUP, **PARQUET)

    def write_query(self, name: str, sql: str, parameters: Parameters = None) -> None:
        """Stream what ``sql`` returns into ``restricted/<name>.parquet``, checked like any table.

        ``$name`` parameters take a mapping, ``?`` parameters a sequence.
        """
        with querying(self.scratch):
            reader = self.connection.sql(sql, params=parameters).to_arrow_reader(_ROW_GROUP)
            batches = of_equal_size(reader, _ROW_GROUP)
            self.write_batches(name, reader.schema, batches)

    def write_batches(
        self,
        name: str,
        schema: pa.Schema,
        batches: Iterable[pa.RecordBatch],
        distinct: Collection[str] = (),
        random: Collection[str] = (),
    ) -> int:
        """Write ``batches`` as :meth:`writing` does, and return the number of their rows."""
        n = 0
        with self.writing(name, schema, distinct, random) as write:
            for batch in batches:
                write(batch)
                n += batch.num_rows
        return n

    @contextmanager
    def writing(
        self,
        name: str,
        schema: pa.Schema,
        distinct: Collection[str] = (),
        random: Collection[str] = (),
    ) -> Iterator[Callable[[pa.RecordBatch], None]]:
        """Give a function that writes a batch, as a row group, into ``restricted/<name>.parquet``.

        The table is checked, and published when the block ends well. A column that comes as codes
        into a dictionary is stored as such, and read as its values. A batch is written while the
        next is made.

        Parameters
        ----------
        distinct
            Columns of which hardly a value occurs twice: no dictionary is tried for them.
        random
            Such columns of text made of random characters.
        """
        contract = tables.contract(name)
        key = contract.key if contract is not None else ()
        if contract is not None:
            tables.check(contract, decoded(schema).empty_table())
        self._forget(name)
        if len(key) == 1:
            distinct = {*distinct, *key}
        rows = Ascending()

        def verify(written: Path) -> None:
            if key and not rows.holds:
                self._unique(name, key, written)

        with (
            publishing(self.table_path(name), verify) as file,
            row_group_writer(file, schema, distinct, random) as write_row_group,
            behind(write_row_group) as write,
        ):

            def put(batch: pa.RecordBatch) -> None:
                if key:
                    rows.see(*(batch.column(column) for column in key))
                write(batch)

            yield put

    def handing_on(self, name: str, schema: pa.Schema, distinct: Collection[str]) -> Writing:
        """Write as :meth:`writing` does, and hold the table for the next stage if there is room."""
        return self.recent.keeping(name, self.writing(name, schema, distinct))

    def _unique(self, name: str, key: tuple[str, ...], path: Path) -> None:
        columns = ", ".join(map(identifier, key))
        repeated = self.connection.execute(
            f"SELECT 1 FROM read_parquet($path) GROUP BY {columns} HAVING count(*) > 1 LIMIT 1",  # noqa: S608 - quoted
            {"path": str(path)},
        ).fetchall()
        if repeated:
            raise tables.ContractError(Fault("T001", f"{name}: {', '.join(key)} is not unique"))

    def remove(self, name: str) -> None:
        """Remove the table called ``name``, if it has been written."""
        self._forget(name)
        self.table_path(name).unlink(missing_ok=True)

    def read(self, name: str) -> pa.Table:
        """Return the whole table called ``name``."""
        path = self._written(name)
        with storage(path, "reading an intermediate table"), undamaged(path):
            return pq.read_table(path, page_checksum_verification=True)

    def schema(self, name: str) -> pa.Schema:
        """Return the columns of the table called ``name``."""
        path = self._written(name)
        with storage(path, "reading an intermediate table"), undamaged(path):
            return pq.read_schema(path)

    def row_groups(
        self, name: str, columns: Sequence[str] | None = None, encoded: Collection[str] = ()
    ) -> Iterator[pa.RecordBatch]:
        """Yield the row groups of the table called ``name``, one batch each.

        Parameters
        ----------
        columns
            The columns wanted; all of them, when None.
        encoded
            Columns whose text comes as codes into the row group's distinct values.
        """
        path = self._written(name)
        if held := self.recent.table(name):
            yield from (as_read(batch, columns, encoded) for batch in held)
            return
        with storage(path, "reading an intermediate table"), undamaged(path):
            yield from row_groups(path, columns, encoded)

    def view(self, name: str) -> str:
        """Make sure a view called ``name`` shows the table, and return its quoted name."""
        quoted = identifier(name)
        path = self._written(name)
        if name not in self._views:
            self.connection.execute(
                f"CREATE OR REPLACE VIEW {quoted} AS "  # noqa: S608 - quoted
                f"SELECT * FROM read_parquet({literal(str(path))})"
            )
            self._views.add(name)
        return quoted

    def _forget(self, name: str) -> None:
        """Forget what is known of a table that is written anew or removed."""
        self._views.discard(name)
        self.recent.let_go(name)

    def _written(self, name: str) -> Path:
        path = self.table_path(name)
        if not path.is_file():
            raise StorageError(
                Fault("R406", f"the table {name} is not in the run folder", "run again", file=path)
            )
        return path

    def write_json(self, name: str, value: object) -> None:
        """Publish ``value`` as ``restricted/<name>.json``, keys sorted so that equal is equal."""
        text = json.dumps(value, indent=2, sort_keys=True, ensure_ascii=False, allow_nan=False)
        publish(self.restricted / f"{name}.json", f"{text}\n".encode())

    def read_json(self, name: str) -> Any:  # noqa: ANN401 - JSON has no one type
        """Return what ``restricted/<name>.json`` holds."""
        path = self.restricted / f"{name}.json"
        with storage(path, "reading an intermediate file"), undamaged(path):
            return json.loads(path.read_bytes())

    def publish(self, path: Path, data: bytes) -> None:
        """Write ``data`` atomically to ``path``, which lies below the run folder."""
        target = self.root / path
        if not target.resolve().is_relative_to(self.root):
            raise ValueError("a stage may write below its run folder only")
        publish(target, data)

    def progress(self, done: int, total: int | None, unit: str) -> None:
        """Say how far the stage has come: ``done`` of ``total`` (None when not known) units."""
        if self.listener is not None:
            self.listener(done, total, unit)
