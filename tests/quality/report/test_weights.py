"""The histogram gives away no small count: neighbouring bins are joined, counts are rounded."""

import itertools

from hypothesis import given
from hypothesis import strategies as st

from quality.report.inputs import WeightCounts
from quality.report.sections.weights import merged, weights_section

SOME = st.lists(
    st.tuples(st.integers(0, 60), st.integers(0, 60)).map(sorted), min_size=1, max_size=25
)


def counted(bins):
    edges = tuple(float(k) for k in range(len(bins) + 1))
    return WeightCounts(edges, tuple(links for links, _ in bins), tuple(all_ for _, all_ in bins))


@given(SOME)
def test_no_bin_holds_a_small_count(bins):
    for one in merged(counted(bins), 10):
        assert one.links == 0 or one.links >= 10
        assert one.candidates == 0 or one.candidates >= 10


@given(SOME)
def test_bins_follow_each_other_and_lose_no_pair(bins):
    found = merged(counted(bins), 10)
    assert all(a.high == b.low for a, b in itertools.pairwise(found))
    if found:
        assert sum(one.candidates for one in found) == sum(all_ for _, all_ in bins)
        assert sum(one.links for one in found) == sum(links for links, _ in bins)


def test_large_bins_stay_apart():
    assert len(merged(counted([(0, 50), (20, 40), (30, 30)]), 10)) == 3


def test_a_small_bin_joins_its_neighbour():
    found = merged(counted([(0, 50), (3, 40), (30, 30)]), 10)
    assert [(one.low, one.high, one.links) for one in found] == [(0, 1, 0), (1, 3, 33)]


def test_too_few_pairs_in_all_are_not_shown():
    assert merged(counted([(0, 3), (2, 4)]), 10) == ()
    section = weights_section(counted([(0, 3), (2, 4)]), 10, 5)
    assert section.parts[0].figure is None
    assert "not shown" in section.parts[0].paragraphs[0]


def test_no_pair_at_all_is_not_shown():
    assert merged(counted([(0, 0), (0, 0)]), 10) == ()
    assert weights_section(None, 10, 5).parts[0].table is None


def test_counts_of_the_table_are_rounded():
    (part,) = weights_section(counted([(0, 52), (23, 41)]), 10, 5).parts
    assert [[cell.text for cell in row] for row in part.table.rows] == [
        ["0 to under 1", "50", "0"],
        ["1 to under 2", "40", "25"],
    ]
