"""Dual-system estimates beside published figures, and beside the published corrections of them.

Without linkage error: figures of four textbooks, as the tests of the R package FSA (mrClosed) quote
them. With linkage error: no table of a paper could be read. Ding and Fienberg (1994) and Di
Consiglio and Tuoto (2015) correct by the chances of each error; that their estimates and the
product's are one is shown by computing both, on every size of error, and is what De Wolf, Van der
Laan and Zult (2019) say in their abstract: with the right parameters every such correction gives
the estimate of a perfect linkage.
"""

import numpy as np
import pytest

from quality.bias.dual_system import chapman, people_by_chance, true_matches


@pytest.mark.parametrize(
    ("first", "second", "matches", "published"),
    [
        (948, 421, 167, 2383),  # Krebs (1989), box 2.1
        (109, 177, 57, 337),  # Ricker (1975)
        (421, 332, 88, 1578),  # Pine et al. (2013), box 11.2
        (500, 149, 7, 9393),  # Seber (2002), tables 3.7 and 3.8
        (1000, 243, 21, 11101),
    ],
)
def test_without_linkage_error(first, second, matches, published):
    assert round(chapman(first, second, matches)) == published


def test_limits_lie_about_those_published():
    """Pine et al. (2013), box 11.2: 1330 to 1826, symmetric; drawn ones lie to the right."""
    drawn = people_by_chance(421, 332, np.full(100_000, 88.0), np.random.default_rng(1))
    lower, upper = np.quantile(drawn, [0.025, 0.975])
    assert 1330 < lower < 1330 * 1.05
    assert 1826 < upper < 1826 * 1.05


@pytest.mark.parametrize("alpha", [0.8, 0.95, 1.0])
@pytest.mark.parametrize("beta", [0.0, 0.02, 0.1])
def test_with_linkage_error_a_review_gives_what_the_chances_of_errors_give(alpha, beta):
    """Links arise from matches with the chance alpha, from other records with the chance beta."""
    first, second, matches = 9_000, 8_000, 7_200
    links = alpha * matches + beta * (second - matches)
    by_chances = (links - beta * second) / (alpha - beta)
    by_review = true_matches(links, precision=alpha * matches / links, recall=alpha)
    assert by_review == pytest.approx(by_chances)
    assert chapman(first, second, by_review) == pytest.approx(chapman(first, second, matches))
