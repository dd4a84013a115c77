"""The cells of a table asked for: how many, and the key of exactly these people."""

from collections.abc import Sequence
from pathlib import Path

from linkage.config.group_names import UNKNOWN
from linkage.disclosure.cell_key import key_parameters, record_key_sql
from linkage.errors import ConfigError, Fault
from linkage.sql import identifier, literal
from quality import measures
from quality.asked.request import Request, counted
from quality.finished_run import FinishedRun
from quality.groupings import CellKeys, cell_keys_by_group
from quality.links_made import linked_records
from quality.release.counts import COUNTS

Parts = dict[tuple[str, str], tuple[str, ...]]
"""Grouping and group -> the group of each of its characteristics, in the grouping's order."""

_RECORDS = "SELECT record.*, {key} AS record_key FROM {records} AS record"
_LINKED = """
    SELECT record.*, {key} AS record_key, decided.record_id IS NOT NULL AS is_decided
    FROM {records} AS record LEFT JOIN ({decided}) AS decided
    ON record.record_id = decided.record_id
"""


def cells_of(run: FinishedRun, request: Request, secret: bytes) -> Sequence[CellKeys]:
    """Return the cells of the table and of its margins, all records first.

    Of each the records of the group, and those among them that the measure counts.
    """
    asked = counted(run, request.source)[request.measure]
    parameters: dict[str, object] = dict(key_parameters(secret))
    records = run.view(f"records_{request.source}")
    key = record_key_sql("record.record_id")
    relation = _RECORDS.format(key=key, records=records)
    if asked.measure == measures.LINKED:
        decided = linked_records(run, run.config)
        relation = _LINKED.format(key=key, records=records, decided=decided)
        parameters |= {"source": request.source, "other": request.other}
    groupings = request.groupings(run.config)
    found = cell_keys_by_group(run.connection, relation, groupings, [asked.condition], parameters)
    return sorted(found, key=lambda each: each.characteristic is not None)


def parts_of(run: FinishedRun, request: Request) -> Parts:
    """Return the groups that make up each group of the table and of its margins."""
    found: Parts = {}
    records = run.view(f"records_{request.source}")
    for grouping in request.groupings(run.config):
        columns = ", ".join(
            f"coalesce({identifier(f'group_{name}')}, {literal(UNKNOWN)})"
            for name in grouping.characteristics
        )
        rows = run.connection.execute(
            f"SELECT DISTINCT {grouping.label}, {columns} FROM {records} ORDER BY ALL"  # noqa: S608 - quoted
        ).fetchall()
        for label, *parts in rows:
            found[grouping.name, label] = tuple(parts)
    return found


def require_kept(run: FinishedRun) -> None:
    """Refuse a run that did not keep what a table is counted from.

    Raises
    ------
    ConfigError
        R484, with the tables that are not there.
    """
    wanted = [*(f"records_{name}" for name in run.config.sources), "tallies", "candidates"]
    wanted += ["links" if len(run.config.sources) == 2 else "entities"]
    lost = [name for name in wanted if not _path(run, name).is_file()]
    lost += [] if (run.restricted.parent / COUNTS).is_file() else [COUNTS.name]
    if lost:
        raise ConfigError(
            Fault(
                "R484",
                f"the run has not kept what a table is counted from: {', '.join(lost)}",
                "run again, and ask the new run",
                file=run.restricted.parent,
            )
        )


def _path(run: FinishedRun, name: str) -> Path:
    return run.restricted / f"{name}.parquet"
