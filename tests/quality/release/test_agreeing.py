"""A run whose truth is known: two groups, one of them small, and what leaves of their rates."""

from dataclasses import replace

import pytest

from linkage.config.schema import Disclosure
from quality import measures
from quality.bias.gap import Gap
from quality.bias.group_rates import Settings
from quality.estimate import Estimate
from quality.proportion import wilson
from quality.release.agreeing import agreeing, agreeing_gaps
from quality.release.error_rates import released_error_rates, released_gaps
from quality.release.known import NO_BAND, NOTHING_WIDER, banded_of
from quality.release.measured_rates import rates_of
from quality.tally import Tally

RULES, SETTINGS = Disclosure(threshold=10, rounding=5), Settings(0.95, 0.05)
PLACE = {"source": "a", "other": "b", "characteristic": "race"}

# records, matches, right links, links, lost at blocking, the threshold and to a wrong partner
GROUPS = {
    None: (8_400, 7_981, 7_840, 7_843, 120, 15, 6),
    "big": (8_000, 7_600, 7_595, 7_598, 3, 1, 1),
    "low": (300, 285, 153, 153, 117, 10, 5),
    "few": (100, 96, 92, 92, 0, 4, 0),
}


def counted(group, k, n, measure=measures.LINKED):
    characteristic = None if group is None else "race"
    other = "b" if measure == measures.LINKED else None
    return Tally(
        measure=measure,
        source="a",
        other=other,
        characteristic=characteristic,
        group=group,
        k=k,
        n=n,
    )


@pytest.fixture
def tallies():
    found = []
    for group, (n, _, _, links, *_) in GROUPS.items():
        found += [
            counted(group, n, n, measures.RECORDS),
            counted(group, None if n - links < 10 else 5 * round(links / 5), n),
        ]
    return found


def share(measure, group, k, n, **changes):
    interval = wilson(k, n)
    return Estimate(
        **{
            **PLACE,
            "measure": measure,
            "method": measures.TRUTH,
            "characteristic": None if group is None else "race",
            "group": group,
            "estimate": interval.value,
            "lower": interval.lower,
            "upper": interval.upper,
            "level": 0.95,
            "n_records": n,
            "grade": "A",
            "status": "ok",
            **changes,
        }
    )


def exact():
    rows = []
    for group, (n, matches, right, links, *lost) in GROUPS.items():
        rows += [
            share(measures.COVERAGE, group, matches, n),
            share(measures.RECALL, group, right, matches),
            share(measures.PRECISION, group, right, links),
            share(measures.BLOCKING_RECALL, group, matches - lost[0], matches),
        ]
        pairs = zip(measures.LOSSES, lost, strict=True)
        rows += [share(loss, group, k, matches) for loss, k in pairs]
    return rows


def to_big(measure, group, **changes):
    """A comparison with the reference, whose own figures are of no matter."""
    wide = {"estimate": 0.1, "lower": -0.9, "upper": 0.9, "reference": "big"}
    return replace(share(measure, group, 1, 2, n_records=GROUPS[group][0]), **{**wide, **changes})


def leaving(tallies, rows, made=None, widths=NOTHING_WIDER):
    given = made or exact()
    rates = rates_of(given, rows, tallies, RULES, SETTINGS, widths)
    return rates, list(agreeing(released_error_rates(rows, tallies, RULES), rates))


def shown(rates, measure, group):
    (row,) = (row for row in rates.rows if (row.measure, row.group) == (measure, group))
    return row


def test_what_stages_lost_adds_up_to_the_missed_matches_as_printed(tallies):
    rates, _ = leaving(tallies, [])
    for group in GROUPS:
        lost = [shown(rates, loss, group).estimate for loss in measures.LOSSES]
        recall = shown(rates, measures.RECALL, group).estimate
        assert sum(lost) == pytest.approx(1 - recall)
        blocked = shown(rates, measures.BLOCKING_RECALL, group).estimate
        assert blocked == pytest.approx(1 - lost[0])


def test_a_gap_is_the_difference_of_the_printed_rates_and_cannot_be_impossible(tallies):
    row = to_big(measures.RECALL_GAP, "low", upper=0.5)
    rates = rates_of(exact(), [], tallies, RULES, SETTINGS)
    (gap,) = agreeing_gaps(
        list(released_gaps([Gap(row, 0.9, immaterial=True)], tallies, RULES)), rates
    )
    low, big = (shown(rates, measures.RECALL, group) for group in ("low", "big"))
    assert gap.row.estimate == pytest.approx(low.estimate - big.estimate)
    assert -big.upper <= gap.row.lower < gap.row.upper <= 1 - big.lower
    # tested by what is printed, whatever the exact test said
    assert gap.p < 0.001
    assert not gap.immaterial


def test_nothing_but_bands_goes_into_what_is_made_of_known_rates(tallies):
    """Four missed or two, in a group of whom few were missed: every figure is the same."""
    rows = [
        to_big(measures.comparison(measures.RECALL, form), "few")
        for form in (measures.GAP, measures.RATIO, measures.ODDS_RATIO, measures.STANDARDISED_GAP)
    ]
    rows += [to_big(each, "few") for each in measures.STAGE_GAPS]
    rows.append(to_big(measures.MAIN_LOSS, "few"))
    two = [
        share(measures.RECALL, "few", 94, 96)
        if (row.measure, row.group) == (measures.RECALL, "few")
        else share(measures.THRESHOLD_LOSS, "few", 2, 96)
        if (row.measure, row.group) == (measures.THRESHOLD_LOSS, "few")
        else row
        for row in exact()
    ]
    (_, four_missed), (_, two_missed) = (leaving(tallies, rows, made) for made in (None, two))
    assert four_missed == two_missed
    assert all(row.lower < row.upper for row in four_missed)
    assert four_missed[-1].finding == measures.FEW_LOST


def test_coverage_goes_with_the_count_of_links_that_it_would_give_back(tallies):
    row = to_big(f"{measures.LINK_RATE_GAP}_{measures.COVERAGE_PART}", "few")
    rates, (part,) = leaving(tallies, [row])
    assert shown(rates, measures.COVERAGE, "few").status == "suppressed"
    assert part.status == "suppressed"
    assert shown(rates, measures.COVERAGE, "low").status != "suppressed"
    expected = share(measures.EXPECTED_MATCHES, "few", 1, 2, method=measures.MODEL_RANGE)
    (held,) = released_error_rates([expected], tallies, RULES)
    assert (held.status, held.n_records) == ("suppressed", 100)
    # what a sample says of it stays
    sampled = share(measures.COVERAGE, "few", 1, 2, method=measures.REVIEW, n_reviewed=40)
    (kept,) = released_error_rates([replace(sampled, n_records=100)], tallies, RULES)
    assert kept.status == "ok"


def test_a_part_of_a_gap_is_given_where_the_gap_leaves_out_zero(tallies):
    rows = [
        to_big(measures.RECALL_GAP_SHARE, group, stage=measures.LOST_AT[loss])
        for group in ("low", "few")
        for loss in measures.LOSSES
    ]
    _, found = leaving(tallies, rows)
    assert sum(row.estimate for row in found[:3]) == pytest.approx(1)
    assert {(row.estimate, row.status) for row in found[3:]} == {(None, "too_few_to_tell")}


def test_parts_of_a_gap_in_the_link_rate_are_made_of_the_printed_rates(tallies):
    names = (measures.COVERAGE_PART, measures.RECALL_PART, measures.FALSE_LINKS_PART)
    rows = [to_big(f"{measures.LINK_RATE_GAP}_{each}", "low") for each in names]
    rates, found = leaving(tallies, rows)
    made = []
    for group in ("low", "big"):
        c, r, p = (
            shown(rates, each, group).estimate
            for each in (measures.COVERAGE, measures.RECALL, measures.PRECISION)
        )
        made.append(c * r / p)
    assert sum(row.estimate for row in found) == pytest.approx(made[0] - made[1])


def test_everyone_else_is_told_in_bands_too(tallies):
    low, everyone = GROUPS["low"], GROUPS[None]
    rest = [a - b for a, b in zip(everyone, low, strict=True)]
    gap = low[2] / low[1] - rest[2] / rest[1]
    row = to_big(
        measures.comparison(measures.RECALL, measures.GAP, rest=True),
        "low",
        estimate=gap,
        reference=measures.EVERYONE_ELSE,
    )
    rates, (made,) = leaving(tallies, [row])
    assert made.estimate == pytest.approx(gap, abs=0.03)
    theirs = shown(rates, measures.RECALL, "low").estimate - made.estimate
    assert theirs == pytest.approx(round(theirs, 3))
    assert made.lower < gap < made.upper


def test_a_raw_rate_of_a_cell_is_that_of_the_group_and_a_model_of_few_is_held_back(tallies):
    raw = to_big(measures.IN_CELL[measures.RECALL], "low", reference=None)
    counts = to_big(
        measures.IN_CELL[measures.LINK_RATE], "low", method=measures.WILSON, reference=None
    )
    models = [
        to_big(measures.IN_CELL[measures.RECALL], group, method=measures.MAIHDA, reference=None)
        for group in ("low", "few")
    ]
    rates, found = leaving(tallies, [raw, counts, *models])
    recall = shown(rates, measures.RECALL, "low")
    assert (found[0].estimate, found[0].lower) == (recall.estimate, recall.lower)
    assert (found[1].estimate, found[1].lower) == (wilson(155, 300).value, wilson(155, 300).lower)
    assert [row.status == "suppressed" for row in found[2:]] == [False, True]


def test_a_model_of_a_known_rate_without_a_band_is_held_back(tallies):
    made = to_big(measures.IN_CELL[measures.RECALL], "low", method=measures.MAIHDA, reference=None)
    (recall,) = (row for row in exact() if (row.measure, row.group) == (measures.RECALL, "low"))
    _, (told,) = leaving(tallies, [made])
    _, (left,) = leaving(tallies, [made], widths={banded_of(recall): NO_BAND})
    assert (told.status, left.status) == ("ok", "suppressed")


def test_what_a_sample_says_agrees_too_and_keeps_its_own_limits(tallies):
    of = {"method": measures.REVIEW, "n_reviewed": 60}
    given = [share(measures.RECALL, group, k, 60, **of) for group, k in (("low", 40), ("big", 59))]
    given = [replace(row, n_records=300) for row in given]
    row = to_big(measures.RECALL_GAP, "low", **of, estimate=-0.3167, lower=-0.44, upper=0.2)
    rates, (gap,) = leaving(tallies, [row], given)
    low, big = (shown(rates, measures.RECALL, group) for group in ("low", "big"))
    assert gap.estimate == pytest.approx(low.estimate - big.estimate)
    assert (gap.lower, gap.upper) == (-0.44, round(1 - big.lower, 10))
