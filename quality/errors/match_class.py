"""How matched pairs agree: one kind of record, or good records and bad ones.

A record written badly is wrong in several fields at once. One m for all takes these errors as
independent, and so is surest where it errs. The anchored two-quality class says instead that with
probability w a match is of bad quality, and that the log-odds of an error in every comparison are
then higher by one shift that all comparisons share. Nothing else is free, so it cannot drift to
explain something other than matches.
"""

from dataclasses import dataclass
from typing import Protocol, Self

import numpy as np

from linkage.model.normalise import Reals
from linkage.model.parameters import Gammas

MOST_BAD = 0.6
_LEAST_SHIFT = 0.2
_USUAL_SHIFT = 2.5
"""Of a bad record, in log-odds; the estimate is drawn to it by a normal prior of deviation 1."""


class MatchClass(Protocol):
    """P(pattern | match), by group."""

    def log2_m(self, gammas: Gammas) -> Reals:
        """Return log2 P(pattern | match, not missing) per group, (groups, patterns)."""

    def levels(self) -> tuple[Reals, ...]:
        """Return m of each comparison's levels, all groups together: (levels,) each."""

    def maximised(self, gammas: Gammas, expected: Reals) -> Self:
        """Return the class that expected matches, (groups, patterns), make most likely."""

    def change(self, other: Self) -> float:
        """Return the largest difference of a parameter."""


@dataclass(frozen=True)
class OneQuality:
    """Comparisons independent given a match: ``m`` (levels,) per comparison, of all groups."""

    m: tuple[Reals, ...]

    def log2_m(self, gammas: Gammas) -> Reals:
        """Return log2 P(pattern | match), (1, patterns): groups do not differ."""
        return _log2(self.m, gammas)[None]

    def levels(self) -> tuple[Reals, ...]:
        """Return m."""
        return self.m

    def maximised(self, gammas: Gammas, expected: Reals) -> "OneQuality":
        """Return m as shares of the expected matches, half a pair added to every level."""
        return OneQuality(
            tuple(
                each / each.sum()
                for each in (n + 0.5 for n in _level_sums(self.m, gammas, expected.sum(axis=0)))
            )
        )

    def change(self, other: "OneQuality") -> float:
        """Return the largest difference of an m."""
        return max(float(np.abs(a - b).max()) for a, b in zip(self.m, other.m, strict=True))


@dataclass(frozen=True)
class TwoQualities:
    """Good and bad records: the anchored two-quality class.

    ``error`` (comparisons,) is the chance that a good match is not at the strictest level;
    ``split[k]`` how errors fall on the other levels, lowest first, in good and bad alike;
    ``shift`` what a bad record adds to the log-odds of every error; ``bad`` (groups,) the share of
    bad matches.
    """

    error: Reals
    split: tuple[Reals, ...]
    shift: float
    bad: Reals

    @property
    def good_m(self) -> tuple[Reals, ...]:
        """The m of good records."""
        return self._m(self.error)

    @property
    def bad_m(self) -> tuple[Reals, ...]:
        """The m of bad records."""
        return self._m(_logistic(_logit(self.error) + self.shift))

    def log2_m(self, gammas: Gammas) -> Reals:
        """Return log2 P(pattern | match) per group, (groups, patterns)."""
        good, bad = _log2(self.good_m, gammas), _log2(self.bad_m, gammas)
        return np.logaddexp2(
            np.log2(1 - self.bad)[:, None] + good[None], np.log2(self.bad)[:, None] + bad[None]
        )

    def levels(self) -> tuple[Reals, ...]:
        """Return m of all matches, groups of equal weight."""
        share = float(self.bad.mean())
        return tuple(
            (1 - share) * good + share * bad
            for good, bad in zip(self.good_m, self.bad_m, strict=True)
        )

    def bad_given(self, gammas: Gammas) -> Reals:
        """Return P(bad | match, pattern) per group, (groups, patterns)."""
        ratio = np.exp2(_log2(self.good_m, gammas) - _log2(self.bad_m, gammas))
        odds = (1 - self.bad) / self.bad
        shares: Reals = 1 / (1 + ratio[None] * odds[:, None])
        return shares

    def maximised(self, gammas: Gammas, expected: Reals) -> "TwoQualities":
        """Return the class that expected matches make most likely, one Newton run inside.

        Weak priors keep it in place where there is little: one bad and three good matches a
        group, half a match on every level, a shift about 2.5.
        """
        bad = expected * self.bad_given(gammas)
        share = np.clip((bad.sum(axis=1) + 1) / (expected.sum(axis=1) + 4), 0.005, MOST_BAD)
        of_bad = _level_sums(self.split, gammas, bad.sum(axis=0), above=1)
        of_good = _level_sums(self.split, gammas, (expected - bad).sum(axis=0), above=1)
        wrong = [(g[:-1] + b[:-1] + 0.125) for g, b in zip(of_good, of_bad, strict=True)]
        counts = [
            np.array([[n[:-1].sum(), n[-1]] for n in of]) + prior
            for of, prior in ((of_good, [0.05, 0.45]), (of_bad, [0.125, 0.125]))
        ]
        error, shift = _newton(_logit(self.error), self.shift, *counts)
        return TwoQualities(error, tuple(w / w.sum() for w in wrong), shift, share)

    def change(self, other: "TwoQualities") -> float:
        """Return the largest difference of an error rate, a tenth of the shift, or a share."""
        return max(
            float(np.abs(self.error - other.error).max()),
            abs(self.shift - other.shift) / 10,
            float(np.abs(self.bad - other.bad).max()),
        )

    def _m(self, error: Reals) -> tuple[Reals, ...]:
        return tuple(
            np.append(e * split, 1 - e) for e, split in zip(error, self.split, strict=True)
        )


def two_qualities(m: tuple[Reals, ...], n_groups: int) -> TwoQualities:
    """Return where the two-quality class starts: .15 of matches bad, most of them wrong oftener."""
    return TwoQualities(
        error=np.array([0.6 * (1 - each[-1]) for each in m]),
        split=tuple(each[:-1] / each[:-1].sum() for each in m),
        shift=2.0,
        bad=np.full(n_groups, 0.15),
    )


def _newton(intercept: Reals, shift: float, good: Reals, bad: Reals) -> tuple[Reals, float]:
    """Return error rates and shift of a logistic regression: an intercept each, one shift of bad.

    Parameters
    ----------
    good, bad
        Wrong and right, (comparisons, 2).
    """
    n, at = len(intercept), np.arange(len(intercept))
    for _ in range(4):
        p_good, p_bad = _logistic(intercept), _logistic(intercept + shift)
        slope_good = good[:, 0] - good.sum(axis=1) * p_good
        slope_bad = bad[:, 0] - bad.sum(axis=1) * p_bad
        gradient = np.append(slope_good + slope_bad, slope_bad.sum() - (shift - _USUAL_SHIFT))
        spread = bad.sum(axis=1) * p_bad * (1 - p_bad)
        curve = np.zeros((n + 1, n + 1))
        curve[at, at] = good.sum(axis=1) * p_good * (1 - p_good) + spread
        curve[at, n] = curve[n, at] = spread
        curve[n, n] = spread.sum() + 1
        # a comparison that no match shows has no slope either: it stays where it is
        step = np.clip(np.linalg.lstsq(curve, gradient, rcond=None)[0], -1, 1)
        intercept, shift = intercept + step[:-1], float(shift + step[-1])
    return _logistic(intercept), max(shift, _LEAST_SHIFT)


def _level_sums(
    shapes: tuple[Reals, ...], gammas: Gammas, weight: Reals, above: int = 0
) -> list[Reals]:
    """Return how much weight stands at each level of each comparison, missing left out."""
    sums = []
    for k, shape in enumerate(shapes):
        seen = gammas[:, k] >= 0
        found = np.bincount(gammas[seen, k], weights=weight[seen], minlength=len(shape) + above)
        sums.append(found.astype(np.float64))
    return sums


def _log2(m: tuple[Reals, ...], gammas: Gammas) -> Reals:
    total = np.zeros(len(gammas))
    for k, each in enumerate(m):
        total += np.append(np.log2(each), 0.0)[gammas[:, k]]
    return total


def _logit(p: Reals) -> Reals:
    values: Reals = np.log(p / (1 - p))
    return values


def _logistic(x: Reals) -> Reals:
    values: Reals = 1 / (1 + np.exp(-x))
    return values
