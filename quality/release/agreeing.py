"""Figures made of measured rates, made again from these rates as they leave.

A reader takes one printed rate from another: a gap is their difference, a ratio their quotient, and
what the stages lost adds up to the missed matches. Where every record is known, nothing finer than
the bands of the rates goes into limits and tests either.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from math import isnan
from typing import Final

from quality import measures
from quality.bias.gap import Gap, inside
from quality.bias.group_rates import standardised_gap
from quality.bias.stage_costs import main_loss, shares_of_gap
from quality.estimate import Estimate, revised
from quality.proportion import Interval, difference, p_of_limit, standardised
from quality.release.compared import possible, ratio
from quality.release.error_rates import held_back
from quality.release.known import is_known
from quality.release.measured_rates import FORMS, Rates, interval_of, key_of
from quality.share import status_of

_RAW = frozenset({measures.WILSON, *measures.MEASURED})
_OF_STAGES = {
    measures.COVERED: measures.COVERAGE,
    measures.BLOCKED: measures.BLOCKING_RECALL,
    measures.RIGHTLY_LINKED: measures.RECALL,
}
_COUNTED_STAGES = frozenset({measures.ASKED, measures.ANSWERED})
"""Stages whose figures are of published counts alone."""
_OF_CELLS = {
    measure: rate for made in (measures.IN_CELL, measures.EXCESS) for rate, measure in made.items()
}


def agreeing(rows: Iterable[Estimate], rates: Rates) -> Iterator[Estimate]:
    """Yield rows as they leave, those made of measured rates made again from what leaves of these.

    Of all that is known of every record, what cannot be made of released rates is held back.
    """
    for row in rows:
        made = _MADE.get(row.measure)
        if made is None or row.status in {"suppressed", "not_identified"}:
            yield row
        else:
            yield made(row, rates)


def agreeing_gaps(gaps: Sequence[Gap], rates: Rates) -> Iterator[Gap]:
    """Yield gaps as they leave, not yet settled: of known rates, tested by what is printed."""
    rows = agreeing((gap.row for gap in gaps), rates)
    for gap, row in zip(gaps, rows, strict=True):
        if row.status == "suppressed":
            yield replace(gap, row=row, p=None, immaterial=False)
            continue
        interval, p = interval_of(row), gap.p
        small = interval is not None and inside(interval, rates.settings.material_gap)
        if interval is not None and row.measure in FORMS and _is_known(row, rates):
            nearer = interval.lower if interval.value > 0 else interval.upper
            p = p_of_limit(interval.value, nearer, interval.level)
        else:
            small = small and gap.immaterial
        yield replace(gap, row=row, p=p, immaterial=small)


def _is_known(row: Estimate, rates: Rates) -> bool:
    exact = rates.exact.get(key_of(row, FORMS[row.measure][0], row.group))
    return row.method == measures.TRUTH or (exact is not None and is_known(exact))


def _compared(row: Estimate, rates: Rates) -> Estimate:
    if row.method not in measures.MEASURED:
        return row
    rate, form, _ = FORMS[row.measure]
    mine, theirs = rates.of(rate, row, row.group), rates.of(rate, row, row.reference)
    known = _is_known(row, rates)
    if mine is None or theirs is None:
        return held_back(row, row.n_records) if known else row
    least = 0.5 / max(row.n_records or 1, 1)
    if form in {measures.RATIO, measures.ODDS_RATIO}:
        made = ratio(mine, theirs, least, odds=form == measures.ODDS_RATIO)
    else:
        made = possible(difference(mine, theirs), theirs)
    if form == measures.STANDARDISED_GAP:
        return _standardised(row, made, mine, theirs)
    if not known:
        own = possible(_given(row), theirs) if form == measures.GAP else _given(row)
        made = Interval(
            made.value, min(own.lower, made.value), max(own.upper, made.value), own.level
        )
    status = row.status
    if form == measures.GAP:
        status = status_of(made, rates.settings.material_gap)
    elif known:
        gap = possible(difference(mine, theirs), theirs)
        status = status_of(gap, rates.settings.material_gap)
    return revised(_with(row, made), status=status)


def _standardised(row: Estimate, gap: Interval, mine: Interval, theirs: Interval) -> Estimate:
    deviation = standardised(mine.value, theirs.value)
    made = None if isnan(deviation) else standardised_gap(_with(row, gap), deviation)
    return made or held_back(row, row.n_records)


def _part(row: Estimate, rates: Rates) -> Estimate:
    """Return a part of a gap in the link rate, made of the rates of both groups: Kitagawa's.

    *Formula*: that of :mod:`quality.bias.link_rate_parts`, the limits those of the difference of
    the one rate, times the mean of the other; of false links, of C R (1/P - 1) with those of P.
    """
    names = (measures.COVERAGE, measures.RECALL, measures.PRECISION)
    sides = [[rates.of(each, row, group) for each in names] for group in (row.group, row.reference)]
    given = [[each for each in side if each is not None] for side in sides]
    if not all(len(each) == len(names) for each in given):
        return held_back(row, row.n_records) if row.method == measures.TRUTH else row
    (c1, r1, p1), (c2, r2, p2) = given
    if row.measure.endswith(measures.COVERAGE_PART):
        made = _times(possible(difference(c1, c2), c2), (r1.value + r2.value) / 2)
    elif row.measure.endswith(measures.RECALL_PART):
        made = _times(possible(difference(r1, r2), r2), (c1.value + c2.value) / 2)
    else:
        made = difference(
            _false(c1.value * r1.value, p1),
            _false(c2.value * r2.value, p2),
        )
    if row.method != measures.TRUTH:
        own = _given(row)
        made = replace(made, lower=min(own.lower, made.value), upper=max(own.upper, made.value))
    return revised(_with(row, made), status=status_of(made, rates.settings.material_gap))


def _false(right: float, precision: Interval) -> Interval:
    ends = (precision.value, precision.upper, precision.lower)
    value, lower, upper = (right * (1 / max(each, 0.01) - 1) for each in ends)
    return Interval(value, lower, upper, precision.level)


def _times(interval: Interval, by: float) -> Interval:
    ends = (interval.value * by, interval.lower * by, interval.upper * by)
    return Interval(*ends, interval.level)


def _share(row: Estimate, rates: Rates) -> Estimate:
    """Return a stage's part of the gap in recall, where that gap's interval leaves out zero."""
    gaps: dict[str, Interval] = {}
    for loss in measures.LOSSES:
        mine, theirs = rates.of(loss, row, row.group), rates.of(loss, row, row.reference)
        if mine is None or theirs is None:
            return held_back(row, row.n_records) if row.method == measures.TRUTH else row
        gaps[loss] = difference(mine, theirs)
    mine, theirs = (rates.of(measures.RECALL, row, each) for each in (row.group, row.reference))
    if mine is None or theirs is None:
        return held_back(row, row.n_records)
    gap = difference(mine, theirs)
    told = (gap.lower > 0 or gap.upper < 0) and row.status == "ok"
    if not told:
        return revised(row, estimate=None, lower=None, upper=None, status="too_few_to_tell")
    loss = next(loss for loss in measures.LOSSES if measures.LOST_AT[loss] == row.stage)
    return revised(_with(row, shares_of_gap(gaps)[loss]), status="ok")


def _main(row: Estimate, rates: Rates) -> Estimate:
    """Return the row of the stage that lost most, from the losses as they leave."""
    losses = {loss: rates.of(loss, row, row.group) for loss in measures.LOSSES}
    given = {loss: each for loss, each in losses.items() if each is not None}
    if len(given) < len(losses):
        return held_back(row, row.n_records) if row.method == measures.TRUTH else row
    bands = [rates.band(key_of(row, loss, row.group)) for loss in measures.LOSSES]
    few = all(band is not None and band.at == 0 for band in bands)
    most, finding = main_loss(given, few=few)
    return revised(_with(row, given[most]), finding=finding)


def _of_a_stage(row: Estimate, rates: Rates) -> Estimate:
    """Return what a stage of a value is; of as few people as a known rate may not tell, nothing."""
    rate = _OF_STAGES.get(row.stage or "")
    if row.measure == measures.OBSERVED_BUT_WRONG:
        rate = measures.PRECISION
    if row.method == measures.TRUTH and row.stage not in _COUNTED_STAGES:
        return held_back(row, row.n_records)  # finer than the bands that it is made of
    few = rate is not None and rates.tells_of_few(key_of(row, rate, row.group))
    return held_back(row, row.n_records) if few else row


def _of_a_cell(row: Estimate, rates: Rates) -> Estimate:
    """Return the row of a cell of an intersection, or of being missed with all else equal.

    The raw rate is that of the same group wherever it stands. What a model made of the exact counts
    of a known rate is held back where those in error may be fewer than the threshold.
    """
    rate = _OF_CELLS.get(row.measure, measures.RECALL)
    if row.measure in measures.IN_CELL.values() and row.method in _RAW:
        place = (row.source, row.other, row.characteristic, row.group)
        found = rates.linked.get(place)
        if rate != measures.LINK_RATE:
            found = rates.of(rate, row, row.group)
        if found is None:
            return held_back(row, row.n_records)
        status = status_of(found, rates.settings.material_gap)
        ends = {"estimate": found.value, "lower": found.lower, "upper": found.upper}
        return revised(row, **ends, level=found.level, status=status)
    few = rates.tells_of_few(key_of(replace(row, method=measures.TRUTH), rate, row.group))
    return held_back(row, row.n_records) if few else row


def _given(row: Estimate) -> Interval:
    return Interval(row.estimate or 0.0, row.lower or 0.0, row.upper or 0.0, row.level or 0.95)


def _with(row: Estimate, interval: Interval) -> Estimate:
    ends = (interval.value, interval.lower, interval.upper)
    value, lower, upper = (round(each, 10) for each in ends)
    return revised(row, estimate=value, lower=lower, upper=upper, level=interval.level)


_MADE: Final[Mapping[str, Callable[[Estimate, Rates], Estimate]]] = {
    **dict.fromkeys(FORMS, _compared),
    **dict.fromkeys(measures.LINK_RATE_PARTS, _part),
    **dict.fromkeys(measures.OF_STAGES, _of_a_stage),
    **dict.fromkeys((*_OF_CELLS, measures.MISSED_AME), _of_a_cell),
    measures.RECALL_GAP_SHARE: _share,
    measures.MAIN_LOSS: _main,
}
"""By measure, what makes a row again from the rates as they leave."""
