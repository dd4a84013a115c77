import duckdb
import pytest

from linkage.config.group_names import CROSS
from quality.groupings import Grouping
from quality.release.overlaps import overlaps


@pytest.fixture
def connection():
    with duckdb.connect() as opened:
        yield opened


def found(connection, rows, *groupings):
    columns = sorted({name for each in groupings for name in each})
    values = ", ".join(
        "(" + ", ".join("NULL" if v is None else f"'{v}'" for v in row) + ")" for row in rows
    )
    names = ", ".join(f"group_{name}" for name in columns)
    connection.execute(f"CREATE TABLE people AS SELECT * FROM (VALUES {values}) AS t({names})")
    made = overlaps(connection, "a", "people", [Grouping(each) for each in groupings])
    return [(each.left, each.left_groups, each.right, each.right_groups) for each in made]


def test_a_broad_group_holds_its_narrow_groups(connection):
    rows = [("B1", "n1"), ("B1", "n2"), ("B2", "n3"), ("B2", "n3")]
    assert found(connection, rows, ("broad",), ("narrow",)) == [
        ("broad", ("B1",), "narrow", ("n1", "n2")),
        ("broad", ("B2",), "narrow", ("n3",)),
    ]


def test_an_intersection_makes_up_both_of_its_characteristics(connection):
    rows = [("x", "F"), ("x", "M"), ("y", "F"), (None, "M")]
    assert (
        "race",
        ("unknown",),
        CROSS.join(("race", "sex")),
        (CROSS.join(("unknown", "M")),),
    ) in found(connection, rows, ("race",), ("race", "sex"))


def test_characteristics_that_cross_freely_have_only_the_total_in_common(connection):
    rows = [("x", "F"), ("x", "M"), ("y", "F")]
    assert found(connection, rows, ("race",), ("sex",)) == []


def test_groups_that_overlap_in_part_share_the_smallest_sum(connection):
    rows = [("1-2", "1"), ("1-2", "2-3"), ("3-4", "2-3"), ("3-4", "4"), ("9", "9")]
    assert found(connection, rows, ("coarse",), ("other",))[0] == (
        "coarse",
        ("1-2", "3-4"),
        "other",
        ("1", "2-3", "4"),
    )
