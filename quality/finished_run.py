"""A finished run, opened to be read and never written."""

import json
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
from ruamel.yaml import YAML

from linkage.config.schema import Config
from linkage.errors import ConfigError, Fault
from linkage.runs.connection import connect
from linkage.runs.database import querying
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
    """
    root = folder.resolve()
    settings = root / "config.resolved.yaml"
    if not settings.is_file():
        raise _not_finished(folder)
    with storage(settings, "reading the settings of the run"):
        config = Config.model_validate(YAML(typ="safe").load(settings.read_bytes()))
    with reading(root, config.engine.temp) as scratch:
        connection = connect(config.engine, scratch, [root, scratch], readable)
        try:
            with querying(scratch):
                yield FinishedRun(config, root / "restricted", connection, scratch)
        finally:
            connection.close()


def _not_finished(path: Path) -> ConfigError:
    return ConfigError(
        Fault(
            "R420",
            "this is not the folder of a finished run",
            "give the folder that link run printed last",
            file=path,
        )
    )
