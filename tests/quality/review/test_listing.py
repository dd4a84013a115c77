"""Which candidates of unlinked records are listed where many look alike; what share of partners."""

import numpy as np
import pyarrow as pa
import pytest

from quality.review import listing
from quality.review.listing import Free, free_first, listed_of

N = 400
RECORDS = np.array([3, 5, 8])
OTHERS = np.arange(1_000, 1_000 + N)


@pytest.fixture
def weights():
    """The weight of every pair: of most no more is known than of all others."""
    made = np.full((len(RECORDS), N), -12.0)
    made[0, 7] = 9.0
    made[1, 300] = -3.0
    return made


def search_of(weights):
    def search(records, best):
        rows = [(r, weights[np.flatnonzero(RECORDS == r)[0]]) for r in records]
        order = {r: np.sort(np.argsort(-w, kind="stable")[:best]) for r, w in rows}
        found = [(r, OTHERS[j], w[j]) for r, w in rows for j in order[r]]
        record, candidate, weight = zip(*found, strict=True) if found else ([], [], [])
        return pa.table(
            {
                "record": pa.array(record, pa.int32()),
                "candidate": pa.array(candidate, pa.int32()),
                "match_weight": pa.array(weight, pa.float64()),
                "meets_rule": pa.array([False] * len(record), pa.bool_()),
            }
        )

    return search


def free(*places, linked=1e-6):
    """Records that are all linked, as surely as can be, but for those at ``places``."""
    p = np.full(N, linked)
    p[list(places)] = 1.0
    return Free(OTHERS, p)


def listed(pairs, record):
    return {row["candidate"] for row in pairs.to_pylist() if row["record"] == record}


def test_of_those_alike_the_ones_not_linked_come_first(weights):
    last = range(N - 20, N)
    found = free_first(search_of(weights), RECORDS, free(*last), 30)
    assert set(OTHERS[list(last)]) < listed(found.pairs, 8)
    assert OTHERS[7] in listed(found.pairs, 3)  # linked, and alike in so much that it may be wrong
    assert len(found.pairs) == 3 * 30


def test_the_share_is_that_of_all_partners_by_the_odds(weights):
    found = free_first(search_of(weights), RECORDS, free(*range(N)), 30)
    listed_p, all_p = 0.0, 0.0
    for row in np.exp2(weights):
        p = np.sort(row / (1 + row.sum()))[::-1]
        listed_p, all_p = listed_p + p[:30].sum(), all_p + p.sum()
    assert found.share == pytest.approx(listed_p / all_p, abs=1e-4)
    assert 0.5 < found.share < 0.99


def test_the_share_falls_where_more_is_alike(weights):
    alone = free_first(search_of(weights), RECORDS[:1], free(*range(N)), 30).share
    alike = free_first(search_of(weights), RECORDS[2:], free(*range(N)), 30).share
    assert alone > 0.99
    assert alike == pytest.approx(30 / N, abs=1e-4)


def test_it_is_the_same_in_parts(weights, monkeypatch):
    whole = free_first(search_of(weights), RECORDS, free(*range(90)), 30)
    monkeypatch.setattr(listing, "_AT_ONCE", N + 1)
    parts = free_first(search_of(weights), RECORDS, free(*range(90)), 30)
    assert parts.pairs.equals(whole.pairs)
    assert parts.share == whole.share


def test_the_share_is_of_all_unlinked_records_and_not_of_those_drawn(weights, monkeypatch):
    asked = (search_of(weights), RECORDS, RECORDS[:1], free(*range(N)), 30, 1)
    found = listed_of(*asked)
    assert set(found.pairs["record"].to_pylist()) == {3}
    assert found.share == free_first(search_of(weights), RECORDS, free(*range(N)), 30).share
    monkeypatch.setattr(listing, "_IN_ALL", 2 * N)
    assert listed_of(*asked).share != found.share  # of two of them, drawn at random


def test_nobody_unlinked_is_no_fault(weights):
    found = listed_of(search_of(weights), RECORDS[:0], RECORDS[:0], free(), 30, 1)
    assert (len(found.pairs), found.share) == (0, 1.0)
