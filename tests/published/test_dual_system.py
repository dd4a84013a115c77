"""Dual-system estimates beside published figures, and beside the published corrections of them.

Without linkage error: figures of four textbooks, as the tests of the R package FSA (mrClosed) quote
them, and of Hyun et al. (2012).

With missed matches: Hyun, Reynolds and Galbreath (2012), Trans. Am. Fish. Soc. 141, 11-25, tables 1
and 7 (read in the paper). Fish are caught, tagged and caught again, and some lose their tag: a fish
on both lists that the second does not know for the first is a missed match. A part was tagged
twice, so that the recaptured of these tell the rate of loss, as a review tells recall.

With false links: no table of a paper could be read. Ding and Fienberg (1994) and Di Consiglio and
Tuoto (2015) correct by the chances of each error; that their estimates and the product's are one
is shown by computing both, on every size of error, and is what De Wolf, Van der Laan and Zult
(2019) say in their abstract: with the right parameters every such correction gives the estimate of
a perfect linkage.
"""

import numpy as np
import pytest
from scipy.optimize import minimize
from scipy.special import expit, gammaln

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


SINGLE, DOUBLE, SECOND = 2_807, 491, 11_444
"""Fish given one tag, given two, and caught the second time (Hyun et al., table 1)."""

SEEN_SINGLE, SEEN_ONE_OF_TWO, SEEN_BOTH = 218, 24, 35
"""Of those caught twice: seen with their one tag, with one tag of two, with both."""

FIRST, LINKS = SINGLE + DOUBLE, SEEN_SINGLE + SEEN_ONE_OF_TWO + SEEN_BOTH


def test_missed_matches_left_alone():
    """Modified Petersen: 135,816 fish, standard error 7,686."""
    assert round(chapman(FIRST, SECOND, LINKS)) == 135_816
    drawn = people_by_chance(
        FIRST, SECOND, np.full(100_000, float(LINKS)), np.random.default_rng(1)
    )
    assert drawn.std() == pytest.approx(7_686, rel=0.01)


def test_missed_matches_put_right():
    """Full likelihood: 102,970 fish, standard error 8,930; rate of loss 0.27 (0.05).

    The likelihood, maximised here, gives the published figures, and with them the rate of loss to
    more digits. Drawn are the rate and, given it, the tags kept: a review tells the share of
    matches found, the rate of loss only what to expect of it.
    """
    people, loss = _full_likelihood()
    assert people == pytest.approx(102_970, rel=1e-4)
    assert loss == pytest.approx(0.27, abs=0.005)

    matches = true_matches(LINKS, precision=1.0, recall=_found(loss))
    assert chapman(FIRST, SECOND, matches) == pytest.approx(102_970, rel=0.005)

    random = np.random.default_rng(1)
    kept = _found(np.clip(random.normal(loss, 0.05, 100_000), 0.0, 1.0))
    kept = random.binomial(round(matches), kept) / round(matches)
    drawn = people_by_chance(FIRST, SECOND, true_matches(LINKS, 1.0, kept), random)
    assert np.median(drawn) == pytest.approx(102_970, rel=0.01)
    assert drawn.std() == pytest.approx(8_930, rel=0.05)


def _found(loss):
    """Return the share of the fish caught twice that are seen to be: those with a tag left."""
    return (SINGLE * (1 - loss) + DOUBLE * (1 - loss**2)) / FIRST


def _full_likelihood():
    """Return the number of fish and the rate of loss that maximise equation 6 of the paper."""
    fitted = minimize(
        _minus_log_likelihood, [np.log(1e5), -3.4, -2.1, -1.0], method="Nelder-Mead", tol=1e-8
    )
    return np.exp(fitted.x[0]), expit(fitted.x[3])


def _minus_log_likelihood(parameters):
    """Equations 2 to 5: who is tagged is binomial, what is seen the second time multinomial."""
    people, (first, second, loss) = np.exp(parameters[0]), expit(parameters[1:])
    single, double = first * SINGLE / FIRST * second, first * DOUBLE / FIRST * second
    seen = {
        SEEN_SINGLE: single * (1 - loss),
        SEEN_ONE_OF_TWO: double * 2 * loss * (1 - loss),
        SEEN_BOTH: double * (1 - loss) ** 2,
    }
    seen[SECOND - LINKS] = second - sum(seen.values())
    ways = 2 * gammaln(people + 1) - gammaln(people - FIRST + 1) - gammaln(people - SECOND + 1)
    tagged = FIRST * np.log(first) + (people - FIRST) * np.log1p(-first)
    caught = sum(n * np.log(chance) for n, chance in seen.items())
    return -(ways + tagged + caught + (people - SECOND) * np.log1p(-second))
