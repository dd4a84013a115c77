"""Who reviewed and how far they agree, counted from the decisions."""

import pyarrow as pa
import pytest

from linkage.tables import REVIEWS
from quality.review.reviewing import Reviewing, reviewing
from quality.review.unsure import unsure_ends, unsure_words


def decisions(*rows):
    names = ("unit", "reviewer", "decision", "partner", "adjudicated")
    made = [
        {"unit_type": "link", "source": "a", "record": row[0], **dict(zip(names, row, strict=True))}
        for row in rows
    ]
    return pa.Table.from_pylist(made, schema=pa.schema(REVIEWS.columns.items()))


def test_people_double_reviews_and_agreement_are_counted():
    made = reviewing(
        decisions(
            (1, "ann", "match", 7, False),
            (1, "bob", "match", 7, False),
            (2, "ann", "match", 8, False),
            (2, "bob", "match", 9, False),
            (2, "eve", "match", 8, True),
            (3, "ann", "unsure", None, False),
            (4, "ann", "match", 5, False),
        )
    )
    assert made == Reviewing(reviewers=2, records=4, doubled=2, agreed=1, adjudicated=1, unsure=1)


def test_nobody_reviewed_is_nothing():
    assert reviewing(decisions()) is None


@pytest.mark.parametrize(("worst", "best"), [(0.9, 1.0), (0.0, 0.0126)])
def test_what_unsure_records_could_change_is_read_as_it_was_said(worst, best):
    said = ("another assumption", unsure_words(worst, best))
    assert unsure_ends(said) == (round(worst, 3), round(best, 3))
    assert unsure_ends(said[:1]) is None
