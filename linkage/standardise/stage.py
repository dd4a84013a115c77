"""The standardise stage: every ingested source into its table of records."""

from collections.abc import Iterable, Mapping

import pyarrow as pa

from linkage.config.schema import Group, MissingVariable, Source
from linkage.errors import DataError, Fault
from linkage.runs.workspace import Workspace
from linkage.sql import identifier
from linkage.standardise.counts import CountRow, rule_counts
from linkage.standardise.source import standardise_source
from linkage.standardise.usable import unusable
from linkage.tables import STANDARDISATION_COUNTS


def standardise(
    workspace: Workspace,
    sources: Mapping[str, Source],
    groups: Mapping[str, Group],
    variables: Iterable[MissingVariable],
) -> None:
    """Write ``records_<source>`` for every source, and ``standardisation_counts``.

    Raises
    ------
    DataError
        When a source has no usable row, or a column none of whose values can be read: with
        everything of that kind in any source.
    """
    variables = tuple(variables)
    faults: list[Fault] = []
    counts: list[CountRow] = []
    for at, (name, source) in enumerate(sources.items(), 1):
        ingested = workspace.view(f"ingested_{name}")
        made = standardise_source(workspace.connection, ingested, name, source, groups, variables)
        faults += unusable(workspace.connection, name, source, made)
        if not faults:
            columns = ", ".join(map(identifier, ("record", "record_id", "fold", *made.columns)))
            workspace.write_query(
                f"records_{name}",
                f"SELECT {columns} FROM {made.table} ORDER BY record",  # noqa: S608 - quoted
            )
            counts += rule_counts(workspace.connection, name, made)
        workspace.connection.execute(f"DROP TABLE {made.table}")
        workspace.progress(at, len(sources), "sources")
    if faults:
        raise DataError(faults)
    schema = pa.schema(STANDARDISATION_COUNTS.columns.items())
    workspace.write("standardisation_counts", pa.Table.from_pylist(counts, schema=schema))
