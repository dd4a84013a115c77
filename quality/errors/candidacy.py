"""Which matches blocking would have let through, given how they agree.

m is learnt from candidates, and a match with several errors never becomes one: what is learnt is
too sharp. The rules say which pairs become candidates; given a pair's pattern that is almost
certain (a rule on the surname is met where surnames agree exactly) or a matter of chance (a surname
that is only close may have the same phonetic code). The chance is learnt from the candidates
themselves: whether a rule is met is seen on every pair that another rule has brought.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from linkage.model.normalise import Index, Reals
from linkage.model.parameters import Gammas
from quality.errors.match_class import MatchClass, TwoQualities

Flags = npt.NDArray[np.bool_]

_DRAWS = 20_000
_ROUNDS = 40
_LEAST_WEIGHT = 0.01
"""Of a pair that is hardly a match: it still shows what a rule asks."""
_LEAST_FOUND = 0.5
"""No more than half of the matches are taken to be lost: beyond, nothing is known of them."""


@dataclass(frozen=True)
class Drawn:
    """Patterns that matches could show, drawn at random, and the chance that blocking finds each.

    ``gammas`` (draws, comparisons); ``found`` (draws,) P(candidate | match, pattern); ``weight``
    (groups, draws) how often each came in a group, divided by the density it was drawn from.
    """

    gammas: Gammas
    found: Reals
    weight: Reals

    def not_found(self, match: MatchClass, expected: Reals) -> Reals:
        """Return expected matches that are no candidates, (groups, draws).

        *Formula*: N_g / B_g x f_g(d) (1 - found(d)), with f_g the class's chance of the drawn
        pattern, B_g = sum of f_g(d) found(d) and N_g the expected matches among the candidates.

        Parameters
        ----------
        expected
            Expected matches among the candidates, (groups,).
        """
        chance = np.exp2(match.log2_m(self.gammas)) * self.weight
        chance = chance / chance.sum(axis=1, keepdims=True)
        found = np.maximum(chance @ self.found, _LEAST_FOUND)
        lost: Reals = (expected / found)[:, None] * chance * (1 - self.found)
        return lost


def met_chances(
    gammas: Gammas, pattern: Index, rules: Index, p: Reals, n_levels: Sequence[int]
) -> list[list[Reals]]:
    """Return for each rule P(comparison lets it be met | level): (levels + 1,) per comparison.

    A rule is met where every comparison lets it be (noisy and): P(met | pattern) is the product.
    Fitted by EM on the pairs that another rule has brought, each weighted by ``p``. Rules are
    taken to be met independently of each other given the pattern. The last entry of each vector
    is of a missing value.

    Parameters
    ----------
    pattern, rules, p
        (P,) row of ``gammas``, mask of the rules met, and match probability of each pair.
    n_levels
        Of each comparison.
    """
    width = int(rules.max(initial=0)).bit_length()
    key, place = np.unique(pattern * (1 << width) + rules, return_inverse=True)
    weight = np.bincount(place, weights=np.maximum(p, _LEAST_WEIGHT)).astype(np.float64)
    mask, levels = key % (1 << width), gammas[key >> width]
    fitted, top = [], np.array(n_levels) - 1
    for rule in range(width):
        met = (mask >> rule & 1) > 0
        seen = (mask & ~(1 << rule)) > 0
        if (met & seen).any():
            passed = _levels_passed(levels, met, weight, top)
            fitted.append(_noisy_and(levels[seen], met[seen], weight[seen], passed))
    return fitted


def _levels_passed(levels: Gammas, met: Flags, weight: Reals, top: Index) -> list[Reals]:
    """Return 0 for each level that some pair shows and none that meets the rule, 1 for the others.

    A level that no candidate shows is said to stop nothing: else any number of matches could stand
    there unseen.
    """
    made = []
    for g, t in zip(levels.T, top, strict=True):
        shown, passing = _by_level(g, t, weight), _by_level(g, t, weight * met)
        made.append(((passing > 0) | (shown <= 0)).astype(np.float64))
    return made


def _noisy_and(levels: Gammas, met: Flags, weight: Reals, first: list[Reals]) -> list[Reals]:
    """Return P(comparison lets the rule be met | level), by EM over which comparison stops it.

    ``first`` holds for half a pair at every level: most levels of comparisons that the rule does
    not ask are never seen where another rule had to bring the pair.
    """
    top = np.array([len(each) - 2 for each in first])
    chances = [0.1 + 0.8 * each for each in first]
    totals = [_by_level(g, t, weight) for g, t in zip(levels.T, top, strict=True)]
    for _ in range(_ROUNDS):
        each = [chance[g] for chance, g in zip(chances, levels.T, strict=True)]
        every = np.minimum(np.prod(each, axis=0), 1 - 1e-9)
        for k, (g, t) in enumerate(zip(levels.T, top, strict=True)):
            passed = np.where(met, 1.0, (each[k] - every) / (1 - every)) * weight
            chances[k] = (_by_level(g, t, passed) + 0.5 * first[k]) / (totals[k] + 0.5)
    return chances


def _by_level(gamma: Index, top: int, weight: Reals) -> Reals:
    """Return the sums of weight by level, (top + 2,), the last of missing values."""
    at = np.where(gamma < 0, top + 1, gamma)
    return np.bincount(at, weights=weight, minlength=top + 2).astype(np.float64)


def drawn(match: TwoQualities, observed: Reals, chances: list[list[Reals]], seed: int = 1) -> Drawn:
    """Draw patterns, half of good matches and half of bad, and weigh them for every group.

    Parameters
    ----------
    match
        What is drawn from: wide enough that every pattern that matters is drawn.
    observed
        (groups, comparisons), how often a comparison is not missing, above 0.
    chances
        What :func:`met_chances` returned.
    """
    random, good, bad = np.random.default_rng(seed), match.good_m, match.bad_m
    halves = [_draw(random, m, observed.mean(axis=0), _DRAWS // 2) for m in (good, bad)]
    gammas, times = np.unique(np.concatenate(halves), axis=0, return_counts=True)
    density = 0.5 * (_chance(good, gammas) + _chance(bad, gammas))
    seen = gammas >= 0
    ratio = np.where(
        seen[None],
        (observed / observed.mean(axis=0))[:, None, :],
        ((1 - observed) / np.maximum(1 - observed.mean(axis=0), 1e-9))[:, None, :],
    )
    lost = np.ones(len(gammas))
    for rule in chances:
        lost *= 1 - np.prod([c[g] for c, g in zip(rule, gammas.T, strict=True)], axis=0)
    return Drawn(gammas, 1 - lost, ratio.prod(axis=2) * times / density)


def _draw(random: np.random.Generator, m: tuple[Reals, ...], observed: Reals, n: int) -> Gammas:
    columns = []
    for each, share in zip(m, observed, strict=True):
        level = random.choice(len(each), size=n, p=each)
        columns.append(np.where(random.random(n) < share, level, -1))
    return np.stack(columns, axis=1)


def _chance(m: tuple[Reals, ...], gammas: Gammas) -> Reals:
    chances: Reals = np.prod(
        [np.append(each, 1.0)[g] for each, g in zip(m, gammas.T, strict=True)], axis=0
    )
    return chances
