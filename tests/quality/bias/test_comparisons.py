"""Groups compared by what was measured: gaps, ratios and parts of a gap in the link rate."""

import numpy as np
import pytest

from quality import measures
from quality.bias.comparisons import measured, measured_gaps, measured_ratios
from quality.bias.gap import settled
from quality.bias.group_rates import Settings
from quality.bias.link_rate_parts import causes, link_rate_parts, with_causes
from quality.drawn import CellDraws, gathered
from quality.errors.outcome_rates import Totals, rates_of
from quality.errors.truth_draws import drawn_outcomes
from quality.estimate import revised

SETTINGS = Settings(0.95, 0.05)
# linked: right, nowhere, blocking, threshold, wrong partner; then the same of unlinked records
WELL = Totals(np.array([900.0, 5, 0, 0, 5]), np.array([60.0, 0, 20, 10, 0]))
MISSED = Totals(np.array([760.0, 5, 0, 0, 5]), np.array([60.0, 0, 120, 50, 0]))
NOT_HELD = Totals(np.array([700.0, 5, 0, 0, 5]), np.array([260.0, 0, 20, 10, 0]))


def _cell(name, counts, random):
    points = {k: float(v) for k, v in rates_of(counts).items()}
    draws = drawn_outcomes(counts, random)
    return CellDraws("b", None if name is None else "race", name, points, draws)


def _sum(*parts):
    return Totals(sum(p.linked for p in parts), sum(p.unlinked for p in parts))


@pytest.fixture
def what(rate):
    groups = {"well": WELL, "missed": MISSED, "not held": NOT_HELD}
    random = np.random.default_rng(5)
    within = [_cell(name, counts, random) for name, counts in groups.items()]
    outside = [
        _cell(name, _sum(*(c for n, c in groups.items() if n != name)), random) for name in groups
    ]
    drawn = gathered(measures.TRUTH, within, gathered(measures.TRUTH, outside))
    rows = [
        rate(m, measures.TRUTH, characteristic="race", group=cell.group, estimate=v, n_records=1000)
        for cell in within
        for m, v in cell.points.items()
    ]
    return measured(rows, drawn, {"race": "well"}, SETTINGS, seed=1)


def test_gaps_are_against_the_reference_and_against_everyone_else(what):
    found = {(g.row.measure, g.row.group): g for g in measured_gaps(what)}
    gap = found["recall_gap", "missed"]
    assert gap.row.estimate == pytest.approx(760 / 935 - 900 / 935)
    assert gap.row.lower < gap.row.estimate < gap.row.upper
    assert gap.p < 1e-8
    rest = found["recall_gap_rest", "missed"].row
    assert rest.estimate == pytest.approx(760 / 935 - 1600 / 1670)
    assert rest.reference == measures.EVERYONE_ELSE
    assert ("recall_gap", "well") not in found
    assert found["coverage_gap", "not held"].row.estimate == pytest.approx(0.735 - 0.935, abs=1e-9)
    assert {g.row.grade for g in found.values()} == {"A"}


def test_errors_are_compared_by_their_ratio(what):
    found = {(r.measure, r.group): r for r in measured_ratios(what, measured_gaps(what))}
    ratio = found["missed_match_rate_ratio", "missed"]
    assert ratio.estimate == pytest.approx((175 / 935) / (35 / 935))
    assert 3 < ratio.lower < ratio.estimate < ratio.upper < 8
    odds = found["recall_odds_ratio", "missed"]
    assert odds.estimate == pytest.approx((760 / 175) / (900 / 35))
    assert found["missed_match_rate_odds_ratio", "missed"].estimate == pytest.approx(
        1 / odds.estimate
    )
    wide = found["recall_standardised_gap", "missed"]
    assert wide.finding == measures.ABOVE_A_TENTH
    assert {r.p_adjusted for r in found.values()} == {None}


def test_the_parts_add_up_to_the_gap_in_the_link_rate_and_name_its_cause(what):
    parts = list(link_rate_parts(what))
    for group, counts in (("missed", MISSED), ("not held", NOT_HELD)):
        own = [p for p in parts if p.group == group and p.reference == "well"]
        assert len(own) == 3
        gap = counts.linked.sum() / 1000 - WELL.linked.sum() / 1000
        assert sum(p.estimate for p in own) == pytest.approx(gap)
        assert all(p.lower <= p.estimate <= p.upper for p in own)
    said = causes(parts, _settled(what), 0.05)
    assert said["link_rate_gap", "b", "race", "missed"] == "matches missed more often"
    assert said["link_rate_gap", "b", "race", "not held"] == "less often in b (non-coverage)"


def test_a_rate_whose_own_gap_was_not_told_apart_is_no_cause(what):
    place = ("link_rate_gap", "b", "race", "missed")
    settled = _settled(what)
    others = [row for row in settled if row.measure != "recall_gap"]
    beside_many = [revised(row, p_adjusted=0.06) for row in settled if row.measure == "recall_gap"]
    parts = list(link_rate_parts(what))
    assert causes(parts, settled, 0.05)[place] == "matches missed more often"
    none = "no one cause stands out from chance"
    assert causes(parts, [*others, *beside_many], 0.05)[place] == none


def _settled(what):
    return settled(measured_gaps(what), 0.05)


def test_only_a_gap_that_was_told_apart_has_a_cause(what, rate):
    said = causes(list(link_rate_parts(what)), _settled(what), 0.05)
    place = {"other": "b", "characteristic": "race", "group": "missed"}
    rows = [rate(measures.LINK_RATE_GAP, p_adjusted=p, **place) for p in (0.01, 0.2)]
    told, untold = with_causes(rows, said, 0.05)
    assert told.assumptions == ("measured causes: matches missed more often",)
    assert untold.assumptions == ()
