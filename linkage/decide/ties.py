"""Links picked among equals, counted by group: chance should not fall on some groups more."""

from collections.abc import Iterable, Iterator

import pyarrow as pa
import pyarrow.compute as pc

from linkage.model.normalise import Index
from linkage.runs.workspace import Workspace
from linkage.sql import identifier
from linkage.tables import TIE_COUNTS

_GROUP = "group_"


def count_ties(workspace: Workspace, sources: Iterable[str], records: Index) -> None:
    """Write ``tie_counts``: tied links by source, characteristic and group of their records.

    Parameters
    ----------
    records
        Both records of every tied link.
    """
    counted = [row for source in sources for row in _of_source(workspace, source, records)]
    schema = pa.schema(TIE_COUNTS.columns.items())
    workspace.write("tie_counts", pa.Table.from_pylist(counted, schema=schema))


def _of_source(workspace: Workspace, source: str, records: Index) -> Iterator[dict[str, object]]:
    view = workspace.view(f"records_{source}")
    described = workspace.connection.execute(f"DESCRIBE {view}").fetchall()
    columns = [name for name, *_ in described if name.startswith(_GROUP)]
    tied = workspace.connection.sql(
        f"SELECT {', '.join(map(identifier, ['record', *columns]))} "  # noqa: S608 - quoted
        f"FROM (SELECT unnest($records)::INTEGER AS record) JOIN {view} USING (record)",
        params={"records": records.tolist()},
    ).to_arrow_table()
    if tied.num_rows:
        yield {"source": source, "grouping": "none", "group": "all", "n": tied.num_rows}
    for column in columns:
        grouping, groups = column.removeprefix(_GROUP), pc.fill_null(tied[column], "missing")
        for row in sorted(pc.value_counts(groups).to_pylist(), key=lambda row: row["values"]):
            yield {
                "source": source,
                "grouping": grouping,
                "group": row["values"],
                "n": row["counts"],
            }
