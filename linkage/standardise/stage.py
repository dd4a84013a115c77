"""The standardise stage: every ingested source into its table of records."""

from collections import deque
from collections.abc import Iterable, Iterator, Mapping

import pyarrow as pa

from linkage.config.schema import Group, MissingVariable, Source
from linkage.errors import DataError, Fault
from linkage.runs.workspace import Workspace
from linkage.standardise.counts import CountRow, RuleCounts
from linkage.standardise.lookups import Lookup
from linkage.standardise.source import Standardiser
from linkage.standardise.usable import Outcomes
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
    known: dict[object, Lookup] = {}
    faults: list[Fault] = []
    rows: list[CountRow] = []
    for at, (name, source) in enumerate(sources.items(), 1):
        ingested = workspace.schema(f"ingested_{name}")
        way = Standardiser(ingested, name, source, groups, variables, known)
        counts = RuleCounts(way.roles, way.groupings)
        batches = _records(workspace, name, source, way, counts)
        try:
            if faults:
                deque(batches, maxlen=0)
            else:
                workspace.write_batches(f"records_{name}", way.schema, batches, ("record_id",))
                rows += counts.rows(name)
        except DataError as error:
            faults += error.faults
        workspace.progress(at, len(sources), "sources")
    if faults:
        raise DataError(faults)
    schema = pa.schema(STANDARDISATION_COUNTS.columns.items())
    workspace.write("standardisation_counts", pa.Table.from_pylist(rows, schema=schema))


def _records(
    workspace: Workspace, name: str, source: Source, way: Standardiser, counts: RuleCounts
) -> Iterator[pa.RecordBatch]:
    """Yield the source's records; refuse them at the end where they are of no use."""
    outcomes = Outcomes(way.roles, way.groupings)
    for batch in workspace.row_groups(f"ingested_{name}", encoded=way.reads):
        made = way.standardise(batch)
        outcomes.add(made)
        counts.add(made)
        yield way.records(batch, made)
    if faults := list(outcomes.unusable(name, source)):
        raise DataError(faults)
