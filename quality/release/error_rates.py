"""Error rates made fit to leave: shown with limits, never as a count of errors.

What a review found is an estimate from a sample, so a group's row may be shown where the group's
own count of records may be shown and enough of it was reviewed. What is known of every record of a
group, from truth or from a review of all of them, is a count in other words: those rates are told
in bands (:mod:`quality.release.known`). Of what models say of a group, the range over models leaves
and nothing else: no single figure that could be quoted as if it had been measured.
"""

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import replace
from math import ceil, floor, inf, log10, sqrt

from linkage.config.schema import Disclosure
from linkage.disclosure import to_base
from quality import measures
from quality.bias.gap import Gap
from quality.estimate import Estimate, revised
from quality.grades import grade_of
from quality.proportion import p_of_limit
from quality.release.disagreement import step_of_people, tells_of_few
from quality.release.filled import (
    is_amount,
    is_filled,
    tells_of_level,
    tells_of_share,
    told_by_complete_cases,
)
from quality.release.known import (
    NOTHING_WIDER,
    SHARES,
    Of,
    Widths,
    band_of_row,
    in_band,
    is_known,
    width_of,
)
from quality.release.resting import rests_on_hidden
from quality.release.rules import rule_of
from quality.release.wholes import is_told, told_by_wholes
from quality.tally import Tally

_STEP = 0.001
"""Rates are shown to three decimals: no review is large enough for a fourth."""

_STEP_OF_TABLE = 0.01
"""A figure of a whole table of counts, with its margins, could tell a count of it."""

_Place = tuple[str | None, str | None, str | None, str | None]
"""Source, other source, characteristic and group."""

_ONE_MODEL = frozenset(measures.MODELLED) - {measures.MODEL_RANGE}


def released_error_rates(
    rates: Iterable[Estimate],
    controlled: Sequence[Tally],
    rules: Disclosure,
    widths: Widths = NOTHING_WIDER,
) -> Iterator[Estimate]:
    """Yield every error rate as it may leave; what may not stays as a row without figures.

    A whole that would give back a part held back is held back with it.

    Parameters
    ----------
    rates
        The exact error rates.
    controlled
        The tallies after disclosure control: what they say of a group's number of records, the
        rates say too.
    widths
        How wide bands of rates that are known of every record have to be.
    """
    rates = list(rates)
    filled = told_by_complete_cases(rates, rules.threshold)
    rates = [_without_people(row) if is_filled(row, filled) else row for row in rates]
    made = list(_each_released(rates, controlled, rules, widths))
    told = told_by_wholes(made)
    for row in made:
        yield held_back(row, row.n_records) if is_told(row, told) else row


def _each_released(
    rates: Iterable[Estimate], controlled: Sequence[Tally], rules: Disclosure, widths: Widths
) -> Iterator[Estimate]:
    records: dict[tuple[str | None, ...], int | None] = {
        (each.source, each.characteristic, each.group): each.n
        for each in controlled
        if each.measure == measures.RECORDS
    }
    rests_on_hidden_count = rests_on_hidden(controlled)
    hidden = hidden_links(controlled)
    linked = {_place_of(each) for each in controlled if each.measure == measures.LINKED} - hidden

    def tells_of_hidden(row: Estimate, n: int) -> bool:
        places = _places(row, records)
        return (
            n < rules.threshold
            or rule_of(row.measure) is None
            or _of_few(row, rules)
            or rests_on_hidden_count(row)
            or tells_of_few(row, rules)
            or (_of_links(row) and not linked.issuperset(places))
            or (_of_matched(row) and not hidden.isdisjoint(places))
            or any(records[place[:1] + place[2:]] is None for place in places)
        )

    for row in rates:
        if row.characteristic is not None and row.method in _ONE_MODEL:
            continue
        n = records.get((row.source, row.characteristic, row.group))
        if row.status == "not_identified":
            yield revised(row, n_records=n)
        elif n is None or tells_of_hidden(row, n):
            yield held_back(row, n)
        elif row.measure in SHARES and is_known(row):
            place = (row.source, row.other, row.characteristic, row.group)
            yield _in_band(row, Of(n, place in hidden, width_of(widths, row)), rules)
        else:
            made = _rounded(row, n, records.get((row.source, None, None)), rules)
            of_few = _of_candidates(row) or not hidden.isdisjoint(_places(row, records))
            yield revised(made, n_effective=None) if of_few and _is_of_links(row) else made


def hidden_links(controlled: Iterable[Tally]) -> frozenset[_Place]:
    """Return the places of which the number of links was held back."""
    return frozenset(
        _place_of(each) for each in controlled if each.measure == measures.LINKED and each.k is None
    )


def _place_of(tally: Tally) -> _Place:
    return tally.source, tally.other, tally.characteristic, tally.group


def released_gaps(
    gaps: Sequence[Gap], controlled: Sequence[Tally], rules: Disclosure
) -> Iterator[Gap]:
    """Yield every gap as it may leave, not yet settled.

    One that is held back keeps no p-value: those of the others must not tell it.
    """
    rows = released_error_rates((gap.row for gap in gaps), controlled, rules)
    for gap, row in zip(gaps, rows, strict=True):
        held_back = row.status == "suppressed"
        spread = _to_step(gap.spread, _STEP, ceil, 1.0)
        p = gap.p
        if row.method in measures.SHRUNKEN | {measures.LOGISTIC} and row.n_reviewed is None:
            p = _p_as_rounded(row)
        yield replace(gap, row=row, p=None if held_back else p, spread=spread)


def _p_as_rounded(row: Estimate) -> float | None:
    """Return the p-value that the figure and the limits give as they leave.

    The exact one would tell more digits of what was rounded.
    """
    if row.estimate is None or row.lower is None or row.upper is None or row.level is None:
        return None
    nearer = row.lower if row.estimate > 0 else row.upper
    return p_of_limit(row.estimate, nearer, row.level)


def _of_links(row: Estimate) -> bool:
    """Say whether the row of a group is made of how many of its records were linked."""
    return bool(row.other and row.group) and row.measure in measures.OF_LINKED


def _of_candidates(row: Estimate) -> bool:
    """Say whether a row is of the records with a candidate: few more than the linked ones."""
    return row.measure.startswith(measures.MEAN_BEST_WEIGHT)


def _is_of_links(row: Estimate) -> bool:
    """Say whether the number of records behind a figure is of links, or is near it."""
    return _of_candidates(row) or row.measure in measures.FIELD_COSTS


def _of_matched(row: Estimate) -> bool:
    """Say whether the row says how many records have a partner, and not from a sample.

    With recall and precision it gives the number of links, and of records without one.
    """
    return row.measure in measures.OF_MATCHED and (row.method != measures.REVIEW or is_known(row))


def _places(row: Estimate, records: Collection[tuple[str | None, ...]]) -> list[_Place]:
    """Return the groups that a row tells of: its own, and the one that it is compared with."""
    groups = [
        group
        for group in dict.fromkeys((row.group, row.reference))
        if (row.source, row.characteristic, group) in records
    ]
    return [(row.source, row.other, row.characteristic, group) for group in groups]


def _of_few(row: Estimate, rules: Disclosure) -> bool:
    """Say whether too few of a group were reviewed or analysed for its row to leave."""
    reviewed = row.method == measures.REVIEW or row.n_reviewed is not None
    of_values = row.method in measures.OF_ANALYSES or row.measure in measures.OF_MEANS
    analysed = of_values and row.n_effective is not None and row.n_effective < rules.threshold
    analysed |= row.method in measures.OF_ANALYSES and (row.n_effective or 0) < rules.threshold
    analysed |= row.measure == measures.EFFECTIVE_SIZE and (row.estimate or 0) < rules.threshold
    if row.measure in measures.OF_LEVELS:
        analysed |= tells_of_level(row, rules.threshold)
    if row.measure in {measures.POPULATION_SIZE, measures.POPULATION_COVERAGE}:
        analysed |= row.method == measures.DUAL_SYSTEM_CORRECTED and _is_of_all(row)
    if row.measure in measures.SHARES_OF_ALL:
        analysed |= tells_of_share(row, rules.threshold)
    return analysed or (reviewed and (row.n_reviewed or 0) < rules.threshold)


def _is_of_all(row: Estimate) -> bool:
    """Say whether errors are known of every record: numbers of people then tell of matches."""
    return row.n_reviewed is not None and row.n_reviewed >= (row.n_records or 0)


def _without_people(row: Estimate) -> Estimate:
    return replace(row, n_effective=0.0)


def held_back(row: Estimate, n: int | None) -> Estimate:
    """Return the row with nothing in it but what it is of, and ``n``, the published records of it.

    The same group has the same number of records wherever it stands, or none. The grade is
    that of the method alone, so that one group's row tells nothing apart from another.
    """
    return Estimate(
        measure=row.measure,
        method=row.method,
        source=row.source,
        other=row.other,
        characteristic=row.characteristic,
        group=row.group,
        variable=row.variable,
        stage=row.stage,
        reference=row.reference,
        grade=grade_of(row.method),
        n_records=n,
        status="suppressed",
    )


def _in_band(row: Estimate, of: Of, rules: Disclosure) -> Estimate:
    band = band_of_row(row, of, rules)
    if band is None:
        return held_back(row, of.records)
    reviewed = row.n_reviewed
    return revised(
        in_band(row, band),
        n_records=of.records,
        n_reviewed=None if reviewed is None else to_base(reviewed, rules.rounding),
        n_effective=None,
    )


def _rounded(row: Estimate, n: int, whole: int | None, rules: Disclosure) -> Estimate:
    step, base = _step(row, whole, rules), rules.rounding
    of_models = row.method not in measures.OF_ANALYSES
    ranged = row.grade == "C" and row.characteristic is not None and of_models
    reviewed, effective = row.n_reviewed, row.n_effective
    bound = inf if row.measure in measures.OF_PEOPLE | measures.UNBOUNDED else 1.0
    return revised(
        row,
        estimate=None if ranged else _near(row.estimate, step, bound),
        lower=_to_step(row.lower, step, floor, bound),
        upper=_to_step(row.upper, step, ceil, bound),
        p_adjusted=None if row.p_adjusted is None else round(row.p_adjusted, 3),
        n_records=n,
        n_reviewed=None if reviewed is None else to_base(reviewed, base),
        n_effective=None if effective is None else float(to_base(floor(effective), base)),
    )


def _step(row: Estimate, whole: int | None, rules: Disclosure) -> float:
    """Return what a figure is rounded to: three decimals, or what rounded counts support.

    ``whole`` is how many records the source has.
    """
    if row.measure in measures.OF_PEOPLE:
        fitted = row.measure == measures.EFFECTIVE_SIZE
        return float(max(rules.rounding, rules.threshold if fitted else 0))
    if row.measure in measures.ANALYSES or is_amount(row):
        return _of_width(row)
    if row.measure == measures.CRAMERS_V:
        return _STEP_OF_TABLE
    return max(_STEP, _step_of_people(row, whole, rules))


def _step_of_people(row: Estimate, whole: int | None, rules: Disclosure) -> float:
    """Return the share of a row's people that figures may not tell apart; 0 where any may be.

    Of what a model makes of how many people are alike in several characteristics, that is as many
    as the threshold: counts of such cells are held back, and no sum of the model's tells them.
    """
    n = row.n_records or 0
    if row.measure in measures.FIELD_COSTS:
        return rules.threshold / row.n_effective if row.n_effective else 0.0
    if row.measure in measures.DISAGREEMENT:
        return step_of_people(row, rules)
    every = row.method in measures.OF_EVERY_RECORD and row.n_reviewed is None
    fitted = row.method == measures.LOGISTIC and row.n_reviewed is None
    base = rules.threshold if fitted else rules.rounding
    if row.measure in measures.PARTS and n and whole:
        return base / sqrt(n * whole)  # sqrt(share) times a rate
    every |= row.method == measures.REVIEW_AND_COUNTS  # the counts are of every record
    counted = every or (row.n_reviewed or 0) >= n
    return base / n if counted and n else 0.0


def _of_width(row: Estimate) -> float:
    """Return a hundredth of the interval's width or less, a power of ten: any unit may be used."""
    width = (row.upper or 0.0) - (row.lower or 0.0) or abs(row.estimate or 0.0)
    return 10.0 ** (floor(log10(width)) - 2) if width > 0 else _STEP


def _near(value: float | None, step: float, bound: float) -> float | None:
    """Round an estimate; a share that is not 0 or 1 is never rounded to a false 0 or 1."""
    near = _to_step(value, step, round, bound)
    if bound == 1 and step == _STEP and near in {0.0, 1.0} and value != near:
        return abs(near - step / 2)
    return near


def _to_step(
    value: float | None, step: float, towards: Callable[[float], int], bound: float
) -> float | None:
    """Return a multiple of ``step``, which need not divide 1, between minus ``bound`` and it.

    Limits go outwards (``floor``, ``ceil``), so that rounding never narrows an interval.
    """
    if value is None:
        return None
    near = towards(round(value / step, 6)) * step
    return round(min(max(near, -bound), bound), 10)
