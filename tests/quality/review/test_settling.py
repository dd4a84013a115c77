import pyarrow as pa

from linkage.tables import REVIEWS
from quality.review.settling import ADJUDICATED, AGREED, SINGLE, WAITING, settle


def settled(*rows, several=True):
    """Settle decisions given as (unit, unit_type, reviewer, decision)."""
    names = ("unit", "unit_type", "reviewer", "decision")
    made = [
        {**dict(zip(names, row, strict=True)), "adjudicated": row[2] == "chris"} for row in rows
    ]
    table = pa.Table.from_pylist(made, schema=pa.schema(REVIEWS.columns.items()))
    final = settle(table, "anna", several=several).to_pylist()
    return {row["unit"]: (row["decision"], row["settled_by"]) for row in final}


def test_an_error_that_anyone_calls_waits_for_the_adjudicator():
    rows = [
        (0, "link", "anna", "non_match"),
        (1, "link", "anna", "match"),
        (2, "unlinked", "anna", "match"),
        (3, "unlinked", "anna", "non_match"),
    ]
    assert settled(*rows) == {
        0: ("non_match", WAITING),
        1: ("match", SINGLE),
        2: ("match", WAITING),
        3: ("non_match", SINGLE),
    }
    assert settled(*rows, (0, "link", "chris", "match"))[0] == ("match", ADJUDICATED)


def test_two_who_agree_settle_only_that_there_is_no_error():
    """Of a thousand right links, two who err once in twenty call two or three false together."""
    both = [(0, "link", name, "non_match") for name in ("anna", "ben")]
    both += [(1, "link", name, "match") for name in ("anna", "ben")]
    assert settled(*both) == {0: ("non_match", WAITING), 1: ("match", AGREED)}


def test_the_word_of_one_who_is_alone_stands():
    rows = [(0, "link", "anna", "non_match")]
    assert settled(*rows, several=False) == {0: ("non_match", SINGLE)}
