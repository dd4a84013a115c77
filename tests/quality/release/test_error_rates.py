"""What of the error rates may leave."""

from dataclasses import replace

import pytest

from linkage.config.schema import Disclosure
from quality import measures
from quality.bias.gap import Gap
from quality.estimate import Estimate
from quality.proportion import wilson
from quality.release.error_rates import released_error_rates, released_gaps
from quality.tally import Tally

RULES = Disclosure(threshold=10, rounding=5)


def records(n, group=None):
    characteristic = None if group is None else "race"
    return Tally(
        measure=measures.RECORDS,
        source="a",
        characteristic=characteristic,
        group=group,
        stage="ingest",
        k=n,
        n=n,
    )


def released(row, n=2000):
    (found,) = released_error_rates([row], [records(n, row.group)], RULES)
    return found


def test_rates_have_three_decimals_and_counts_are_rounded(rate):
    row = released(
        rate(estimate=0.97342, lower=0.94127, upper=0.99018, n_effective=88.8, n_reviewed=103)
    )
    assert (row.estimate, row.lower, row.upper) == (0.973, 0.941, 0.991)  # limits go outwards
    assert (row.n_records, row.n_reviewed, row.n_effective) == (2000, 105, 90.0)


@pytest.mark.parametrize("n", [None, 5])
def test_a_group_whose_number_of_records_is_held_back_has_no_rate(rate, n):
    row = released(rate(characteristic="race", group="z"), n)
    assert (row.group, row.status) == ("z", "suppressed")
    figures = (row.estimate, row.lower, row.upper, row.n_reviewed, row.n_effective)
    assert figures == (None,) * 5
    assert row.n_records == n  # as it is published, or held back


def test_a_group_of_which_few_were_reviewed_has_no_rate(rate):
    assert released(rate(characteristic="race", group="x", n_reviewed=9)).status == "suppressed"
    assert released(rate(characteristic="race", group="x", n_reviewed=10)).status == "ok"


def test_what_nobody_reviewed_needs_no_reviews(rate):
    assert released(rate(method=measures.MODEL_RANGE, n_reviewed=None)).status == "ok"


@pytest.mark.parametrize(
    "known",
    [
        {"method": measures.TRUTH, "n_reviewed": None},
        {"method": measures.IMPOSSIBLE_LINKS, "n_reviewed": None},
        {"method": measures.REVIEW, "n_reviewed": 200},
    ],
)
def test_what_is_known_of_every_record_gives_no_count_of_errors(rate, known):
    """None to nine false links among 200 look alike, to the last decimal of the limits."""
    told = set()
    for k in range(10):
        exact = wilson(200 - k, 200)
        limits = {"estimate": exact.value, "lower": exact.lower, "upper": exact.upper}
        told.add(released(rate(n_records=200, **limits, **known), n=210))
    assert len(told) == 1
    (row,) = told
    assert row.lower < 1 - 9 / 200 < row.estimate < row.upper == 1.0


def test_a_floor_of_false_links_is_told_as_a_floor(rate):
    floor = {"method": measures.IMPOSSIBLE_LINKS, "n_reviewed": None, "n_records": 200}
    for k, told in ((9, 0.0), (11, 0.052), (19, 0.052)):
        share = {"estimate": k / 200, "lower": k / 200, "upper": None}
        row = released(rate(measures.FALSE_LINK_RATE, **floor, **share), n=210)
        assert (row.estimate, row.lower, row.upper) == (told, told, None)


def test_an_expected_number_of_matches_is_rounded_as_a_count(rate):
    row = released(rate(measures.EXPECTED_MATCHES, measures.MODEL_NORMALISED, estimate=1233.7))
    assert row.estimate == 1235


def test_no_rounded_rate_leaves_its_limits(rate):
    row = released(rate(method=measures.TRUTH, n_records=7, estimate=0.99, lower=0.99, upper=1.0))
    assert 0 <= (row.lower or 0) <= (row.estimate or 0) <= (row.upper or 0) <= 1


def test_rows_that_are_held_back_differ_in_nothing_but_the_group(rate):
    few = {"characteristic": "race", "n_reviewed": 3}
    pooled = rate(**few, group="y", grade="B", assumptions=("strata were merged",))
    counted = [records(50, "x"), records(60, "y")]
    found = list(released_error_rates([rate(**few, group="x"), pooled], counted, RULES))
    assert {row.grade for row in found} == {"A"}
    assert {row.assumptions for row in found} == {()}


@pytest.mark.parametrize(("rate_is", "shown"), [(0.9998, 0.9995), (0.0001, 0.0005), (1.0, 1.0)])
def test_no_rate_is_rounded_to_a_false_certainty(rate, rate_is, shown):
    assert released(rate(estimate=rate_is)).estimate == shown


def test_of_what_models_say_of_a_group_only_the_range_leaves(rate):
    of_group = {"characteristic": "race", "group": "x", "n_reviewed": None}
    rows = [rate(method=method, **of_group) for method in measures.MODELLED]
    (found,) = released_error_rates(rows, [records(500, "x")], RULES)
    assert (found.method, found.estimate, found.lower) == (measures.MODEL_RANGE, None, 0.94)
    assert len([*released_error_rates([rate(method=measures.FABL)], [records(500)], RULES)]) == 1


def test_what_is_not_identified_says_so_still(rate):
    row = rate(status="not_identified", estimate=None, lower=None, upper=None, grade="E")
    assert released(row).status == "not_identified"


def linked(k, n, group):
    return Tally(
        measure=measures.LINKED,
        source="a",
        other="b",
        characteristic="race",
        group=group,
        stage="decide",
        k=k,
        n=n,
    )


@pytest.mark.parametrize("measure", [measures.LINK_AME, "link_rate_in_cell", measures.R_PARTIAL])
def test_what_is_made_of_a_count_of_links_leaves_where_the_count_may(rate, measure):
    row = rate(measure, "logistic", characteristic="race", group="x", n_records=403)
    tallies = [records(2000), records(400, "x")]
    for k, status in ((350, "ok"), (None, "suppressed")):
        (found,) = released_error_rates([row], [*tallies, linked(k, 400, "x")], RULES)
        assert found.status == status
    # of another source, nothing says what its groups' counts are
    (found,) = released_error_rates([row], tallies, RULES)
    assert found.status == "suppressed"


def test_an_indicator_of_all_records_leaves(rate):
    row = rate(measures.R_INDICATOR, "logistic", estimate=0.88131, n_records=2003)
    assert released(row).estimate == pytest.approx(177 * 10 / 2003)


def test_parts_of_a_group_are_rounded_as_finely_as_its_share_makes_them(rate):
    changes = {"characteristic": "race", "group": "x", "n_records": 100}
    row = rate(measures.R_PARTIAL, "logistic", estimate=0.0171, **changes)
    tallies = [records(2000), records(100, "x"), linked(80, 100, "x")]
    (part,) = released_error_rates([row], tallies, RULES)
    step = 10 / (100 * 2000) ** 0.5
    assert part.estimate == pytest.approx(step)
    (rough,) = released_error_rates(
        [rate(measures.LINK_AME, "logistic", **changes)], tallies, RULES
    )
    assert rough.estimate == pytest.approx(1.0)


def test_a_sample_of_a_cell_is_no_count_of_its_records(rate):
    changes = {"characteristic": "race", "group": "x", "n_records": 100, "estimate": 0.9134}
    tallies = [records(2000), records(100, "x")]
    row = rate("recall_in_cell", "maihda", n_reviewed=30, **changes)
    (found,) = released_error_rates([row], tallies, RULES)
    assert found.estimate == 0.913
    few = rate("recall_in_cell", "maihda", n_reviewed=8, **changes)
    (found,) = released_error_rates([few], tallies, RULES)
    assert found.status == "suppressed"


def test_a_gap_held_back_keeps_no_p_value(rate):
    place = {"measure": measures.RECALL_GAP, "characteristic": "race"}
    gaps = [
        Gap(rate(group=group, **place), 0.001, immaterial=False, spread=0.01234)
        for group in ("x", "z")
    ]
    shown, hidden = released_gaps(gaps, [records(2000, "x"), records(None, "z")], RULES)
    assert (shown.p, shown.row.status, shown.spread) == (0.001, "ok", 0.013)
    assert (hidden.p, hidden.row.status, hidden.row.estimate) == (None, "suppressed", None)


def parts(*hidden):
    """Return what leaves of a source seen by two characteristics, some groups held back."""
    changes = {"method": "logistic", "n_records": 400}
    rows = [
        of(measures.R_INDICATOR, **changes),
        *(of(measures.R_PARTIAL, variable=name, **changes) for name in ("race", "sex")),
        *(
            of(measures.R_PARTIAL, characteristic=name, group=group, **changes)
            for name, group in (("race", "x"), ("race", "y"), ("sex", "F"), ("sex", "M"))
        ),
    ]
    tallies = [records(2000)]
    for row in rows:
        if row.group is not None:
            n = None if row.group in hidden else 400
            changed = {"characteristic": row.characteristic}
            tallies += [
                replace(records(n, row.group), **changed),
                replace(linked(n and 300, n, row.group), **changed),
            ]
    return {
        (row.measure, row.variable): row.status
        for row in released_error_rates(rows, tallies, RULES)
        if row.group is None
    }


def of(measure, **changes):
    return Estimate(
        measure=measure,
        source="a",
        other="b",
        estimate=0.05,
        lower=0.02,
        upper=0.08,
        grade="B",
        status="ok",
        **changes,
    )


def test_a_whole_goes_with_the_part_that_it_would_give_back():
    assert set(parts().values()) == {"ok"}
    shown = parts("x")
    assert shown[measures.R_PARTIAL, "race"] == "suppressed"
    assert shown[measures.R_PARTIAL, "sex"] == "ok"
    assert shown[measures.R_INDICATOR, None] == "ok"


def test_an_analysis_leaves_as_finely_as_its_interval_shows_and_not_of_few(rate):
    figures = {"estimate": 21928.19722, "lower": 20168.36, "upper": 23762.26}
    analysed = {"measure": measures.ANALYSIS_ESTIMATE, "method": measures.NAIVE, **figures}
    row = released(rate(**analysed, grade="C", n_effective=63.0, n_reviewed=None))
    assert (row.estimate, row.lower, row.upper) == (21930.0, 20160.0, 23770.0)
    assert row.n_effective == 65.0
    of_few = rate(**analysed, grade="C", n_effective=9.0, n_reviewed=None)
    assert released(of_few).status == "suppressed"
    small = {"estimate": 0.000123456, "lower": 0.0001, "upper": 0.00015}
    row = released(rate(**{**analysed, **small}, grade="C", n_effective=63.0, n_reviewed=None))
    assert row.estimate == pytest.approx(0.0001235, abs=1e-9)
