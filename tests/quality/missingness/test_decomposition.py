"""Rows on where values were lost: with a review, with coverage from outside, with counts alone."""

import numpy as np
import pytest

from linkage.config.schema import Disclosure
from linkage.errors import DataError
from quality import measures
from quality.drawn import Drawn
from quality.release.control import controlled
from quality.release.error_rates import released_error_rates


def found(rows, measure, group=None):
    return {row.stage: row for row in rows if (row.measure, row.group) == (measure, group)}


def test_a_review_gives_every_stage_of_every_group_with_its_interval(made, reviewed):
    rows = made(reviewed())
    passed = found(rows, measures.STAGE_PASSED, "y")
    assert [*passed] == ["covered", "blocked", "linked", "asked", "answered"]
    assert passed["covered"].estimate == pytest.approx(0.98 * 0.5 / 0.6)
    assert passed["linked"].estimate == pytest.approx(0.6 / 0.7)
    assert {row.grade for row in passed.values()} == {"A"}
    assert {row.n_reviewed for row in passed.values()} == {103}
    blocked = passed["blocked"]
    assert (blocked.lower, blocked.upper) == pytest.approx((0.68, 0.72), abs=0.003)


def test_what_is_observed_and_what_is_lost_are_all_records(made, reviewed):
    rows = made(reviewed())
    observed = found(rows, measures.OBSERVED_RATE, "y")[None].estimate
    lost = found(rows, measures.VALUE_LOST, "y")
    assert observed + sum(row.estimate for row in lost.values()) == pytest.approx(1)
    assert observed == pytest.approx(0.98 * 225 / 500)
    wrong = found(rows, measures.OBSERVED_BUT_WRONG, "y")[None]
    assert wrong.estimate == pytest.approx(0.02 * 225 / 500)


def test_shares_of_a_gap_add_up_and_stand_against_the_reference(made, reviewed):
    rows = made(reviewed())
    shares = found(rows, measures.STAGE_SHARE, "y")
    assert sum(row.estimate for row in shares.values()) == pytest.approx(1)
    total = np.log((0.98 * 0.45) / (0.98 * 0.81))
    assert shares["blocked"].estimate == pytest.approx(np.log(0.7 / 0.98) / total)
    assert {row.reference for row in shares.values()} == {"x"}
    parts = found(rows, measures.STAGE_GAP, "y")
    assert parts.pop(None).estimate == pytest.approx(total)
    assert sum(row.estimate for row in parts.values()) == pytest.approx(total)
    for stage, row in shares.items():
        assert row.lower <= row.estimate <= row.upper, stage


def test_without_a_review_what_is_not_identified_is_named_and_has_no_number(made):
    rows = made(Drawn(), job=True)
    named = [row for row in rows if row.status == "not_identified"]
    assert {(row.measure, row.stage, row.characteristic) for row in named} == {
        ("stage_passed", "covered", None),
        ("stage_passed", "blocked", None),
        ("stage_passed", "linked", None),
        ("observed_rate", None, None),
        ("observed_rate", None, "job"),
    }
    for row in named:
        assert (row.estimate, row.lower, row.upper, row.grade) == (None, None, None, "E")
        assert any("would identify" in text for text in row.assumptions)
    counted = found([row for row in rows if row not in named], measures.STAGE_PASSED, "y")
    assert [*counted] == ["linked_at_all", "asked", "answered"]
    assert counted["linked_at_all"].estimate == 0.5


def test_coverage_from_outside_splits_the_stages_for_its_groups_alone(made, tmp_path):
    path = tmp_path / "coverage.csv"
    path.write_text(
        "characteristic,group,coverage,se\n,,0.9,0.01\nrace,x,0.95,0.01\nrace,y,0.8,0\n"
    )
    rows = made(Drawn(), coverage=str(path))
    passed = found([r for r in rows if r.estimate is not None], measures.STAGE_PASSED, "y")
    assert [*passed] == ["covered", "linked_at_all", "asked", "answered"]
    assert passed["linked_at_all"].estimate == pytest.approx(0.5 / 0.8)
    assert {row.grade for row in passed.values()} == {"B"}
    named = {row.stage for row in rows if row.status == "not_identified"}
    assert named == {"blocked", "linked", None}


@pytest.mark.parametrize(
    "text",
    ["group,coverage\nx,0.9\n", "characteristic,group,coverage,se\nrace,x,1.2,0\n", None],
)
def test_a_table_of_coverage_that_is_none_is_refused(made, tmp_path, text):
    path = tmp_path / "coverage.csv"
    if text is not None:
        path.write_text(text)
    with pytest.raises(DataError) as caught:
        made(Drawn(), coverage=str(path))
    assert caught.value.faults[0].code == "D395"


def test_a_gap_that_the_draws_do_not_tell_from_none_is_not_shared_out(made, reviewed):
    rows = made(reviewed(spread=0.4))
    share = found(rows, measures.STAGE_SHARE, "y")["blocked"]
    assert (share.estimate, share.status) == (None, "too_few_to_tell")


def test_rows_leave_only_where_the_counts_they_rest_on_may(made, reviewed, tallies):
    # three people of y lack the value: neither their number nor what would give it away may leave
    few = {None: (2000, 1600, 1457), "x": (1500, 1350, 1215), "y": (500, 250, 242)}
    rows = made(reviewed(), counts=few)
    rules = Disclosure(threshold=20, rounding=5)
    safe = controlled(tallies(few), [], rules)
    released = [*released_error_rates(rows, safe, rules)]
    for measure in (measures.STAGE_PASSED, measures.STAGE_SHARE, measures.OBSERVED_RATE):
        for row in found(released, measure, "y").values():
            assert (row.status, row.estimate) == ("suppressed", None)
    # the only other group is held back beside it; what is said of all records stays
    assert {r.status for r in found(released, measures.STAGE_PASSED, "x").values()} == {
        "suppressed"
    }
    everyone = found(released, measures.STAGE_PASSED)
    assert everyone["blocked"].estimate == 0.95


def test_figures_are_no_finer_than_rounded_counts(made, reviewed, tallies):
    rules = Disclosure(threshold=10, rounding=5)
    safe = controlled(tallies(), [], rules)
    (row,) = (
        row
        for row in released_error_rates(made(reviewed()), safe, rules)
        if (row.measure, row.group, row.stage) == (measures.STAGE_PASSED, "y", "answered")
    )
    assert row.estimate == pytest.approx(0.9)
    assert row.lower * 100 == pytest.approx(round(row.lower * 100))
