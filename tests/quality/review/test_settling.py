import pyarrow as pa

from linkage.tables import REVIEWS
from quality.review.settling import AGREED, SINGLE, WAITING, settle


def settled(*rows, second=None):
    """Settle decisions given as (unit, unit_type, reviewer, decision)."""
    names = ("unit", "unit_type", "reviewer", "decision")
    made = [{**dict(zip(names, row, strict=True)), "adjudicated": False} for row in rows]
    schema = pa.schema(REVIEWS.columns.items())
    table = pa.Table.from_pylist(made, schema=schema)
    final = settle(table, "anna", second).to_pylist()
    return {row["unit"]: (row["decision"], row["settled_by"]) for row in final}


def test_an_error_that_one_of_two_called_waits_for_the_other():
    rows = [
        (0, "link", "anna", "non_match"),
        (1, "link", "anna", "match"),
        (2, "unlinked", "anna", "match"),
        (3, "unlinked", "anna", "non_match"),
    ]
    assert settled(*rows, second="ben") == {
        0: ("non_match", WAITING),
        1: ("match", SINGLE),
        2: ("match", WAITING),
        3: ("non_match", SINGLE),
    }


def test_an_error_that_two_called_stands():
    rows = [(0, "link", "anna", "non_match"), (0, "link", "ben", "non_match")]
    assert settled(*rows, second="ben") == {0: ("non_match", AGREED)}


def test_the_word_of_one_alone_stands_where_nobody_is_second():
    assert settled((0, "link", "anna", "non_match")) == {0: ("non_match", SINGLE)}
