"""What is said of a pair of figures."""

import numpy as np
import pytest

from quality import measures
from quality.compare import pairing
from quality.compare.pairing import Settings, pairs
from quality.proportion import wilson

SETTINGS = Settings(0.95, 0.05)


@pytest.fixture
def link_rate(rate):
    def make(k, n, group=None, **changes):
        share = wilson(k, n)
        said = {
            "characteristic": None if group is None else "sex",
            "group": group,
            "estimate": share.value,
            "lower": share.lower,
            "upper": share.upper,
            "n_records": n,
        }
        return rate(measures.LINK_RATE, measures.WILSON, **{**said, **changes})

    return make


def statuses(before, after, settings=SETTINGS):
    return {each.row.group: each.status for each in pairs(before, after, settings)}


def test_each_figure_comes_to_what_it_shows(link_rate):
    hidden = {"estimate": None, "lower": None, "upper": None, "n_records": None}
    before = [
        link_rate(900, 1000, "fell"),
        link_rate(9000, 10000, "fell a little"),
        link_rate(901, 1000, "stayed"),
        link_rate(270, 301, "unsure"),
        link_rate(18, 20, "few"),
        link_rate(900, 1000, "hidden", status="suppressed", **hidden),
        link_rate(900, 1000, "gone"),
        link_rate(900, 1000, "modelled", grade="C"),
    ]
    after = [
        link_rate(800, 1000, "fell"),
        link_rate(8700, 10000, "fell a little"),
        link_rate(899, 1000, "stayed"),
        link_rate(261, 301, "unsure"),
        link_rate(17, 20, "few"),
        link_rate(900, 1000, "hidden"),
        link_rate(900, 1000, "new"),
        link_rate(700, 1000, "modelled", grade="C"),
    ]
    assert statuses(before, after) == {
        "fell": pairing.CHANGED,
        "fell a little": pairing.CHANGED_LITTLE,
        "stayed": pairing.EQUIVALENT,
        "unsure": pairing.TOO_FEW,
        "few": pairing.TOO_FEW,
        "hidden": pairing.SUPPRESSED_IN_ONE,
        "new": pairing.ONLY_AFTER,
        "modelled": pairing.NOT_TESTED,
        "gone": pairing.ONLY_BEFORE,
    }
    wide = Settings(0.95, 0.01)
    assert statuses([link_rate(8950, 10000)], [link_rate(8900, 10000)], wide) == {
        None: pairing.NO_CHANGE
    }


def test_all_tests_are_seen_together(link_rate):
    """Of 400 groups in which nothing changed none is called changed."""
    rng = np.random.default_rng(3)
    drawn = rng.binomial(1000, 0.9, (2, 400))
    before, after = ([link_rate(int(k), 1000, str(g)) for g, k in enumerate(ks)] for ks in drawn)
    found = pairs(before, after, SETTINGS)
    assert 8 < sum(each.p < 0.05 for each in found) < 30
    assert not [each for each in found if each.p_adjusted < 0.05]
    assert {each.n_tests for each in found} == {400}


def test_gaps_to_another_reference_are_not_set_against_each_other(rate):
    before, after = (
        rate(
            measures.LINK_RATE_GAP,
            measures.NEWCOMBE,
            characteristic="sex",
            group="F",
            estimate=gap,
            lower=gap - 0.01,
            upper=gap + 0.01,
            reference=reference,
        )
        for gap, reference in ((0.1, "M"), (-0.1, "X"))
    )
    (found,) = pairs([before], [after], SETTINGS)
    assert (found.status, found.change) == (pairing.OTHER_REFERENCE, None)


def test_the_same_comparison_in_another_form_is_no_test_of_its_own(rate):
    row = rate(measures.FALSE_LINK_RATE, measures.REVIEW, estimate=0.03, lower=0.01, upper=0.06)
    (found,) = pairs([row], [row], SETTINGS)
    assert (found.status, found.p) == (pairing.NOT_TESTED, None)
    assert found.change is not None
