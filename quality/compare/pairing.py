"""The figures of two runs in pairs, and what became of each: one family of tests."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import reduce
from math import gcd

from linkage.config.schema import Disclosure
from linkage.tables import ESTIMATES
from quality import measures
from quality.bias.gap import inside
from quality.compare.change import at_level, change, has_noise, interval_of
from quality.estimate import Estimate
from quality.proportion import Interval, benjamini_hochberg, p_of_limit

Key = tuple[str | None, ...]

CHANGED = "changed"
CHANGED_LITTLE = "changed, by less than matters"
NO_CHANGE = "no change beyond noise"
EQUIVALENT = "equivalent"
TOO_FEW = "too few to tell"
ONLY_BEFORE, ONLY_AFTER = "only in the first", "only in the second"
SUPPRESSED_IN_ONE, SUPPRESSED = "suppressed in one", "suppressed in both"
NOT_TESTED = "not tested"
OTHER_REFERENCE = "against another reference group"

STATUSES = (
    *(CHANGED, CHANGED_LITTLE, NO_CHANGE, EQUIVALENT, TOO_FEW),
    *(ONLY_BEFORE, ONLY_AFTER, SUPPRESSED_IN_ONE, SUPPRESSED, OTHER_REFERENCE, NOT_TESTED),
)
"""What may have become of a figure, in the order of a table."""

TESTED = (
    *measures.CHANGED_RATES,
    *measures.MISSING_MEASURES,
    *(measures.LINK_RATE_GAP, measures.PRECISION_GAP, measures.RECALL_GAP),
)
"""Figures whose change is tested. What others say is the same in another form, or has no noise."""


_ENOUGH = 10
"""So many different counts have no divisor in common by chance: one in 2^9 that all are even."""


@dataclass(frozen=True)
class Settings:
    """The level of intervals, and the smallest change that matters."""

    level: float
    material_gap: float


@dataclass(frozen=True)
class Pair:
    """One figure of two runs: ``change`` is None where it has no interval in both.

    ``p`` is the p-value by itself, ``p_adjusted`` with all ``n_tests`` seen together.
    """

    key: Key
    before: Estimate | None
    after: Estimate | None
    status: str
    change: Interval | None = None
    p: float | None = None
    p_adjusted: float | None = None
    n_tests: int | None = None

    @property
    def row(self) -> Estimate:
        """The figure itself: of the second run, where that has it."""
        found = self.after or self.before
        if found is None:
            raise ValueError("a pair of no figures")
        return found

    @property
    def difference(self) -> float | None:
        """How much more the second figure is than the first."""
        if self.before is None or self.after is None:
            return None
        before, after = self.before.estimate, self.after.estimate
        return None if before is None or after is None else after - before


def pairs(
    before: Sequence[Estimate], after: Sequence[Estimate], settings: Settings
) -> tuple[Pair, ...]:
    """Return every figure of either run with what became of it, in the order of the second.

    Formula: see :func:`quality.compare.change.change`; p from its limit on the side of zero, all p
    adjusted together (Benjamini and Hochberg 1995). Equivalent is what lies within the material gap
    by two one-sided tests: the interval at 2 level - 1 (Schuirmann 1987; not checked in the paper).
    """
    first, second = ({_key(row): row for row in rows} for rows in (before, after))
    rounded = _Rounded.of(before), _Rounded.of(after)
    made = [
        _pair(key, first.get(key), second.get(key), rounded, settings)
        for key in dict.fromkeys([*second, *first])
    ]
    tests = [each for each in made if each.p is not None]
    adjusted = iter(benjamini_hochberg([each.p or 0.0 for each in tests]))
    return tuple(
        each if each.p is None else _settled(each, next(adjusted), len(tests), settings)
        for each in made
    )


def _key(row: Estimate) -> Key:
    return tuple(getattr(row, column) for column in ESTIMATES.key)


@dataclass(frozen=True)
class _Rounded:
    """What the counts of a release were rounded to, and how many records each group has."""

    base: int
    records: Mapping[Key, int]

    @classmethod
    def of(cls, rows: Iterable[Estimate]) -> "_Rounded":
        """Read it off the counts: what divides all of them, at least what they were rounded to.

        Few counts have a divisor by chance: of these, what is said of rounding by default.
        """
        rows = tuple(rows)
        counted = [row for row in rows if row.method == measures.COUNT and row.estimate is not None]
        counts = {round(row.estimate or 0.0) for row in counted}
        counts |= {row.n_records or 0 for row in rows}
        base = reduce(gcd, counts, 0) if len(counts) >= _ENOUGH else Disclosure().rounding
        records: dict[Key, int] = {
            (row.source, row.characteristic, row.group): round(row.estimate or 0.0)
            for row in counted
            if row.measure == measures.RECORDS
        }
        return cls(base, records)

    def interval(self, row: Estimate) -> Interval:
        """Return the interval of a figure with the rounding of its counts in it."""
        reference = (row.source, row.characteristic, row.reference)
        return interval_of(row, self.base, self.records.get(reference))


def _pair(
    key: Key,
    before: Estimate | None,
    after: Estimate | None,
    rounded: tuple[_Rounded, _Rounded],
    settings: Settings,
) -> Pair:
    if before is None or after is None:
        return Pair(key, before, after, ONLY_AFTER if before is None else ONLY_BEFORE)
    pair = Pair(key, before, after, NOT_TESTED)
    hidden = [each.status == "suppressed" for each in (before, after)]
    if any(hidden):
        return replace(pair, status=SUPPRESSED if all(hidden) else SUPPRESSED_IN_ONE)
    if before.reference != after.reference:
        return replace(pair, status=OTHER_REFERENCE)
    if not (has_noise(before) and has_noise(after)):
        return pair
    intervals = rounded[0].interval(before), rounded[1].interval(after)
    found = change(*intervals, settings.level)
    pair = replace(pair, change=found)
    if not _is_tested(after):
        return pair
    limit = found.lower if found.value > 0 else found.upper
    return replace(pair, p=p_of_limit(found.value, limit, settings.level))


def _is_tested(row: Estimate) -> bool:
    of_reason = row.measure in measures.MISSING_MEASURES and row.stage is not None
    return row.measure in TESTED and not of_reason


def _settled(pair: Pair, p: float, n_tests: int, settings: Settings) -> Pair:
    return replace(pair, p_adjusted=p, n_tests=n_tests, status=_status(pair, p, settings))


def _status(pair: Pair, p: float, settings: Settings) -> str:
    if pair.change is None:
        return pair.status
    narrow = at_level(pair.change, 2 * settings.level - 1)
    immaterial = inside(narrow, settings.material_gap)
    if p <= round(1 - settings.level, 12):
        return CHANGED_LITTLE if immaterial else CHANGED
    if immaterial:
        return EQUIVALENT
    return TOO_FEW if pair.change.half_width > settings.material_gap else NO_CHANGE
