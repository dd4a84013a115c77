"""Groups without a row of their own: nobody of them is linked, and that must not be told."""

from quality import measures
from quality.estimate import Estimate
from quality.release.absent import absent_rows
from quality.tally import Tally


def precision(group, **changes):
    said = {
        "measure": measures.PRECISION,
        "method": measures.TRUTH,
        "source": "a",
        "other": "b",
        "characteristic": "race",
        "group": group,
        "estimate": 0.9,
        "grade": "A",
        "status": "ok",
    }
    return Estimate(**{**said, **changes})


RECORDS = [
    Tally(measure=measures.RECORDS, source="a", characteristic="race", group=group, k=n, n=n)
    for group, n in (("x", 500), ("y", 40), ("z", None))
]


def test_a_group_that_has_no_row_gets_one_that_is_held_back():
    (y, z) = absent_rows([precision("x")], RECORDS)
    assert [(row.group, row.n_records, row.status) for row in (y, z)] == [
        ("y", 40, "suppressed"),
        ("z", None, "suppressed"),
    ]
    assert y.estimate is None


def test_the_reference_is_not_compared_with_itself():
    gap = precision("x", measure=measures.PRECISION_GAP, reference="y")
    assert [row.group for row in absent_rows([gap], RECORDS)] == ["z"]


def test_rows_of_samples_are_as_the_sample_gave_them():
    assert list(absent_rows([precision("x", method=measures.REVIEW)], RECORDS)) == []
