"""Links picked among equals, counted by group: chance should not fall on some groups more."""

from collections.abc import Iterable, Iterator

import pyarrow as pa

from linkage.runs.workspace import Workspace
from linkage.sql import identifier, literal
from linkage.tables import TIE_COUNTS

_GROUP = "group_"


def count_ties(workspace: Workspace, sources: Iterable[str]) -> None:
    """Write ``tie_counts``: tied links by source, characteristic and group of their records."""
    counted = [row for source in sources for row in _of_source(workspace, source)]
    schema = pa.schema(TIE_COUNTS.columns.items())
    workspace.write("tie_counts", pa.Table.from_pylist(counted, schema=schema))


def _of_source(workspace: Workspace, source: str) -> Iterator[dict[str, object]]:
    links, records = workspace.view("links"), workspace.view(f"records_{source}")
    described = workspace.connection.execute(f"DESCRIBE {records}").fetchall()
    columns = [name for name, *_ in described if name.startswith(_GROUP)]
    tied = " UNION ALL ".join(
        f"SELECT record_id_{side} AS record_id FROM {links} "  # noqa: S608 - quoted
        f"WHERE tie AND source_{side} = {literal(source)}"
        for side in ("l", "r")
    )
    for column, group in [(None, "'all'"), *((c, identifier(c)) for c in columns)]:
        found = workspace.connection.execute(
            f"SELECT coalesce({group}, 'missing'), count(*) FROM ({tied}) "  # noqa: S608 - quoted
            f"JOIN {records} USING (record_id) GROUP BY 1 ORDER BY 1"
        ).fetchall()
        for name, n in found:
            grouping = "none" if column is None else column.removeprefix(_GROUP)
            yield {"source": source, "grouping": grouping, "group": name, "n": n}
