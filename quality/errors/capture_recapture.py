"""How many matches no blocking rule brought, from how the rules that brought the others overlap.

Rules are taken for traps and matches for animals: what was caught by few rules hints at what was
caught by none. The hint is one of a floor: rules that share a field, or records that are hard to
catch by any rule, leave more uncaught than any of these figures says.
"""

from dataclasses import dataclass
from itertools import combinations

import numpy as np

from linkage.model.normalise import Index, Reals

_MOST_RULES = 4
"""The log-linear model is of as many rules at most: with more, its cells are nearly all empty."""
_ROUNDS = 50


@dataclass(frozen=True)
class Uncaught:
    """Matches that no rule caught: by Chao's bound, and with every two rules dependent.

    ``two_way`` is None where fewer than three rules catch anything.
    """

    caught: float
    chao: float
    two_way: float | None

    @property
    def loss(self) -> float:
        """The share of all matches that no rule caught, by Chao's bound."""
        return _share(self.chao, self.caught)

    @property
    def range(self) -> tuple[float, float]:
        """The lowest and the highest share that the two models give."""
        shares = [self.loss]
        if self.two_way is not None:
            shares.append(_share(self.two_way, self.caught))
        return min(shares), max(shares)


def uncaught(histories: Index, weight: Reals, stratum: Index, chosen: tuple[int, ...]) -> Uncaught:
    """Estimate the matches that no rule caught, stratum by stratum.

    Parameters
    ----------
    histories
        (H,) the mask of the rules that caught a match.
    weight
        (H,) how many matches, in expectation, have the history.
    stratum
        (H,) index of the stratum: matches caught with like ease, such as with as many missing
        identifiers.
    chosen
        The rules of the log-linear model, by their place in the mask: those that share least.
    """
    caught, chao, two_way = 0.0, 0.0, 0.0
    known = False
    for each in np.unique(stratum):
        of = stratum == each
        caught += float(weight[of].sum())
        chao += chao_bound(histories[of], weight[of])
        found = all_two_way(histories[of], weight[of], chosen)
        known = known or found is not None
        two_way += found or 0.0
    return Uncaught(caught, chao, two_way if known else None)


def chao_bound(histories: Index, weight: Reals) -> float:
    """Return Chao's lower bound on the number that no rule caught.

    *Formula*: (R - 1)/R f1 (f1 - 1) / (2 (f2 + 1)), with f1 and f2 the numbers that exactly one and
    two of the R rules caught.

    Notes
    -----
    Source: Chao (1987), Biometrics 43, 783-791, for f1^2 / (2 f2); the bias-corrected form and the
    factor (R - 1)/R as they stand in the literature on species (not checked in the paper). Derived:
    by the Cauchy-Schwarz inequality, if each match is caught by R rules alike, with a chance of
    its own, then E f0 >= (R - 1)/(2 R) x (E f1)^2 / E f2.
    """
    rules = np.bitwise_or.reduce(histories[weight > 0], initial=0)
    n_rules = int(rules).bit_count()
    times = np.array([int(each).bit_count() for each in histories])
    once, twice = (float(weight[times == n].sum()) for n in (1, 2))
    if n_rules < 2:
        return 0.0
    return float((n_rules - 1) / n_rules * max(once * (once - 1), 0.0) / (2 * (twice + 1)))


def all_two_way(histories: Index, weight: Reals, chosen: tuple[int, ...]) -> float | None:
    """Return the number uncaught if any two rules may depend on each other, but no three.

    The log-linear model with all two-way terms, by Poisson regression on the cells of the
    ``chosen`` rules; for three rules n000 = n111 n100 n010 n001 / (n110 n101 n011). What only
    rules that were not chosen caught is taken off. Half a match is added to every cell where two
    rules never meet or never part.

    Returns
    -------
    float or None
        None where fewer than three rules caught anything.

    Notes
    -----
    Source: Bishop, Fienberg and Holland (1975), Discrete Multivariate Analysis, chapter 6 (not
    checked in the book); the closed form for three rules follows from the three-way odds ratio
    being set to 1.
    """
    caught = [r for r in chosen if weight[(histories >> r & 1) > 0].sum() > 0][:_MOST_RULES]
    if len(caught) < 3:
        return None
    met = np.stack([histories >> r & 1 for r in caught], axis=1)
    cell = met @ (1 << np.arange(len(caught)))
    n = np.bincount(cell, weights=weight, minlength=1 << len(caught)).astype(np.float64)
    elsewhere, counts = n[0], n[1:]
    cells = (np.arange(1, len(n))[:, None] >> np.arange(len(caught))) & 1
    pairs = np.stack([cells[:, a] * cells[:, b] for a, b in combinations(range(len(caught)), 2)], 1)
    if _separated(cells, counts):
        counts = counts + 0.5
    design = np.concatenate([np.ones((len(counts), 1)), cells, pairs], axis=1).astype(np.float64)
    return max(float(np.exp(_poisson(design, counts)[0])) - float(elsewhere), 0.0)


def _separated(cells: Index, counts: Reals) -> bool:
    """Say whether two rules never meet, or one never catches what the other does not."""
    return any(
        counts[(cells[:, a] == x) & (cells[:, b] == y)].sum() <= 0
        for a, b in combinations(range(cells.shape[1]), 2)
        for x, y in ((1, 1), (1, 0), (0, 1))
    ) or (cells.shape[1] == 3 and bool((counts <= 0).any()))


def _poisson(design: Reals, counts: Reals) -> Reals:
    """Return the coefficients of a log-linear Poisson regression, by Fisher scoring."""
    beta: Reals = np.linalg.lstsq(design, np.log(counts + 0.5), rcond=None)[0].astype(np.float64)
    for _ in range(_ROUNDS):
        mean = np.exp(np.clip(design @ beta, -30, 30))
        information = design.T @ (design * mean[:, None])
        # the shortest step, where counts say nothing of some direction
        step = np.linalg.lstsq(information, design.T @ (counts - mean), rcond=None)[0]
        beta = (beta + np.clip(step, -2, 2)).astype(np.float64)
        if float(np.abs(step).max()) < 1e-10:
            break
    return beta


def _share(uncaught_n: float, caught: float) -> float:
    total = uncaught_n + caught
    return uncaught_n / total if total > 0 else 0.0
