"""Groups compared by what a review or truth measured of them, draw by draw."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from linkage.model.normalise import Reals
from quality import measures
from quality.bias.gap import Gap, around, from_draws
from quality.bias.group_rates import Settings, standardised_gap
from quality.bias.of_many import of_many
from quality.drawn import Drawn
from quality.estimate import Estimate, revised
from quality.proportion import Interval, standardised
from quality.share import status_of

COMPARED = (measures.PRECISION, measures.RECALL, measures.COVERAGE, measures.BLOCKING_RECALL)
"""The measured rates in which groups have gaps."""

_OF_MANY = (
    "the records of each group stand for others of the same kind, so that chance between groups "
    "counts too"
)


@dataclass(frozen=True)
class Measured:
    """What was measured of every group of the focal source, ready to be compared.

    ``rows`` are the rates of all cells, by measure, other source, characteristic and group;
    ``drawn`` their draws, as of many records of the same kind; ``reference`` the group that those
    of a characteristic are compared with.
    """

    rows: Mapping[tuple[str, str | None, str | None, str | None], Estimate]
    drawn: Drawn
    reference: Mapping[str, str]
    settings: Settings


def measured(
    rates: Sequence[Estimate],
    drawn: Drawn,
    reference: Mapping[str, str],
    settings: Settings,
    seed: int,
) -> Measured:
    """Put rates and their draws side by side; nothing is in it where nothing was measured."""
    rows = {
        (row.measure, row.other, row.characteristic, row.group): row
        for row in rates
        if row.method == drawn.method and row.estimate is not None
    }
    records = {(row.characteristic, row.group): row.n_records or 0 for row in rows.values()}
    return Measured(rows, of_many(drawn, records, seed), reference, settings)


@dataclass(frozen=True)
class Sides:
    """A group and whom it is compared with: a figure each, with its draws (draws,)."""

    row: Estimate
    reference: str
    mine: tuple[float, Reals]
    theirs: tuple[float, Reals]

    def named(self, form: str) -> Estimate:
        """Return the row of a comparison in a form, without its figures."""
        row = self.row
        rest = self.reference == measures.EVERYONE_ELSE
        return revised(
            row,
            measure=measures.comparison(row.measure, form, rest=rest),
            reference=self.reference,
            assumptions=(*row.assumptions, _OF_MANY),
        )

    @property
    def errors(self) -> "Sides":
        """The same of the rate of error: one less each."""
        (p, drawn), (q, other) = self.mine, self.theirs
        measure = measures.MISSED_MATCH_RATE
        row = revised(self.row, measure=measure)
        return replace(self, row=row, mine=(1 - p, 1 - drawn), theirs=(1 - q, 1 - other))


def measured_gaps(what: Measured) -> list[Gap]:
    """Return the gap of each group in each measured rate, before gaps are settled.

    *Formula*: the rate of the group less that of the reference, or of everyone outside the group;
    limits and p-value from the same difference draw by draw.
    """
    return [_gap(sides, what.settings) for sides in _compared(what)]


def measured_ratios(what: Measured, gaps: Sequence[Gap]) -> Iterator[Estimate]:
    """Yield ratios, odds ratios and standardised differences of the same; tests of none of them.

    ``gaps`` are those of :func:`measured_gaps`.
    """
    for sides, gap in zip(_compared(what), (each.row for each in gaps), strict=True):
        ratios = [sides, sides.errors] if sides.row.measure == measures.RECALL else [sides]
        for each in ratios:
            yield _ratio(each, measures.RATIO, gap, what.settings.level)
            yield _ratio(each, measures.ODDS_RATIO, gap, what.settings.level)
        form = sides.named(measures.STANDARDISED_GAP).measure
        made = standardised_gap(
            revised(gap, measure=form), standardised(sides.mine[0], sides.theirs[0])
        )
        if made is not None:
            yield made


def _compared(what: Measured) -> Iterator[Sides]:
    for (measure, other, characteristic, group), row in what.rows.items():
        if measure in COMPARED and characteristic is not None:
            mine = _side(what.drawn, measure, other, characteristic, group)
            chosen = what.reference.get(characteristic)
            theirs = [(measures.EVERYONE_ELSE, what.drawn.rest, group)]
            if chosen is not None and chosen != group:
                theirs.insert(0, (chosen, what.drawn, chosen))
            for name, drawn, place in theirs:
                side = drawn and _side(drawn, measure, other, characteristic, place)
                if mine and side:
                    yield Sides(row, name, mine, side)


def _side(
    drawn: Drawn, measure: str, other: str | None, characteristic: str, group: str | None
) -> tuple[float, Reals] | None:
    values = drawn.of(measure, other, characteristic, group)
    if values is None:
        return None
    return drawn.points[measure, other, characteristic, group], values


def _gap(sides: Sides, settings: Settings) -> Gap:
    (p, mine), (q, theirs) = sides.mine, sides.theirs
    row = revised(sides.named(measures.GAP), estimate=p - q)
    gap = from_draws(row, mine - theirs, settings.level, settings.material_gap)
    interval = Interval(p - q, gap.row.lower or 0.0, gap.row.upper or 0.0, settings.level)
    return replace(gap, row=revised(gap.row, status=status_of(interval, settings.material_gap)))


def _ratio(sides: Sides, form: str, gap: Estimate, level: float) -> Estimate:
    """Return a ratio or an odds ratio, no share nearer to 0 or 1 than half a record."""
    least = 0.5 / max(sides.row.n_records or 1, 1)

    def scaled(share: float | Reals) -> Reals:
        kept: Reals = np.clip(share, least, 1 - least)
        return kept / (1 - kept) if form == measures.ODDS_RATIO else kept

    (p, mine), (q, theirs) = sides.mine, sides.theirs
    interval = around(float(scaled(p) / scaled(q)), scaled(mine) / scaled(theirs), level)
    return revised(
        sides.named(form),
        estimate=interval.value,
        lower=interval.lower,
        upper=interval.upper,
        level=level,
        status=gap.status,
    )
