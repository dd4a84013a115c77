"""What each reviewed record comes to under a decision that was not reviewed, by hand."""

from types import SimpleNamespace

import numpy as np
import pytest

from quality.errors.cell import ASSIGNMENT, BLOCKING, NOWHERE, RIGHT, THRESHOLD
from quality.what_if.outcome import NO_PARTNER
from quality.what_if.reviewed import _UNKNOWN, Findings, _outcomes, _partner, _under
from quality.what_if.scenario import AS_IT_IS, read_scenario

T = 7
"""The true partner of a record that has one; rule 1 brings the two together, rule 2 does not."""


def come_to(true, now, met=0b01, scenario=AS_IT_IS):
    findings = Findings(None, np.array([true]), np.array([met]))
    return _outcomes(scenario, np.array([now]), findings).item()


def test_what_a_record_comes_to():
    assert come_to(T, T) == RIGHT
    assert come_to(T, 9) == ASSIGNMENT
    assert come_to(T, NO_PARTNER) == THRESHOLD
    assert come_to(T, NO_PARTNER, met=0) == come_to(T, 9, met=0) == BLOCKING
    assert come_to(NO_PARTNER, NO_PARTNER) == RIGHT
    assert come_to(NO_PARTNER, 9) == NOWHERE
    assert come_to(_UNKNOWN, NO_PARTNER) == THRESHOLD
    assert come_to(_UNKNOWN, 9) == -1  # it may be the one that the reviewer meant


def test_a_partner_that_only_left_out_rules_met_is_lost_in_blocking():
    assert come_to(T, NO_PARTNER, scenario=read_scenario("rules=2")) == BLOCKING
    assert come_to(T, NO_PARTNER, scenario=read_scenario("rules=1,2")) == THRESHOLD


@pytest.mark.parametrize(
    ("unit_type", "decision", "partner", "expected"),
    [
        ("link", "match", None, 3),
        ("link", "non_match", T, T),
        ("link", "non_match", None, NO_PARTNER),
        ("unlinked", "match", T, T),
        ("unlinked", "match", None, _UNKNOWN),
        ("unlinked", "non_match", None, NO_PARTNER),
    ],
)
def test_the_partner_that_a_decision_names(unit_type, decision, partner, expected):
    row = {"unit_type": unit_type, "decision": decision, "partner": partner, "partner_shown": 3}
    assert _partner(row) == expected


def test_strata_are_parted_by_what_becomes_of_their_records():
    decided = SimpleNamespace(row=np.arange(0), outcome=np.arange(0), unsure=np.zeros(0, bool))
    review = Findings(_review(decided), np.arange(0), np.arange(0))
    made = SimpleNamespace(partner=np.array([5, 6, NO_PARTNER, 8, NO_PARTNER]))
    parted = _under(AS_IT_IS, made, review)
    # kept, to another, gone (both of links); newly linked, and not (both of the unlinked)
    assert parted.stratum.tolist() == [0, 2, 4, 3, 5]
    assert parted.linked.tolist() == [True, True, True, True, False, False]


def _review(decided):
    from quality.review.outcomes import Decided
    from quality.review.reviewed import Review

    nothing = Decided(decided.row, decided.outcome, decided.unsure, decided.unsure)
    partner = np.array([5, 7, 7, NO_PARTNER, NO_PARTNER])
    focal = SimpleNamespace(partner=partner)
    stratum, linked = np.array([0, 0, 0, 1, 1]), np.array([True, False])
    return Review(focal, stratum, linked, nothing, None, None, 0)
