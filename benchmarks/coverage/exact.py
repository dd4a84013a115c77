"""An exact interval for a total from a stratified sample, to hold ours against.

The test of "there are E errors in all" by the weighted estimator T = sum of N_h e_h / n_h is
inverted: E stays in the interval while some way to share E errors among the strata gives a T at
least (at most) as large as the one observed with a probability above half of 1 - level. Each e_h is
hypergeometric, so there is no approximation but the grid of T. Follows Wendell and Schmee (1996),
"Exact inference for proportions from a stratified finite population", J. Am. Stat. Assoc. 91,
825-830 (not checked in the paper: rebuilt from its idea).

The worst way to share E is sought by climbing from several starts, so that it can be missed: the
interval is then a little too narrow, never too wide.
"""

from collections.abc import Callable

import numpy as np
import numpy.typing as npt
from scipy.special import gammaln

Reals = npt.NDArray[np.float64]
Index = npt.NDArray[np.int64]
Waves = npt.NDArray[np.complex128]

_GRID = 2_048
_NEGLIGIBLE = 1e-12


def exact_limits(
    records: Index, reviewed: Index, errors: Index, level: float = 0.95
) -> tuple[int, int]:
    """Return the least and the greatest total of errors that the sample does not reject.

    Parameters
    ----------
    records, reviewed, errors
        (H,) records of each stratum, how many were reviewed (at least one), errors among these.
    """
    whole = records == reviewed
    seen_whole = int(errors[whole].sum())
    if whole.all():
        return seen_whole, seen_whole
    strata = _Strata(records[~whole], reviewed[~whole], errors[~whole])
    tail = (1 - level) / 2
    seen, most = int(strata.errors.sum()), int((strata.room + strata.errors).sum())
    lower = _turn(lambda e: strata.can_be(e, tail, at_least=True), seen, most)
    upper = most - _turn(lambda e: strata.can_be(most - e, tail, at_least=False), 0, most - seen)
    return lower + seen_whole, upper + seen_whole


def _turn(holds: Callable[[int], bool], low: int, high: int) -> int:
    """Return the least number from which on ``holds``, which it does at ``high``."""
    while low < high:
        middle = (low + high) // 2
        low, high = (low, middle) if holds(middle) else (middle + 1, high)
    return low


class _Strata:
    """Sampled strata, and the distribution of T given the errors of each, by its Fourier transform.

    Counts are at a place of a grid of T, rounded a stratum at a time. T rounded so is a statistic
    too, and the test by it is as exact.
    """

    def __init__(self, records: Index, reviewed: Index, errors: Index) -> None:
        self.records, self.reviewed, self.errors = records, reviewed, errors
        self.room = records - reviewed
        weight = records / reviewed * (_GRID - 1) / (records.sum() * 1.001)
        frequency = np.arange(_GRID // 2 + 1) * (-2j * np.pi / _GRID)
        places = [np.rint(np.arange(n + 1) * w) for n, w in zip(reviewed, weight, strict=True)]
        self._waves = [np.exp(np.outer(place, frequency)) for place in places]
        self._known: dict[tuple[int, int], Waves] = {}
        at = int(sum(place[e] for place, e in zip(places, errors, strict=True)))
        self._above, self._below = np.zeros(_GRID), np.zeros(_GRID)
        self._above[at:] = 1.0
        self._below[: at + 1] = 1.0

    def can_be(self, total: int, enough: float, *, at_least: bool) -> bool:
        """Say whether some sharing of ``total`` gives T as observed a chance above ``enough``.

        T at least, or at most, as large as the one observed.
        """
        tail = np.conj(np.fft.rfft(self._above if at_least else self._below)) / _GRID
        tail[1 : _GRID // 2] *= 2
        starts = self._starts(total - int(self.errors.sum()))
        return any(self._climb(start, tail, enough) for start in starts)

    def _wave(self, h: int, errors: int) -> Waves:
        """Return the transform of stratum h's part of T, where it holds so many errors."""
        if (h, errors) not in self._known:
            n, total = int(self.reviewed[h]), int(self.records[h])
            chance = _hypergeometric(n, total, errors)
            likely = np.flatnonzero(chance > _NEGLIGIBLE)
            near = slice(likely[0], likely[-1] + 1)
            self._known[h, errors] = chance[near] @ self._waves[h][near]
        return self._known[h, errors]

    def _climb(self, extra: Index, tail: Waves, enough: float) -> bool:
        """Move errors between strata while it pays, in ever smaller steps, until it is enough."""
        step = max(int(extra.sum()) // 2, 1)
        waves = [self._wave(h, int(e)) for h, e in enumerate(self.errors + extra)]
        value = _chance(np.prod(waves, axis=0), tail)
        while step and value <= enough:
            move = self._move(extra, waves, tail, value, step)
            if move is None:
                step //= 4
                continue
            for h, by in zip(move, (step, -step), strict=True):
                extra[h] += by
                waves[h] = self._wave(h, int(self.errors[h] + extra[h]))
            new = _chance(np.prod(waves, axis=0), tail)
            if new <= value + 1e-6:
                step //= 4
            value = max(value, new)
        return value > enough

    def _move(
        self, extra: Index, waves: list[Waves], tail: Waves, value: float, step: int
    ) -> tuple[int, int] | None:
        """Return the strata to and from which moving ``step`` promises most, judged one by one."""
        n = len(extra)
        gain, loss = np.full(n, -np.inf), np.full(n, -np.inf)
        others = _products_of_others(waves)
        for h, held in enumerate((self.errors + extra).tolist()):
            if extra[h] + step <= self.room[h]:
                gain[h] = _chance(others[h] * self._wave(h, held + step), tail) - value
            if extra[h] >= step:
                loss[h] = _chance(others[h] * self._wave(h, held - step), tail) - value
        both = gain[:, None] + loss[None, :]
        np.fill_diagonal(both, -np.inf)
        to, source = divmod(int(np.argmax(both)), n)
        return (to, source) if both[to, source] > 1e-6 else None

    def _starts(self, spare: int) -> list[Index]:
        """Return ways to share: evenly, and filling the least and the most sampled first."""
        even = np.floor(self.room * (spare / int(self.room.sum()))).astype(np.int64)
        starts = [self._filled(even, spare - int(even.sum()), np.argsort(-self.room))]
        by_rate = np.argsort(self.reviewed / self.records, kind="stable")
        nothing = np.zeros_like(self.room)
        return [*starts, *(self._filled(nothing, spare, o) for o in (by_rate, by_rate[::-1]))]

    def _filled(self, extra: Index, spare: int, order: Index) -> Index:
        extra = extra.copy()
        for h in order:
            more = min(int(self.room[h] - extra[h]), spare)
            extra[h] += more
            spare -= more
        return extra


def _chance(wave: Waves, tail: Waves) -> float:
    return float((wave @ tail).real)


def _products_of_others(waves: list[Waves]) -> list[Waves]:
    """Return, for each stratum, the product of all others' transforms."""
    n, one = len(waves), np.ones_like(waves[0])
    before, after = [one], [one]
    for h in range(n - 1):
        before.append(before[-1] * waves[h])
        after.append(after[-1] * waves[n - 1 - h])
    return [b * a for b, a in zip(before, after[::-1], strict=True)]


def _hypergeometric(n: int, total: int, errors: int) -> Reals:
    """Return the chances of 0 .. n errors among n of ``total``, ``errors`` of them wrong."""
    found = np.arange(n + 1)
    possible = (found <= errors) & (n - found <= total - errors)
    found = found[possible]
    chance = np.zeros(n + 1)
    chance[possible] = np.exp(
        _log_choose(errors, found)
        + _log_choose(total - errors, n - found)
        - _log_choose(total, np.array(n))
    )
    return chance


def _log_choose(n: int, k: npt.NDArray[np.int64]) -> Reals:
    chosen: Reals = gammaln(n + 1) - gammaln(k + 1) - gammaln(n - k + 1)
    return chosen
