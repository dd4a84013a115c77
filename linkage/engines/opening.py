"""The engine that a configuration asks for, over the records of a run."""

from collections.abc import Mapping, Sequence
from functools import partial
from pathlib import Path

import duckdb

from linkage.config.schema import Engine as Settings
from linkage.engines.columns import Held
from linkage.engines.duckdb import DuckDBEngine
from linkage.engines.protocol import Engine
from linkage.engines.room import Room
from linkage.model.source_pairs import SourcePair
from linkage.runs.connection import memory_limit
from linkage.runs.workspace import Workspace

_HELD = "engine"
_SHARE = 4
"""A quarter of what a run may take holds the columns of the records: pairs and the database want
the rest."""


def open_engine(workspace: Workspace, settings: Settings, pairs: Sequence[SourcePair]) -> Engine:
    """Return the engine of ``engine.backend`` for the records of ``pairs``.

    Stages of one run share it, and what it has loaded.
    """
    engine: Engine | None = workspace.held.get(_HELD)
    if engine is None or engine.source_pairs != tuple(pairs):
        engine = _opened(workspace, settings, pairs)
        workspace.held[_HELD] = engine
    return engine


def _opened(workspace: Workspace, settings: Settings, pairs: Sequence[SourcePair]) -> Engine:
    records = records_of(workspace, pairs)
    held = {name: partial(workspace.recent.table, path.stem) for name, path in records.items()}
    return engine_over(records, settings, pairs, workspace.connection, workspace.scratch, held)


def engine_over(
    records: Mapping[str, Path],
    settings: Settings,
    pairs: Sequence[SourcePair],
    connection: duckdb.DuckDBPyConnection,
    scratch: Path,
    held: Mapping[str, Held] | None = None,
) -> Engine:
    """Return the engine of ``engine.backend`` over the files of records of ``pairs``.

    Parameters
    ----------
    held
        For each source what may hold its records in memory, as they were written to their file.
    """
    if settings.backend == "duckdb":
        return DuckDBEngine(connection, records, pairs, room_of(settings, scratch), held)
    # imported where it is asked for: pyspark is an extra
    from linkage.engines.spark import SparkEngine  # noqa: PLC0415
    from linkage.engines.spark_session import open_session  # noqa: PLC0415

    return SparkEngine(open_session(settings, scratch), records, pairs)


def room_of(settings: Settings, scratch: Path) -> Room:
    """Return the memory that an engine's columns may take, and where they go beyond it."""
    return Room(memory_limit(settings) // _SHARE, scratch)


def close_engine(workspace: Workspace) -> None:
    """Let go of the engine and what it has loaded; the next stage that needs one opens it anew."""
    engine: Engine | None = workspace.held.pop(_HELD, None)
    if engine is not None:
        engine.close()


def records_of(workspace: Workspace, pairs: Sequence[SourcePair]) -> dict[str, Path]:
    """Return the file of each source's records."""
    names = dict.fromkeys(s.name for pair in pairs for s in (pair.left, pair.right))
    return {name: workspace.table_path(f"records_{name}") for name in names}
