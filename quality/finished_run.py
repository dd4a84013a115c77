"""A finished run, opened to be read and never written."""

import json
import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb

from linkage.config.schema import Config
from linkage.errors import ConfigError, Fault, RefusedError
from linkage.governance.permission import require_role
from linkage.model.source_pairs import SourcePair, source_pairs
from linkage.runs.connection import connect
from linkage.runs.database import querying
from linkage.runs.finished import SETTINGS, settings_of
from linkage.runs.scratch import reading
from linkage.runs.storage import storage
from linkage.sql import identifier, literal


@dataclass(frozen=True)
class FinishedRun:
    """The settings and tables of a run, with a database in which to query them.

    ``scratch`` is a folder for what its readers cannot hold in memory.
    """

    config: Config
    restricted: Path
    connection: duckdb.DuckDBPyConnection
    scratch: Path

    def view(self, name: str) -> str:
        """Make sure a view called ``name`` shows the table, and return its quoted name."""
        path = self.restricted / f"{name}.parquet"
        if not path.is_file():
            raise _not_finished(path)
        quoted = identifier(name)
        self.connection.execute(
            f"CREATE OR REPLACE TEMP VIEW {quoted} AS "  # noqa: S608 - quoted
            f"SELECT * FROM read_parquet({literal(str(path))})"
        )
        return quoted

    def columns(self, relation: str) -> dict[str, str]:
        """Return the columns of a relation, with the database's name for the type of each."""
        query = f"DESCRIBE SELECT * FROM {relation}"  # noqa: S608 - quoted
        described = self.connection.execute(query).fetchall()
        return {name: kind for name, kind, *_ in described}

    def read_json(self, name: str) -> Any:  # noqa: ANN401 - JSON has no one type
        """Return what ``restricted/<name>.json`` holds."""
        path = self.restricted / f"{name}.json"
        if not path.is_file():
            raise _not_finished(path)
        with storage(path, "reading a table of the run"):
            return json.loads(path.read_bytes())


@contextmanager
def finished_run(folder: Path, readable: Iterable[Path] = ()) -> Iterator[FinishedRun]:
    """Open the finished run in ``folder``: nothing is written but what queries spill.

    Parameters
    ----------
    readable
        Files outside the folder that queries may read.

    Raises
    ------
    ConfigError
        When ``folder`` is not the folder of a finished run.
    RefusedError
        R601 when the roles of the run do not let this user see identifiers.
    """
    root = folder.resolve()
    if not (root / SETTINGS).is_file():
        raise _not_finished(folder)
    config = settings_of(root)
    require_role(config)
    with reading(root, config.engine.temp) as scratch:
        connection = connect(config.engine, scratch, [root, scratch], readable)
        try:
            with querying(scratch):
                yield FinishedRun(config, root / "restricted", connection, scratch)
        finally:
            connection.close()


def source_pairs_of(run: FinishedRun) -> tuple[SourcePair, ...]:
    """Return what the run compares with what, from the records that it kept."""
    config = run.config
    sizes = {name: _size(run, name) for name in config.sources}
    unique = {name: source.one_record_per_person for name, source in config.sources.items()}
    return source_pairs(sizes, unique, config.linkage.type)


def _size(run: FinishedRun, source: str) -> int:
    counted = run.connection.execute(f"SELECT count(*) FROM {run.view(f'records_{source}')}")  # noqa: S608 - quoted
    return int(counted.fetchall()[0][0])


def is_encoded(run: FinishedRun) -> bool:
    """Say whether the run linked encodings: of its records nothing can be looked at."""
    return any(source.encoded is not None for source in run.config.sources.values())


def refuse_encoded(run: FinishedRun, what: str) -> None:
    """Refuse what needs values of the records.

    Raises
    ------
    ConfigError
        C186 when the run linked encodings.
    """
    if is_encoded(run):
        message = f"{what} needs the values of records, and this run linked encodings"
        fix = "look at levels and weights alone, or ask the owners, who hold the values"
        raise ConfigError(Fault("C186", message, fix, file=run.restricted.parent))


def require_readable(folder: Path) -> None:
    """Refuse whoever may not read what a run holds about people.

    Raises
    ------
    RefusedError
        R488 when ``restricted/``, or the run itself, is closed to this user.
    """
    for path in (folder, folder / "restricted"):
        try:
            closed = path.exists() and not os.access(path, os.R_OK | os.X_OK, effective_ids=True)
        except PermissionError:
            closed = True
        if closed:
            raise RefusedError(
                Fault(
                    "R488",
                    "the records of this run may not be read by this user",
                    "ask who ran it: only those who may read its folder restricted can",
                    file=folder,
                )
            )


def _not_finished(path: Path) -> ConfigError:
    return ConfigError(
        Fault(
            "R420",
            "this is not the folder of a finished run",
            "give the folder that link run printed last",
            file=path,
        )
    )
