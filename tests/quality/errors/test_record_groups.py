"""The group of every record, and that it bears the name that SQL gives it."""

from dataclasses import dataclass

import duckdb
import numpy as np
import polars as pl
import pytest

from quality.errors.record_groups import record_groups
from quality.groupings import Grouping

_HEADINGS = (("a", "first"), ("b", "first"))
_GROUPINGS = [
    Grouping(("few",)),
    Grouping(("many",)),
    Grouping(("few", "many")),
    Grouping(("many", "few", "many_more")),
    Grouping(("few",), _HEADINGS),
]


@dataclass(frozen=True)
class _Held:
    connection: duckdb.DuckDBPyConnection

    def view(self, name: str) -> str:
        return name


@pytest.fixture
def drawn():
    """Records out of order, some without a group, some of a group called as those without."""
    rng = np.random.default_rng(3)
    n = 400
    few = rng.choice(["a", "b", "unknown", "\u00e4", None], n)
    many, more = ([f"{at:02d}" for at in rng.integers(0, size, n)] for size in (90, 40))
    columns = {"record": rng.permutation(n), "group_few": few.tolist(), "group_many": many}
    with duckdb.connect() as connection:
        connection.register("held", pl.DataFrame({**columns, "group_many_more": more}).to_arrow())
        connection.execute("CREATE TABLE records_a AS SELECT * FROM held")
        yield _Held(connection)


def test_every_record_has_the_group_that_its_label_says(drawn):
    made = record_groups(drawn, "a", _GROUPINGS)
    for grouping, found in zip(_GROUPINGS, made, strict=True):
        rows = drawn.connection.execute(
            f"SELECT {grouping.label} FROM records_a ORDER BY record"
        ).fetchall()
        assert [found.names[at] for at in found.group] == [label for (label,) in rows]
        assert list(found.names) == sorted({label for (label,) in rows})
        assert found.characteristic == grouping.name


def test_of_no_records_there_is_no_group(drawn):
    drawn.connection.execute("DELETE FROM records_a")
    assert all(
        not each.names and not len(each.group) for each in record_groups(drawn, "a", _GROUPINGS)
    )
