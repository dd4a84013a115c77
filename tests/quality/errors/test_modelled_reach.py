"""Reviews of encodings, simulated: the list holds some of the partners, and the model errs."""

import numpy as np
import pytest

from quality import measures
from quality.errors.audit import error_rates, point
from quality.errors.cell import NOWHERE, RIGHT, THRESHOLD, Reviewed
from quality.errors.reviewers import Reviewers, modelled_reach, reach

LINKS, WRONG = 9_000, 9
UNLINKED, PARTNERS = 1_000, 60
RECALL = (LINKS - WRONG) / (LINKS - WRONG + PARTNERS)
ERR = 0.8
"""How far the share that the model says lies from the true one, in logits: .6 on real runs."""


def reviewed(listed, random, n_links=150, n_unlinked=150):
    """What a review finds that is shown a share ``listed`` of the partners."""
    wrong = random.hypergeometric(WRONG, LINKS - WRONG, n_links)
    partners = random.hypergeometric(PARTNERS, UNLINKED - PARTNERS, n_unlinked)
    found = np.zeros((2, 5))
    found[0, [RIGHT, NOWHERE]] = n_links - wrong, wrong
    seen = random.binomial(partners, listed)
    found[1, [RIGHT, THRESHOLD]] = n_unlinked - seen, seen
    records = np.array([LINKS, UNLINKED], np.float64)
    return Reviewed(np.array([True, False]), records, found, np.zeros(2))


def said(listed, random):
    """The share that a model says, which errs."""
    odds = listed / (1 - listed) * np.exp(random.normal(0, ERR))
    return modelled_reach(odds / (1 + odds))


def missed(cell, search):
    """How many matches are said to be missed."""
    recall = point(cell, Reviewers(search=search))[measures.RECALL]
    return (LINKS - WRONG) * (1 / recall - 1)


@pytest.mark.parametrize("listed", [0.45, 0.7, 0.9])
def test_missed_matches_are_as_many_as_there_are(listed):
    random = np.random.default_rng(3)
    cells = [reviewed(listed, random) for _ in range(600)]
    known = np.mean([missed(cell, modelled_reach(listed)) for cell in cells])
    assert known == pytest.approx(PARTNERS, rel=0.06)
    ranks = np.mean([missed(cell, reach(1, 0)) for cell in cells])
    assert ranks == pytest.approx(PARTNERS * listed / 0.95, rel=0.06)  # too few, as ranks have it


@pytest.mark.parametrize("listed", [0.45, 0.7, 0.9])
def test_intervals_hold_recall_where_the_model_errs(listed):
    random = np.random.default_rng(4)
    held = 0
    for _ in range(200):
        cell, search = reviewed(listed, random), said(listed, random)
        wanted = {
            "draws": 1_000,
            "wanted": (measures.RECALL,),
            "reviewers": Reviewers(search=search),
        }
        found = error_rates(cell, **wanted)[measures.RECALL]
        held += found.lower <= RECALL <= found.upper
        assert found.upper - found.lower < 0.15
    assert held >= 186  # .93: of 200 intervals of 95% fewer hold the truth once in a hundred


def test_no_share_is_taken_for_all_or_for_nothing():
    assert modelled_reach(1.0).share == pytest.approx(0.95)
    assert modelled_reach(0.0).share == pytest.approx(0.05)
