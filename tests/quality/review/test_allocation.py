"""The allocation keeps its promises for any frame, and is Neyman's where nothing binds."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from quality.review.allocation import allocate, draw, expected_variances, spread
from quality.review.strata import POOL, Frame, Stratum, frame_of, merged


@st.composite
def frames(draw_from):
    rng = np.random.default_rng(draw_from(st.integers(0, 10_000)))
    sizes = draw_from(st.lists(st.integers(1, 400), min_size=1, max_size=12))
    group = np.repeat(np.arange(len(sizes)), sizes)
    share = draw_from(st.sampled_from([0.0, 0.3, 0.9, 1.0]))
    linked = rng.random(len(group)) < share
    band = rng.choice(3, len(group), p=[0.05, 0.15, 0.8])
    return Frame(linked, band, group, rng.random(len(group)) ** 3)


@settings(max_examples=60)
@given(frames(), st.integers(20, 400))
def test_every_stratum_has_enough_reviews_or_is_reviewed_whole(frame, budget):
    design = allocate(frame, budget)
    assert sum(design.n_sampled) == min(budget, len(frame))
    sampled = [n for s, n in zip(design.strata, design.n_sampled, strict=True) if n < s.n_records]
    assert len(sampled) <= budget // 10
    assert (design.stratum >= 0).all()
    for number, (stratum, n) in enumerate(zip(design.strata, design.n_sampled, strict=True)):
        rows = design.stratum == number
        assert stratum.n_records == rows.sum()
        assert min(10, stratum.n_records) <= n <= stratum.n_records
        assert (frame.linked[rows] == stratum.linked).all()
        assert set(frame.band[rows]) <= set(stratum.bands)
        assert stratum.risk == pytest.approx(frame.risk[rows].mean())
        if stratum.group != POOL:
            assert (frame.group[rows] == stratum.group).all()


@settings(max_examples=30)
@given(frames(), st.integers(20, 400), st.integers(0, 99))
def test_the_draw_takes_n_of_each_stratum_whatever_the_order_of_rows(frame, budget, seed):
    design = allocate(frame, budget)
    rows = draw(design, seed)
    assert np.bincount(design.stratum[rows], minlength=len(design.strata)).tolist() == list(
        design.n_sampled
    )
    number = np.arange(len(frame))
    other = np.random.default_rng(seed).permutation(len(frame))
    shuffled = Frame(frame.linked[other], frame.band[other], frame.group[other], frame.risk[other])
    again = draw(allocate(shuffled, budget), seed, number[other])
    assert sorted(number[other][again]) == rows.tolist()


def test_draws_of_two_seeds_differ_and_each_record_has_the_same_chance():
    frame = Frame(np.ones(50, bool), np.zeros(50, int), np.zeros(50, int), np.full(50, 0.1))
    design = allocate(frame, 20)
    times = np.zeros(50)
    for seed in range(4_000):
        times[draw(design, seed)] += 1
    # a binomial count of 4,000 draws at 0.4 has a standard deviation of 31
    assert np.abs(times - 1_600).max() < 5 * 31


def test_groups_have_a_quarter_by_size_and_small_ones_are_reviewed_whole():
    group = np.repeat([0, 1, 2], [5_000, 1_000, 30])
    linked = np.arange(len(group)) % 4 > 0
    design = allocate(Frame(linked, np.full(len(group), 2), group, np.full(len(group), 0.05)), 330)
    shares = np.bincount([s.group for s in design.strata], weights=design.n_sampled)
    # .25 + .25 x 5,000 / 6,030 and .25 + .25 x 1,000 / 6,030 of what the third group leaves
    weights = np.array([0.25 + 0.25 * 5_000 / 6_030, 0.25 + 0.25 * 1_000 / 6_030])
    assert shares[2] == 30
    assert shares[:2] == pytest.approx(300 * weights / weights.sum(), abs=1)


def test_groups_without_room_share_their_strata():
    group = np.repeat(np.arange(30), np.arange(100, 400, 10))
    linked = np.arange(len(group)) % 2 == 0
    frame = Frame(linked, np.full(len(group), 1), group, np.full(len(group), 0.05))
    design = allocate(frame, 300)
    pooled = {s.group for s in design.strata} - {POOL}
    assert pooled == set(range(30 - len(pooled), 30))  # the largest stand alone
    assert sum(s.n_records for s in design.strata) == len(group)


def test_neyman_allocation_by_hand():
    # two bands of links of 1,000 each at .1 and .5: sqrt(.09) to sqrt(.25) is 3 to 5
    frame = Frame(
        np.ones(2_000, bool),
        np.repeat([0, 1], 1_000),
        np.zeros(2_000, int),
        np.repeat([0.5, 0.1], 1_000),
    )
    assert allocate(frame, 80).n_sampled == (50, 30)


def test_half_widths_of_the_chosen_split_are_least():
    linked = np.repeat([True, False], [4_000, 1_000])
    risk = np.repeat([0.03, 0.3], [4_000, 1_000])
    nothing = np.zeros(5_000, int)
    design = allocate(Frame(linked, nothing, nothing, risk), 200)
    chosen = sum(expected_variances(design.strata, design.n_sampled))
    others = [sum(expected_variances(design.strata, (n, 200 - n))) for n in range(10, 191, 10)]
    assert chosen <= min(others) * 1.01


def test_expected_variances_agree_with_a_simulation_of_reviews():
    rng = np.random.default_rng(1)
    strata = (Stratum(True, (0,), 0, 10**6, 0.1), Stratum(False, (0,), 0, 10**6, 0.2))
    n = 400
    wrong = rng.binomial(n, 0.1, 20_000) / n
    elsewhere, missed = wrong / 2, rng.binomial(n, 0.2, 20_000) / n
    recall = (1 - wrong) / (1 - wrong + elsewhere + missed)
    precision_variance, recall_variance = expected_variances(strata, (n, n))
    assert precision_variance == pytest.approx(np.var(wrong), rel=0.05)
    assert recall_variance == pytest.approx(np.var(recall), rel=0.05)


def test_a_budget_that_cannot_hold_both_kinds_is_refused():
    frame = Frame(np.arange(100) % 2 == 0, np.zeros(100, int), np.zeros(100, int), np.zeros(100))
    with pytest.raises(ValueError, match="20 reviews"):
        allocate(frame, 19)


def test_bands_lie_as_the_method_says():
    linked = np.array([True, True, True, False, False, False])
    p = np.array([0.89, 0.9, 0.99, 0.1, 0.09, np.nan])
    has = np.array([True, True, True, True, True, False])
    frame = frame_of(linked, p, has, np.zeros(6, int), np.zeros(6))
    assert frame.band.tolist() == [0, 1, 2, 0, 1, 2]


@pytest.mark.parametrize(
    ("sizes", "reviews", "strata"),
    [
        ((50, 50, 50), 30, ((0,), (1,), (2,))),
        ((50, 50, 50), 29, ((0, 1), (2,))),
        ((5, 40, 90), 35, ((0,), (1,), (2,))),  # the first is reviewed whole
        ((5, 40, 90), 22, ((0, 1), (2,))),
        ((0, 40, 90), 25, ((1,), (2,))),
        ((30, 2, 30), 15, ((0, 1, 2),)),
    ],
)
def test_neighbouring_bands_merge(sizes, reviews, strata):
    assert merged(sizes, 10, reviews) == strata


@given(
    st.lists(st.tuples(st.floats(0.01, 100), st.integers(0, 30)), min_size=1, max_size=8),
    st.integers(0, 300),
)
def test_spread_sums_to_the_total_within_limits(each, total):
    weight = np.array([w for w, _ in each])
    upper = np.array([u for _, u in each])
    lower = np.minimum(3, upper)
    found = spread(total, weight, lower, upper)
    assert ((found >= lower) & (found <= upper)).all()
    assert found.sum() == np.clip(total, lower.sum(), upper.sum())
