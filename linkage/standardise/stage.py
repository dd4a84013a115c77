"""The standardise stage: every ingested source into its table of records."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from functools import partial

import pyarrow as pa

from linkage.config.schema import AnalysisVariable, Group, MissingVariable, Source
from linkage.errors import DataError
from linkage.runs.read_ahead import ahead
from linkage.runs.workspace import Workspace
from linkage.standardise.counts import RuleCounts
from linkage.standardise.lookups import Cleaned
from linkage.standardise.source import Standardiser
from linkage.standardise.splits import Splits
from linkage.standardise.usable import Outcomes
from linkage.tables import STANDARDISATION_COUNTS


def standardise(
    workspace: Workspace,
    sources: Mapping[str, Source],
    groups: Mapping[str, Group],
    variables: Iterable[MissingVariable | AnalysisVariable],
) -> None:
    """Write ``records_<source>`` for every source, and ``standardisation_counts``.

    Raises
    ------
    DataError
        When a source has no usable row, a column none of whose values can be read, or a group
        that is White or everyone else without a reason: with everything of that kind in any source.
    """
    variables = tuple(variables)
    known: dict[object, Cleaned] = {}
    ways = {
        name: Standardiser(
            workspace.schema(f"ingested_{name}"),
            name,
            source,
            groups,
            variables,
            known,
            partial(_columns, workspace, name),
        )
        for name, source in sources.items()
    }
    counts = {name: RuleCounts(way.roles, way.groupings) for name, way in ways.items()}
    outcomes = {
        name: Outcomes(way.roles, way.groupings, way.analysed) for name, way in ways.items()
    }
    splits = {name: Splits(way.own) for name, way in ways.items()}
    done = 0
    with ExitStack() as tables:
        write = {
            name: tables.enter_context(
                workspace.handing_on(f"records_{name}", way.schema, ("record_id",))
            )
            for name, way in ways.items()
        }
        for name, batch in _in_turn(workspace, ways):
            made = ways[name].standardise(batch)
            outcomes[name].add(made)
            counts[name].add(made)
            splits[name].add(made)
            write[name](ways[name].records(batch, made))
            done += batch.num_rows
            workspace.progress(done, None, "rows")
        if faults := [
            fault
            for name, source in sources.items()
            for fault in (
                *outcomes[name].unusable(name, source),
                *splits[name].refused(name, source),
            )
        ]:
            raise DataError(faults)
    rows = [row for name, each in counts.items() for row in each.rows(name)]
    schema = pa.schema(STANDARDISATION_COUNTS.columns.items())
    workspace.write("standardisation_counts", pa.Table.from_pylist(rows, schema=schema))


def _columns(workspace: Workspace, name: str, wanted: Sequence[str]) -> Iterator[pa.RecordBatch]:
    """Yield some ingested columns of a source, their text as codes."""
    return workspace.row_groups(f"ingested_{name}", wanted, encoded=wanted)


def _in_turn(
    workspace: Workspace, ways: Mapping[str, Standardiser]
) -> Iterator[tuple[str, pa.RecordBatch]]:
    """Yield a batch of each source, then the next of each: so their tables are written at once."""
    left = {
        name: ahead(workspace.row_groups(f"ingested_{name}", encoded=way.reads))
        for name, way in ways.items()
    }
    while left:
        for name, batches in list(left.items()):
            if (batch := next(batches, None)) is not None:
                yield name, batch
            else:
                del left[name]
