"""Rates by group, and the gaps of each group against the reference and against everyone else."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import groupby

from linkage.config.group_names import CROSS, UNKNOWN
from quality import measures
from quality.estimate import Estimate
from quality.grades import grade_of
from quality.proportion import Interval, benjamini_hochberg, newcombe, p_difference
from quality.share import share, status_of
from quality.tally import Tally


@dataclass(frozen=True)
class Rate:
    """What is said of the share that a tally counts."""

    measure: str
    gap: str
    gap_rest: str
    assumptions: tuple[str, ...]


_RECORDS = (
    "records are independent of each other and stand for those that the same sources and rules "
    "could have held"
)

RATES: Mapping[str, Rate] = {
    measures.LINKED: Rate(
        measures.LINK_RATE,
        measures.LINK_RATE_GAP,
        measures.LINK_RATE_GAP_REST,
        (
            "a count of the links made, which says nothing on whether they are right",
            "a record without a link may have been missed or may have no partner: the data do "
            "not say which",
            _RECORDS,
        ),
    ),
    measures.WITH_DUPLICATE: Rate(
        measures.DUPLICATE_RATE,
        measures.DUPLICATE_RATE_GAP,
        measures.DUPLICATE_RATE_GAP_REST,
        (
            "the share of records in an entity of two or more, which says nothing on whether the "
            "entities are right",
            "a link rate does not apply within one source",
            _RECORDS,
        ),
    ),
}


def named_references(
    groups: Mapping[str, str | None], intersections: Sequence[Sequence[str]], everywhere: str
) -> dict[str, str]:
    """Return the group that the configuration names as reference, by characteristic.

    Parameters
    ----------
    groups
        Each characteristic's own reference, or None.
    intersections
        The declared intersections, whose reference is where those of its characteristics cross.
    everywhere
        ``largest``, or the reference of characteristics that name none.
    """
    fallback = None if everywhere == "largest" else everywhere
    named = {name: reference or fallback for name, reference in groups.items()}
    for crossed in intersections:
        parts = [named.get(name) for name in crossed]
        joined = [part for part in parts if part is not None]
        named[CROSS.join(crossed)] = CROSS.join(joined) if len(joined) == len(parts) else None
    return {name: reference for name, reference in named.items() if reference is not None}


def references(tallies: Sequence[Tally], named: Mapping[str, str]) -> dict[str, str]:
    """Return each characteristic's reference: the named group, or the largest known one.

    A named group that no record belongs to gives way to the largest.
    """
    sizes: dict[str, dict[str, int]] = {}
    for tally in tallies:
        if tally.measure in RATES and tally.characteristic and tally.group and tally.n is not None:
            sizes.setdefault(tally.characteristic, {})[tally.group] = tally.n
    return chosen_references(sizes, named)


def chosen_references(
    sizes: Mapping[str, Mapping[str, int]], named: Mapping[str, str]
) -> dict[str, str]:
    """Return each characteristic's reference, from how many records each group has."""
    chosen = {}
    for characteristic, groups in sizes.items():
        known = {name: n for name, n in groups.items() if UNKNOWN not in name.split(CROSS)}
        if (wanted := named.get(characteristic)) in groups:
            chosen[characteristic] = str(wanted)
        elif known:
            chosen[characteristic] = max(known, key=lambda name: (known[name], name))
    return chosen


def group_rates(
    tallies: Sequence[Tally], reference: Mapping[str, str], level: float, material_gap: float
) -> list[Estimate]:
    """Estimate the rate of each group, and its gaps to the reference and to everyone else.

    *Formula*: rate = k / n with Wilson's interval; gap = rate of the group - rate of the reference,
    or of all records outside the group, with Newcombe's interval. The p-values of all gaps of a
    run are adjusted together (Benjamini-Hochberg).

    Parameters
    ----------
    tallies
        Those of other measures than :data:`RATES` are left aside.
    reference
        The reference group of each characteristic: see :func:`references`.
    level, material_gap
        The level of intervals; a gap smaller than ``material_gap`` does not matter.

    Returns
    -------
    list[Estimate]
        A tally that is held back gives a row with the status ``suppressed``, so that a reader sees
        that the group exists.
    """
    counted = [tally for tally in tallies if tally.measure in RATES]
    rows = [
        share(
            tally,
            RATES[tally.measure].measure,
            level,
            material_gap,
            RATES[tally.measure].assumptions,
        )
        for tally in counted
    ]
    gaps = list(_gaps(counted, reference, level, material_gap))
    return rows + adjusted(gaps, 1 - level)


@dataclass(frozen=True)
class Gap:
    """A gap with its p-value, before all gaps of the run are seen together.

    ``p`` is None where the gap is held back; ``immaterial`` where it is surely too small to matter.
    """

    row: Estimate
    p: float | None
    immaterial: bool


def _gaps(
    tallies: Sequence[Tally], reference: Mapping[str, str], level: float, material_gap: float
) -> Iterator[Gap]:
    def table(tally: Tally) -> tuple[str, ...]:
        return tally.measure, tally.source, tally.other or "", tally.characteristic or ""

    tallies = sorted(tallies, key=table)
    overall = {table(tally)[:3]: tally for tally in tallies if tally.characteristic is None}
    for key, members in groupby((t for t in tallies if t.characteristic is not None), table):
        groups = {str(tally.group): tally for tally in members}
        chosen = reference.get(key[3])
        rate = RATES[key[0]]
        for name, tally in groups.items():
            rest = _rest(overall[key[:3]], tally)
            if chosen in groups and name != chosen:
                other = groups[str(chosen)]
                yield _gap(tally, other, rate.gap, str(chosen), (level, material_gap))
            if rest is not None:
                yield _gap(
                    tally, rest, rate.gap_rest, measures.EVERYONE_ELSE, (level, material_gap)
                )


def _rest(overall: Tally, group: Tally) -> Tally | None:
    """Return the records outside the group; None where the group is everyone."""
    if None in {overall.k, overall.n, group.k, group.n}:
        return replace(group, k=None, n=None)
    n = (overall.n or 0) - (group.n or 0)
    k = (overall.k or 0) - (group.k or 0)
    # rounded counts need not differ as exact ones do
    return replace(group, k=min(max(k, 0), n), n=n) if n > 0 else None


def _gap(
    tally: Tally, other: Tally, measure: str, reference: str, settings: tuple[float, float]
) -> Gap:
    level, material_gap = settings
    row = Estimate(
        measure=measure,
        method=measures.NEWCOMBE,
        source=tally.source,
        other=tally.other,
        characteristic=tally.characteristic,
        group=tally.group,
        stage=tally.stage,
        level=level,
        interval_covers=measures.SAMPLING_ONLY,
        reference=reference,
        grade=grade_of(measures.NEWCOMBE),
        n_records=tally.n,
        status="suppressed",
        assumptions=RATES[tally.measure].assumptions,
    )
    if tally.k is None or tally.n is None or other.k is None or other.n is None:
        return Gap(row, None, immaterial=False)
    compared = tally.k, tally.n, other.k, other.n
    interval = newcombe(*compared, level)
    # two one-sided tests at 1 - level: the interval at 2 level - 1 inside the material gap
    equivalence = newcombe(*compared, 2 * level - 1)
    return Gap(
        replace(
            row,
            estimate=interval.value,
            lower=interval.lower,
            upper=interval.upper,
            status=status_of(interval, material_gap),
        ),
        p_difference(*compared),
        immaterial=inside(equivalence, material_gap),
    )


def inside(interval: Interval, limit: float) -> bool:
    """Say whether an interval lies between minus ``limit`` and ``limit``."""
    return -limit < interval.lower and interval.upper < limit


def adjusted(gaps: Sequence[Gap], q: float) -> list[Estimate]:
    """Return the rows of gaps, their p-values adjusted together, with what each gap shows.

    A gap that is held back counts as a test, with a p-value of 1: the others then say nothing of
    it.
    """
    shown = benjamini_hochberg([gap.p for gap in gaps if gap.p is not None], len(gaps))
    found = iter(shown)
    rows = []
    for gap in gaps:
        row = replace(gap.row, n_tests=len(gaps))
        if gap.p is not None:
            p = next(found)
            row = replace(row, p_adjusted=p, finding=_finding(gap, p <= q))
        rows.append(row)
    return rows


def _finding(gap: Gap, told_apart: bool) -> str:
    if gap.immaterial:
        return measures.NO_MATERIAL_GAP
    if not told_apart:
        return measures.NOT_TOLD_APART
    return measures.LOWER if (gap.row.estimate or 0) < 0 else measures.HIGHER
