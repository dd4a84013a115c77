"""Printed rates of error read back: between which numbers of people those in error lie.

Written from what is documented of bands: each is of as many people as the threshold or more, how
many there are follows from the published number of records, and limits are Wilson's of the edges.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import ceil, floor, isclose

from benchmarks.disclosure.facts import (
    BLOCKED_OUT,
    ELSEWHERE,
    MATCHES,
    NO_LIMIT,
    RECORDS,
    RIGHT,
    UNDER_THRESHOLD,
    Constraint,
    Count,
)
from benchmarks.disclosure.released import Key, Place, Printed, Release
from quality.proportion import Interval, difference, wilson
from quality.release.compared import possible

_MOST = 1000
_WIDTHS = tuple(2**at for at in range(12))
_PRINTED = 1e-6
"""How near a limit is printed, at least."""
_LINKED = "linked"

Sum = Mapping[Count, int]

_ERRORS: Mapping[str, tuple[str, tuple[str, ...]]] = {
    "precision": (_LINKED, (_LINKED, RIGHT)),
    "recall": (MATCHES, (MATCHES, RIGHT)),
    "coverage": (RECORDS, (RECORDS, MATCHES)),
    "blocking_recall": (MATCHES, (BLOCKED_OUT,)),
    "blocking_loss": (MATCHES, (BLOCKED_OUT,)),
    "threshold_loss": (MATCHES, (UNDER_THRESHOLD,)),
    "assignment_loss": (MATCHES, (ELSEWHERE,)),
}
"""By rate: of whom it is a share, and those in error, the first less the second where two stand."""
_ALONE = ("precision", "coverage")
_OF_ERRORS = ("blocking_loss", "threshold_loss", "assignment_loss")
_MOVED = (*_OF_ERRORS, "blocking_recall")
"""Figures that are moved within their bands, so that they add up."""


@dataclass(frozen=True)
class Band:
    """``at`` of ``of`` bands, of a whole that numbers more than ``least``, and up to ``most``."""

    at: int
    of: int
    size: int
    least: int
    most: int

    def errors(self, level: float) -> Interval:
        """Return what is printed of the rate of error."""
        low, high = self.at / self.of, (self.at + 1) / self.of
        lower = wilson(low * self.size, self.size, level).lower
        upper = wilson(high * self.size, self.size, level).upper
        middle = round((low + high) / 2, 3) or (low + high) / 2
        return Interval(middle, floor(lower * 1e3) / 1e3, ceil(upper * 1e3) / 1e3, level)


def banded(at: int, release: Release, truth: Mapping[Count, int]) -> Iterator[Constraint]:
    """Yield what the printed rates of release ``at`` say of the numbers behind them.

    Where the figures fit bands of several widths, the reader takes the widest. Rates that add up
    are cut alike, so that one tells the width of the others.

    Raises
    ------
    ValueError
        When the true band would have been printed otherwise.
    """
    families: dict[tuple[str, Place, bool], list[Printed]] = defaultdict(list)
    for each in release.printed:
        family = each.rate if each.rate in _ALONE else "recall"
        families[family, each.place, each.gap is not None].append(each)
    for members in families.values():
        found = (_banded(at, release, truth, members, width) for width in reversed(_WIDTHS))
        constraints = next((each for each in found if each is not None), None)
        if constraints is None:
            raise ValueError(f"{members} are not how these would be printed")
        yield from constraints


def _banded(
    at: int,
    release: Release,
    truth: Mapping[Count, int],
    members: Sequence[Printed],
    width: int,
) -> list[Constraint] | None:
    """Return what rates that were cut alike say, if their bands are so wide; None where not."""
    made = list[Constraint]()
    for each in members:
        whole, errors = _sums(at, each)
        band = _band(each, release, width, _sum(whole, truth), _sum(errors, truth))
        if band is None or not _fits(each, band):
            return None
        made.append(Constraint(whole, band.least + 1, band.most))
        made.append(Constraint(_weighted((errors, band.of), (whole, -band.at)), 0, _LARGE))
        if band.at < band.of - 1:
            upper = _weighted((errors, band.of), (whole, -band.at - 1))
            made.append(Constraint(upper, -_LARGE, -1))
    return made


_LARGE = NO_LIMIT * _MOST


def _band(each: Printed, release: Release, width: int, n: int, k: int) -> Band | None:
    """Return the band of ``k`` in error of ``n``; None where there are too few for two.

    ``width`` is how many times as wide as the threshold bands are.
    """
    step, published = release.threshold * width, _published(each, release)
    linked = Key(_LINKED, *each.place[:2], "", "decide", *each.place[2:])
    if release.rows[linked].k is None:
        size, least, most = published // 2, published // 2 - 1, NO_LIMIT
    else:
        steps = max(published - n, 0) // step
        size = least = published - step * (steps + 1)
        most = published - step * steps if steps else NO_LIMIT
    of = min(size // step, _MOST)
    if of < 2 or not least < n <= most:
        return None
    return Band(min(floor(k / n * of + 1e-9), of - 1), of, size, least, most)


def _fits(each: Printed, band: Band) -> bool:
    errors, own = band.errors(each.own.level), each.own
    of_errors = each.rate in _OF_ERRORS
    made = errors if of_errors else _less(errors)
    if each.gap is None:
        if each.rate not in _MOVED and not isclose(made.value, own.value, abs_tol=1e-9):
            return False
        lower, upper = min(made.lower, own.value), max(made.upper, own.value)
        return isclose(lower, own.lower, abs_tol=1e-9) and isclose(upper, own.upper, abs_tol=1e-9)
    value = own.value - each.gap.value
    theirs = Interval(value, made.lower, made.upper, made.level)
    gap = possible(difference(own, theirs), theirs)
    same = isclose(gap.lower, each.gap.lower, abs_tol=_PRINTED)
    same &= isclose(gap.upper, each.gap.upper, abs_tol=_PRINTED)
    return same and (each.rate in _MOVED or isclose(made.value, value, abs_tol=1e-9))


def _less(interval: Interval) -> Interval:
    ends = (interval.value, interval.upper, interval.lower)
    value, lower, upper = (round(1 - each, 10) for each in ends)
    return Interval(value, lower, upper, interval.level)


def _published(each: Printed, release: Release) -> int:
    own = release.published[each.place.source, *each.place[2:]]
    if each.gap is None:
        return own
    return release.published[each.place.source, "", ""] - own


def _sums(at: int, each: Printed) -> tuple[Sum, Sum]:
    """Return of whom a rate is a share, and those in error: of a group, or everyone outside it."""
    whole, errors = _ERRORS[each.rate]
    everyone = each.place._replace(characteristic="", group="")
    places = [(each.place, 1)] if each.gap is None else [(everyone, 1), (each.place, -1)]
    signs = dict(zip(errors, (1, -1), strict=False))
    n = _weighted(*(({_count(at, whole, place): 1}, sign) for place, sign in places))
    k = _weighted(
        *(
            ({_count(at, name, place): 1}, sign * of)
            for place, sign in places
            for name, of in signs.items()
        )
    )
    return n, k


def _count(at: int, name: str, place: Place) -> Count:
    if name == RECORDS:
        return Count(at, Key(RECORDS, place.source, "", "", "", *place[2:]))
    stage = "decide" if name == _LINKED else ""
    return Count(at, Key(name, *place[:2], "", stage, *place[2:]))


def _weighted(*parts: tuple[Sum, int]) -> Sum:
    found: dict[Count, int] = {}
    for terms, by in parts:
        for count, sign in terms.items():
            found[count] = found.get(count, 0) + by * sign
    return {count: sign for count, sign in found.items() if sign}


def _sum(terms: Sum, values: Mapping[Count, int]) -> int:
    return sum(sign * values[count] for count, sign in terms.items())
