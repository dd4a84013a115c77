"""The size of a population from two lists of it: dual-system estimates, linkage errors put right.

Two lists that miss people independently of each other tell how many both miss: the share of the
second list that the first holds is the share of everyone that the first holds. What links count is
not who is on both lists, though: some links are false and some matches are missed.
"""

from typing import TypeVar

import numpy as np

from linkage.model.normalise import Reals

Number = TypeVar("Number", float, Reals)


def chapman(first: float, second: float, matches: Number) -> Number:
    """Return the number of people: (n1 + 1)(n2 + 1) / (m + 1) - 1.

    Parameters
    ----------
    first, second
        People on each list, n1 and n2.
    matches
        People on both, m, which need not be whole: a number, or draws (draws,) of it.

    Notes
    -----
    Source: Chapman (1951), who takes the bias and the infinite mean from n1 n2 / m, the estimate of
    Petersen and Lincoln; read in ECLAC's guidelines for post-enumeration surveys, chapter 4, and
    checked against published figures in ``tests/published``.

    Examples
    --------
    >>> round(chapman(200, 100, 50), 2)
    397.06
    """
    return (first + 1) * (second + 1) / (matches + 1) - 1


def true_matches(links: float, precision: Number, recall: Number) -> Number:
    """Return how many people are on both lists, from links that err in both ways: L p / r.

    *Derivation*: of L links, L p are right; they are the share r of all matches. With no false
    link (p = 1) this is m = L / alpha of Ding and Fienberg (1994), alpha the chance that a match
    is linked. With false links arising at the rate beta among the n2 - m records that have no
    match, L = alpha m + beta (n2 - m), so m = (L - beta n2) / (alpha - beta): the same number,
    with r = alpha and p = alpha m / L. So the correction needs neither who errs nor how many
    records could, only what a review measures.

    Notes
    -----
    Source: Ding and Fienberg (1994), Survey Methodology 20, 149-158; Di Consiglio and Tuoto
    (2015), J. Off. Stat. 31, 415-429, for false links in both directions. Their equations were not
    read in the papers; that the parameters of both can be chosen to give the Petersen estimate of
    a perfect linkage is said by De Wolf, Van der Laan and Zult (2019), J. Off. Stat. 35, in their
    abstract. For missed matches it is held against the figures of Hyun, Reynolds and Galbreath
    (2012), Trans. Am. Fish. Soc. 141, 11-25, in ``tests/published``.

    Examples
    --------
    >>> round(true_matches(50, 0.9, 0.75), 2)
    60.0
    """
    return links * precision / recall


def matches_by_chance(
    first: float, second: float, matches: Reals, random: np.random.Generator
) -> Reals:
    """Draw how many people could have been on both lists, had chance fallen otherwise.

    *Formula*: m* = s Beta(m c / s + 1/2, (s - m) c / s + 1/2), where s and l are the smaller and
    the larger of n1 and n2 and c = n1 n2 / (l - m) - 1. Without the halves, which keep a draw away
    from certainty as Jeffreys' prior does, its variance is m (n1 - m)(n2 - m) / (n1 n2): that of m
    given the sizes of both lists. By the delta method that gives the number of people the variance
    n1 n2 (n1 - m)(n2 - m) / m^3 of Sekar and Deming (1949), J. Am. Stat. Assoc. 44, 101-115 (read
    in the same guidelines, not in the paper).

    Parameters
    ----------
    matches
        (draws,) people on both lists, cut at the smaller list.
    """
    smaller, larger = min(first, second), max(first, second)
    held = np.clip(matches, 0.0, smaller)
    concentration = first * second / np.maximum(larger - held, 0.5) - 1
    share = held / smaller
    drawn: Reals = smaller * random.beta(
        share * concentration + 0.5, (1 - share) * concentration + 0.5
    )
    return drawn


def people_by_chance(
    first: float, second: float, matches: Reals, random: np.random.Generator
) -> Reals:
    """Draw the number of people (draws,) from draws of those on both lists (draws,)."""
    return chapman(first, second, matches_by_chance(first, second, matches, random))


def around(people: float, drawn: Reals) -> Reals:
    """Return draws of a number of people (draws,) moved so that their middle is the estimate.

    Draws of error rates allow for one error that nobody saw, so that where few were found they lie
    to one side of the estimate; limits taken from them as they are held the truth of a sum of
    groups in 91 % of such repeats, moved ones in 99 % (``benchmarks/bias/population.py``).
    """
    moved: Reals = drawn * (people / np.median(drawn))
    return moved
