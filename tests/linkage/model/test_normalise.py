import numpy as np
import pytest

from linkage.model import normalise
from linkage.model.normalise import one_sided, two_sided


def index(*values):
    return np.array(values, dtype=np.int64)


def test_one_partner_at_most_shares_out_the_odds():
    made = one_sided(np.array([3.0, 1.0, 9.0]), index(0, 0, 2), 3)
    assert made.p == pytest.approx([3 / 5, 1 / 5, 9 / 10])
    assert made.unmatched == pytest.approx([1 / 5, 1, 1 / 10])


def test_where_candidates_do_not_meet_both_are_the_same():
    odds, focal, opposite = np.array([3.0, 0.2, 50.0]), index(0, 1, 2), index(2, 0, 1)
    alone, both = one_sided(odds, focal, 3), two_sided(odds, focal, opposite, 3, 3)
    assert both.p == pytest.approx(alone.p)
    assert both.p == pytest.approx(odds / (1 + odds))


def test_rivals_for_the_same_partner_share_it_out():
    odds, focal, opposite = np.array([3.0, 1.0]), index(0, 1), index(0, 0)
    assert one_sided(odds, focal, 2).p == pytest.approx([3 / 4, 1 / 2])
    both = two_sided(odds, focal, opposite, 2, 1)
    assert both.p == pytest.approx([3 / 5, 1 / 5], abs=1e-4)
    assert both.unmatched == pytest.approx([2 / 5, 4 / 5], abs=1e-4)


def test_a_certain_pair_takes_its_records_out_of_the_running():
    odds = np.array([1e9, 5.0, 5.0])
    made = two_sided(odds, index(0, 0, 1), index(0, 1, 0), 2, 2)
    assert made.p == pytest.approx([1, 0, 0], abs=1e-4)


@pytest.mark.parametrize("odds", [1e30, 1e300, np.inf])
def test_boundless_odds_are_certainty(odds):
    for made in (
        one_sided(np.array([odds, 1.0]), index(0, 0), 1),
        two_sided(np.array([odds, 1.0]), index(0, 0), index(0, 1), 1, 2),
    ):
        assert made.p == pytest.approx([1, 0], abs=1e-9)


def test_no_candidates_leave_every_record_unmatched():
    for made in (
        one_sided(np.zeros(0), index(), 2),
        two_sided(np.zeros(0), index(), index(), 2, 3),
    ):
        assert made.p.tolist() == []
        assert made.unmatched.tolist() == [1, 1]


@pytest.mark.parametrize("seed", range(5))
def test_what_weak_pairs_take_from_others_is_bounded(seed, monkeypatch):
    rng = np.random.default_rng(seed)
    n, records = 3000, 400
    focal, opposite = rng.integers(records, size=(2, n))
    odds = np.exp2(rng.normal(-18, 12, n))
    without = two_sided(odds, focal, opposite, records, records).p
    weak = np.where(odds < normalise._WEAK, odds, 0.0)
    d = max(np.bincount(side, weak).max() for side in (focal, opposite))
    monkeypatch.setattr(normalise, "_WEAK", 0.0)
    every = two_sided(odds, focal, opposite, records, records).p
    strong = weak == 0
    assert 0 < strong.mean() < 1
    assert np.abs(np.log(without / every))[strong].max() < 40 * d
    assert (without <= odds).all()
