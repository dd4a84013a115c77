"""String comparison against the figures of Porter and Winkler (1997), research report RR97/02 of
the U.S. Bureau of the Census, and Winkler (1994), RR94/05, table 2.1.

The tables give 0 for three pairs that the formula does not (HARDIN, MARTINEZ; ITMAN, SMITH; JON,
JAN); they are left out, as other implementations do.
"""

import duckdb
import pytest

from linkage.model.comparisons import edits, similar

WINKLER = [
    ("SHACKLEFORD", "SHACKELFORD", 0.982),
    ("DUNNINGHAM", "CUNNIGHAM", 0.896),
    ("NICHLESON", "NICHULSON", 0.956),
    ("JONES", "JOHNSON", 0.832),
    ("MASSEY", "MASSIE", 0.933),
    ("ABROMS", "ABRAMS", 0.922),
    ("JERALDINE", "GERALDINE", 0.926),
    ("MARHTA", "MARTHA", 0.961),
    ("MICHELLE", "MICHAEL", 0.921),
    ("JULIES", "JULIUS", 0.933),
    ("TANYA", "TONYA", 0.880),
    ("DWAYNE", "DUANE", 0.840),
    ("SEAN", "SUSAN", 0.805),
    ("JON", "JOHN", 0.933),
]


def holds(condition, left, right):
    sql = f"SELECT {condition} FROM (SELECT ?::VARCHAR AS name_l, ?::VARCHAR AS name_r)"
    return duckdb.execute(sql, [left, right]).fetchall()[0][0]


@pytest.mark.parametrize(("left", "right", "published"), WINKLER)
def test_jaro_winkler_to_three_digits(left, right, published):
    assert holds(similar("name", published - 0.0006), left, right)
    assert not holds(similar("name", published + 0.0006), left, right)


@pytest.mark.parametrize(
    ("left", "right", "distance"),
    [("CA", "ABC", 2), ("CA", "AC", 1), ("KITTEN", "SITTING", 3)],
    ids=["Boytsov 2011", "Damerau 1964: a swap", "Levenshtein"],
)
def test_edits_are_damerau_and_levenshteins(left, right, distance):
    assert holds(edits("name", distance), left, right)
    assert not holds(edits("name", distance - 1), left, right)
