"""What a gap in the link rate is made of: non-coverage, missed matches, false links."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

import numpy as np

from linkage.model.normalise import Reals
from quality import measures
from quality.bias.comparisons import Measured
from quality.bias.gap import around
from quality.drawn import Drawn
from quality.estimate import Estimate, revised
from quality.share import status_of

Rates = tuple[Reals, Reals, Reals]
"""Coverage, recall and precision of a cell, (draws,) each or one figure."""

_ASSUMED = (
    "the link rate is coverage x recall plus the share of records with a false link; a part is "
    "what its own difference makes at the mean of the two groups' other rate"
)


CAUSES = "measured causes: "
"""Opens the sentence that says what a gap in the link rate comes from."""

NON_COVERAGE, MISSED_MORE = "(non-coverage)", "matches missed more often"
"""Stand in that sentence where it names these causes."""


def link_rate_parts(what: Measured) -> Iterator[Estimate]:
    """Yield the parts of each group's gap in the link rate, where coverage was measured.

    *Formula*: with coverage C, recall R and precision P, link rate = C R + C R (1/P - 1): right
    links and false ones. Between two groups, part of coverage = (C1 - C2) (R1 + R2) / 2, part of
    recall = (R1 - R2) (C1 + C2) / 2, and the rest is of false links; draw by draw. The three add
    up to the gap.

    Notes
    -----
    Source: Kitagawa (1955), J. Am. Stat. Assoc. 50, 1168-1194 (not checked in the paper: derived
    in docs/explanation/group-gaps.md).
    """
    for (measure, other, characteristic, group), row in what.rows.items():
        if measure != measures.COVERAGE or characteristic is None:
            continue
        place = other, characteristic, group
        chosen = what.reference.get(characteristic)
        sides = [(measures.EVERYONE_ELSE, what.drawn.rest, place)]
        if chosen is not None and chosen != group:
            sides.insert(0, (chosen, what.drawn, (other, characteristic, chosen)))
        for name, drawn, there in sides:
            yield from _parts(row, name, what, _cell(what.drawn, place), _cell(drawn, there))


def _cell(drawn: Drawn | None, place: tuple[str | None, str, str | None]) -> list[Rates] | None:
    """Return the figures of a cell and their draws; None where one was not measured."""
    names = (measures.COVERAGE, measures.RECALL, measures.PRECISION)
    if drawn is None or any((name, *place) not in drawn.values for name in names):
        return None
    c, r, p = ((np.array(drawn.points[name, *place]), drawn.values[name, *place]) for name in names)
    return [(c[0], r[0], p[0]), (c[1], r[1], p[1])]


def _parts(
    row: Estimate,
    reference: str,
    what: Measured,
    mine: list[Rates] | None,
    theirs: list[Rates] | None,
) -> Iterator[Estimate]:
    if mine is None or theirs is None:
        return
    point, drawn = (_split(one, two) for one, two in zip(mine, theirs, strict=True))
    rest = reference == measures.EVERYONE_ELSE
    gap = measures.comparison(measures.LINK_RATE, measures.GAP, rest=rest)
    names = (measures.COVERAGE_PART, measures.RECALL_PART, measures.FALSE_LINKS_PART)
    for name, value, values in zip(names, point, drawn, strict=True):
        interval = around(float(value), values, what.settings.level)
        yield revised(
            row,
            measure=f"{gap}_{name}",
            estimate=interval.value,
            lower=interval.lower,
            upper=interval.upper,
            reference=reference,
            status=status_of(interval, what.settings.material_gap),
            assumptions=(*row.assumptions, _ASSUMED),
        )


def _split(one: Rates, two: Rates) -> tuple[Reals, Reals, Reals]:
    (c1, r1, p1), (c2, r2, p2) = one, two
    false = c1 * r1 * (1 / np.maximum(p1, 1e-9) - 1) - c2 * r2 * (1 / np.maximum(p2, 1e-9) - 1)
    return (c1 - c2) * (r1 + r2) / 2, (r1 - r2) * (c1 + c2) / 2, false


Place = tuple[str, str | None, str | None, str | None]
"""A gap by its measure, other source, characteristic and group."""


def causes(parts: Sequence[Estimate], gaps: Iterable[Estimate], q: float) -> dict[Place, str]:
    """Say what each gap in the link rate comes from, by its place.

    A part is named where its interval leaves out zero, on the side of the gap, and the gap in its
    own rate was told apart too: beside all other tests of the run, not by itself.

    Parameters
    ----------
    parts
        Rows of :func:`link_rate_parts` among others.
    gaps
        Every gap of the run, settled at the level ``q``.
    """
    apart = {_place(row.measure, row) for row in gaps if _is_told_apart(row, q)}
    totals: dict[Place, list[tuple[str, Estimate]]] = {}
    for each in parts:
        gap, part = _name_of(each.measure)
        if part is not None and each.estimate is not None:
            totals.setdefault(_place(gap, each), []).append((part, each))
    return {place: _cause(found, apart) for place, found in totals.items()}


def with_causes(rows: Iterable[Estimate], causes: Mapping[Place, str], q: float) -> list[Estimate]:
    """Return the rows; a gap in the link rate that was told apart says first what it comes from."""
    return [
        revised(row, assumptions=(f"{CAUSES}{cause}", *row.assumptions))
        if (cause := causes.get(_place(row.measure, row))) is not None and _is_told_apart(row, q)
        else row
        for row in rows
    ]


def _place(measure: str, row: Estimate) -> Place:
    return measure, row.other, row.characteristic, row.group


def _is_told_apart(row: Estimate, q: float) -> bool:
    return row.p_adjusted is not None and row.p_adjusted <= q


def _name_of(measure: str) -> tuple[str, str | None]:
    for part in _SAID:
        if measure in measures.LINK_RATE_PARTS and measure.endswith(part):
            return measure.removesuffix(f"_{part}"), part
    return measure, None


_SAID = {
    measures.COVERAGE_PART: (f"less often in {{other}} {NON_COVERAGE}", "more often in {other}"),
    measures.RECALL_PART: (MISSED_MORE, "matches missed less often"),
    measures.FALSE_LINKS_PART: ("fewer false links", "more false links"),
}


_RATE = {
    measures.COVERAGE_PART: measures.COVERAGE,
    measures.RECALL_PART: measures.RECALL,
    measures.FALSE_LINKS_PART: measures.PRECISION,
}
"""The rate whose difference makes each part."""


def _cause(parts: Sequence[tuple[str, Estimate]], apart: Collection[Place]) -> str:
    total = sum(each.estimate or 0.0 for _, each in parts)
    said = [
        _SAID[part][total > 0].format(other=each.other)
        for part, each in parts
        if _away(each, below=total < 0) and _place(_gap_of(part, each), each) in apart
    ]
    return " and ".join(said) or "no one cause stands out from chance"


def _gap_of(part: str, row: Estimate) -> str:
    rest = row.reference == measures.EVERYONE_ELSE
    return measures.comparison(_RATE[part], measures.GAP, rest=rest)


def _away(part: Estimate, *, below: bool) -> bool:
    lower, upper = part.lower or 0.0, part.upper or 0.0
    return upper < 0 if below else lower > 0
