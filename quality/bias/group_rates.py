"""Rates of groups that were counted, and each group against the reference and everyone else."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from math import isnan

from quality import measures
from quality.bias.gap import Gap, inside
from quality.estimate import Estimate, revised
from quality.grades import grade_of
from quality.proportion import (
    Interval,
    newcombe,
    odds_ratio,
    p_difference,
    risk_ratio,
    standardised,
)
from quality.share import share, status_of
from quality.tally import Tally


@dataclass(frozen=True)
class Rate:
    """What is said of the share that a tally counts."""

    measure: str
    assumptions: tuple[str, ...]


@dataclass(frozen=True)
class Settings:
    """The level of intervals, and the smallest gap that matters."""

    level: float
    material_gap: float


_RECORDS = (
    "records are independent of each other and stand for those that the same sources and rules "
    "could have held"
)

RATES: Mapping[str, Rate] = {
    measures.LINKED: Rate(
        measures.LINK_RATE,
        (
            "a count of the links made, which says nothing on whether they are right",
            "a record without a link may have been missed or may have no partner: the data do "
            "not say which",
            _RECORDS,
        ),
    ),
    measures.LINKED_FINDABLE: Rate(
        measures.LINK_RATE_FINDABLE,
        (
            "of the records that the configuration says the other source should hold",
            "a count of the links made, which says nothing on whether they are right",
            _RECORDS,
        ),
    ),
    measures.WITH_MISSING: Rate(
        measures.MISSING_AN_IDENTIFIER,
        ("the share of records in which one identifier or more has no value", _RECORDS),
    ),
    measures.WITH_DUPLICATE: Rate(
        measures.DUPLICATE_RATE,
        (
            "the share of records in an entity of two or more, which says nothing on whether the "
            "entities are right",
            "a link rate does not apply within one source",
            _RECORDS,
        ),
    ),
}


MIXED = (
    "a comparison of linked with unlinked records: it mixes missed matches with people whom the "
    "other source does not hold"
)
"""Stands on every comparison of link rates (Randall et al. 2018)."""


def group_rates(
    tallies: Sequence[Tally], reference: Mapping[str, str], settings: Settings
) -> list[Estimate]:
    """Estimate the rate of each group, and its ratios to the reference and to everyone else.

    *Formula*: rate = k / n with Wilson's interval; ratio and odds ratio by their logarithms; the
    standardised difference is the gap over the pooled standard deviation, as are its limits. None
    of them is a test: the gaps are, see :func:`group_gaps`.

    Parameters
    ----------
    tallies
        Those of other measures than :data:`RATES` are left aside.
    reference
        The reference group of each characteristic, see :mod:`quality.bias.references`.

    Returns
    -------
    list[Estimate]
        A tally that is held back gives a row with the status ``suppressed``, so that a reader sees
        that the group exists.
    """
    rows = [
        share(
            tally,
            RATES[tally.measure].measure,
            settings.level,
            settings.material_gap,
            RATES[tally.measure].assumptions,
        )
        for tally in tallies
        if tally.measure in RATES
    ]
    compared = _pairs(tallies, reference)
    return [*rows, *(row for pair in compared for row in _forms(pair, settings))]


def group_gaps(
    tallies: Sequence[Tally], reference: Mapping[str, str], settings: Settings
) -> list[Gap]:
    """Return the gap of each group to the reference and to everyone else, before they are settled.

    *Formula*: gap = rate of the group - rate of the reference, or of all records outside the group,
    with Newcombe's interval; p by the pooled score test.
    """
    return [_gap(pair, settings) for pair in _pairs(tallies, reference)]


@dataclass(frozen=True)
class Pair:
    """A group's tally and the one it is compared with: the reference's, or everyone else's."""

    tally: Tally
    other: Tally
    reference: str

    @property
    def counts(self) -> tuple[int, int, int, int] | None:
        """The two counts, each with what it is counted among; None where one is not there."""
        k1, n1, k2, n2 = self.tally.k, self.tally.n, self.other.k, self.other.n
        if k1 is None or k2 is None or not n1 or not n2:
            return None
        return k1, n1, k2, n2

    def row(self, form: str, method: str) -> Estimate:
        """Return the row of a comparison without its figures: held back, until they are there."""
        tally, rate = self.tally, RATES[self.tally.measure]
        mixed = (MIXED,) if rate.measure in measures.LINK_RATES else ()
        rest = self.reference == measures.EVERYONE_ELSE
        return Estimate(
            measure=measures.comparison(rate.measure, form, rest=rest),
            method=method,
            source=tally.source,
            other=tally.other,
            characteristic=tally.characteristic,
            group=tally.group,
            stage=tally.stage,
            interval_covers=measures.SAMPLING_ONLY,
            reference=self.reference,
            grade=grade_of(method),
            n_records=tally.n,
            status="suppressed",
            assumptions=(*mixed, *rate.assumptions),
        )


def _pairs(tallies: Sequence[Tally], reference: Mapping[str, str]) -> Iterator[Pair]:
    def table(tally: Tally) -> tuple[str, ...]:
        return tally.measure, tally.source, tally.other or "", tally.characteristic or ""

    tallies = sorted((each for each in tallies if each.measure in RATES), key=table)
    overall = {table(tally)[:3]: tally for tally in tallies if tally.characteristic is None}
    for key, members in groupby((t for t in tallies if t.characteristic is not None), table):
        groups = {str(tally.group): tally for tally in members}
        chosen = reference.get(key[3])
        for name, tally in groups.items():
            rest = _rest(overall[key[:3]], tally)
            if chosen in groups and name != chosen:
                yield Pair(tally, groups[str(chosen)], str(chosen))
            if rest is not None:
                yield Pair(tally, rest, measures.EVERYONE_ELSE)


def _rest(overall: Tally, group: Tally) -> Tally | None:
    """Return the records outside the group; None where the group is everyone."""
    if None in {overall.k, overall.n, group.k, group.n}:
        return replace(group, k=None, n=None)
    n = (overall.n or 0) - (group.n or 0)
    k = (overall.k or 0) - (group.k or 0)
    # rounded counts need not differ as exact ones do
    return replace(group, k=min(max(k, 0), n), n=n) if n > 0 else None


def _gap(pair: Pair, settings: Settings) -> Gap:
    row = pair.row(measures.GAP, measures.NEWCOMBE)
    if pair.counts is None:
        return Gap(row, None, immaterial=False)
    interval = newcombe(*pair.counts, settings.level)
    return Gap(
        revised(_given(row, interval), status=status_of(interval, settings.material_gap)),
        p_difference(*pair.counts),
        immaterial=inside(interval, settings.material_gap),
    )


_RATIOS: Mapping[str, tuple[str, Callable[..., Interval]]] = {
    measures.RATIO: (measures.KATZ, risk_ratio),
    measures.ODDS_RATIO: (measures.WOOLF, odds_ratio),
}


def _forms(pair: Pair, settings: Settings) -> Iterator[Estimate]:
    """Yield the ratio, the odds ratio and the standardised difference of a pair."""
    gap = _gap(pair, settings).row
    for form, (method, interval_of) in _RATIOS.items():
        row = pair.row(form, method)
        if pair.counts is not None:
            row = revised(_given(row, interval_of(*pair.counts, settings.level)), status=gap.status)
        yield row
    if pair.counts is not None:
        k1, n1, k2, n2 = pair.counts
        row = revised(gap, measure=pair.row(measures.STANDARDISED_GAP, measures.NEWCOMBE).measure)
        made = standardised_gap(row, standardised(k1 / n1, k2 / n2))
        if made is not None:
            yield made


def standardised_gap(gap: Estimate, deviation: float) -> Estimate | None:
    """Return a gap divided by the pooled standard deviation; None where that is none."""
    if isnan(deviation) or gap.estimate is None or gap.lower is None or gap.upper is None:
        return None
    size = gap.estimate / deviation
    return replace(
        gap,
        estimate=size,
        lower=gap.lower / deviation,
        upper=gap.upper / deviation,
        finding=measures.ABOVE_A_TENTH if abs(size) > 0.1 else measures.WITHIN_A_TENTH,
    )


def _given(row: Estimate, interval: Interval) -> Estimate:
    return replace(
        row,
        estimate=interval.value,
        lower=interval.lower,
        upper=interval.upper,
        level=interval.level,
    )
