"""Bands of rates that are known of every record."""

from collections import Counter, defaultdict
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from linkage.config.schema import Disclosure
from quality import measures
from quality.release.known import Of, band_of, split

THRESHOLD = 10


def told(records, outside, missed, false, *, hidden):
    """Return all that a group's released rates may be made of: their bands, and the records."""
    matches = records - outside
    links = matches - missed + false
    n = round(records / 5) * 5
    of = Of(n, hidden)
    shown = {
        "recall": band_of(missed / matches, matches, of, THRESHOLD),
        "precision": band_of(false / links, links, of, THRESHOLD),
        "coverage": None if hidden else band_of(outside / records, records, of, THRESHOLD),
    }
    return n, links if not hidden else None, tuple(shown.items())


@pytest.mark.parametrize("records", [60, 98, 145])
def test_released_rates_give_back_no_small_count_of_links(records):
    """Every world within reach of the reader: the unlinked, the missed, the false, the outside."""
    worlds = defaultdict(list)
    for outside, missed, false in product(range(16), range(16), range(16)):
        unlinked = outside + missed - false
        if unlinked >= 0:
            said = told(records, outside, missed, false, hidden=True)
            worlds[said].append((unlinked, outside, missed, false))
    for each in worlds.values():
        for counts in map(set, zip(*each, strict=True)):
            if min(counts) < THRESHOLD:
                assert len(counts) >= THRESHOLD or max(counts) == 15  # the world was cut there


def test_the_bands_of_a_group_whose_links_are_shown_hold_as_many_counts_as_the_threshold():
    for of in (Of(200), Of(205, hidden=True), Of(2_000)):
        for n in range(of.records // 2, of.records, 1 + of.records // 10):
            bands = Counter(band_of(k / n, n, of, THRESHOLD) for k in range(n + 1))
            assert all(many >= THRESHOLD for band, many in bands.items() if band is not None)


@given(st.integers(12, 3_000), st.integers(0, 400), st.integers(0, 400), st.booleans())
def test_a_band_holds_its_rate_and_its_limits_hold_the_band(n, k, rest, hidden):
    k = min(k, n)
    band = band_of(k / n, n, Of(n + rest, hidden), THRESHOLD)
    if band is not None:
        interval = band.errors(0.95)
        assert abs(interval.value - k / n) <= 0.5 / band.of + 0.0005001
        assert 0 <= interval.lower <= interval.value <= interval.upper <= 1
        assert interval.lower <= k / n <= interval.upper


def test_too_few_have_no_band():
    assert band_of(0.0, 15, Of(15), THRESHOLD) is None
    assert band_of(0.0, 30, Of(100, hidden=True), THRESHOLD) is None  # links, under a half


@given(st.integers(0, 60), st.integers(0, 60), st.integers(0, 60))
def test_what_stages_lost_adds_up_and_stays_in_its_band(blocking, threshold, assignment):
    of, n, lost = Of(200), 200, (blocking, threshold, assignment)
    bands = {
        loss: band
        for loss, k in zip(measures.LOSSES, lost, strict=True)
        if (band := band_of(k / n, n, of, THRESHOLD)) is not None
    }
    missed = band_of(sum(lost) / n, n, of, THRESHOLD)
    assert missed is not None
    told = split(missed.errors(0.95).value, bands)
    assert sum(told.values()) == pytest.approx(missed.errors(0.95).value)
    for loss, value in told.items():
        assert bands[loss].at / bands[loss].of < value < (bands[loss].at + 1) / bands[loss].of


def test_the_threshold_of_the_configuration_is_what_a_band_holds():
    assert band_of(0.0, 400, Of(400), Disclosure(threshold=20).threshold).of == 19
