"""Sums that hold because records are split up: by what became of a value, and by pattern.

Each part of such a split is a count of people, and so is what is left of a total when the parts
that are shown are taken off.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import cast

from linkage.characteristics import MISSING_REASONS, NOT_ASKED
from linkage.disclosure import Equation, Item
from quality import measures
from quality.missingness.chains import NONE
from quality.missingness.patterns import AND, COMPLETE, OTHERS, VARIABLE
from quality.release.cell import Cell, Cells, Family, Place
from quality.tally import Tally

Families = Mapping[Family, Mapping[Place, Tally]]


def values_through_links(families: Families, result: Cells) -> Iterator[Equation]:
    """Yield: linked records = those whose partner was asked + others; asked = observed + others.

    The others are the sum over their reasons, where these are shown; records without a link are
    the rest of the link rate.
    """
    for family, members in _of(families, measures.VALUE_THROUGH_LINK, measures.FROM_LINK):
        measure, source, other, variable, _ = family
        linked = (measures.LINKED, source, other, None, measures.DECIDE)
        unlinked, asked, *reasons = (
            (measure, source, other, variable, stage)
            for stage in (measures.NOT_LINKED, measures.ASKED, *MISSING_REASONS)
        )
        splits: list[tuple[Family, Family, Callable[[str], bool]]]
        if asked in families:
            splits = [
                (linked, asked, lambda reason: reason in NOT_ASKED),
                (asked, family, lambda reason: reason not in NOT_ASKED),
            ]
        else:
            splits = [(linked, family, lambda _: True)]
        for place in members:
            yield Equation((Cell("rest", linked, place),), (Cell("k", unlinked, place),))
            for whole, part, belongs in splits:
                lost = Cell("lost", part, place)
                result.counts[lost] = _k(families, whole, place) - _k(families, part, place)
                yield Equation((Cell("k", whole, place),), (Cell("k", part, place), lost))
                shown = [each for each in reasons if belongs(str(each[4]))]
                shown = [each for each in shown if place in families.get(each, {})]
                if shown:
                    yield Equation((lost,), tuple(Cell("k", each, place) for each in shown))


def with_patterns_of_many(tallies: Sequence[Tally], threshold: int) -> list[Tally]:
    """Return the tallies without the patterns of sources in which few records lack anything.

    Which patterns there are tells how many records lack nothing, and so how few lack something:
    where that is small, to hold the rows back would not be enough.
    """
    lacking: dict[str, int] = {}
    for each in tallies:
        if each.measure == measures.MISSING_PATTERN and each.characteristic is None:
            k = 0 if each.variable == COMPLETE else each.k or 0
            lacking[each.source] = lacking.get(each.source, 0) + k
    few = {source for source, k in lacking.items() if k < threshold}
    return [
        each
        for each in tallies
        if each.measure != measures.MISSING_PATTERN or each.source not in few
    ]


def missing_patterns(families: Families, result: Cells) -> Iterator[Equation]:
    """Yield: records = the sum over patterns; missing of a variable = patterns that lack it."""
    for source in _sources(families, measures.MISSING_PATTERN):
        shown = [f for f in families if f[:2] == (measures.MISSING_PATTERN, source)]
        yield from _whole(families, shown)
        some_are_joined = any(f[3] == OTHERS for f in shown)
        for total in families:
            name = name_in_patterns(total[0], total[3], total[4])
            if name is None or total[1] != source:
                continue
            lacking = [f for f in shown if name in str(f[3]).split(AND)]
            for place in families[shown[0]]:
                if not lacking or place not in families[total]:
                    continue
                parts = [Cell("k", each, place) for each in lacking]
                if some_are_joined:
                    parts.append(joined := Cell("joined", total, place))
                    in_shown = sum(_k(families, each, place) for each in lacking)
                    result.counts[joined] = _k(families, total, place) - in_shown
                    others = Cell("k", _family_of_others(source), place)
                    beside = Cell("beside", total, place)
                    result.counts[beside] = result.counts[others] - result.counts[joined]
                    yield Equation((others,), (joined, beside))
                yield Equation((Cell("k", total, place),), tuple(parts))


def told_by_patterns(counts: Mapping[Item, int], threshold: int) -> frozenset[Item]:
    """Return the tables of patterns that would tell of few people among those put together.

    Of each variable: the records with a value, less those of patterns shown that have one. To hide
    a part of the patterns would cost counts of what is missing, so those of all groups of a source
    go together where few stand beside them anywhere; and those of all records where few do there.
    """
    cells = [cell for cell in cast("Iterable[Cell]", counts) if _is_of_patterns(cell)]
    beside = (cell for cell in cells if cell.kind == "beside" and counts[cell] < threshold)
    few = {(cell.family[1], cell.place[0] is None) for cell in beside}
    return frozenset(cell for cell in cells if (cell.family[1], cell.place[0] is None) in few)


def _is_of_patterns(cell: Cell) -> bool:
    return cell.kind in {"joined", "beside"} or cell.family[0] == measures.MISSING_PATTERN


def link_patterns(families: Families) -> Iterator[Equation]:
    """Yield: records = the sum over combinations of sources; linked to one = those that hold it."""
    for source in _sources(families, measures.LINK_PATTERN):
        shown = [f for f in families if f[:2] == (measures.LINK_PATTERN, source)]
        yield from _whole(families, shown)
        named = [f for f in shown if f[3] != NONE]
        for family, members in _of(families, measures.LINKED, measures.DECIDE):
            holding = [f for f in named if family[2] in str(f[3]).split(AND)]
            for place in members:
                if holding and place in families[holding[0]]:
                    parts = tuple(Cell("k", each, place) for each in holding)
                    yield Equation((Cell("k", family, place),), parts)


def findable_records(families: Families, result: Cells) -> Iterator[Equation]:
    """Yield: records = findable ones + others; linked records = findable ones + others."""
    for family, members in _of(families, measures.LINKED_FINDABLE, measures.DECIDE):
        _, source, other, *_ = family
        whole = (measures.FINDABLE, source, None, None, None)
        records = (measures.RECORDS, source, None, None, None)
        linked = (measures.LINKED, source, other, None, measures.DECIDE)
        for place, tally in members.items():
            among = [(records, whole, tally.n or 0), (linked, family, tally.k or 0)]
            for of_all, part, k in (each for each in among if place in families.get(each[0], {})):
                result.counts[rest := Cell("others", part, place)] = _k(families, of_all, place) - k
                yield Equation((Cell("k", of_all, place),), (Cell("k", part, place), rest))


def without_missing(families: Families) -> Iterator[Equation]:
    """Yield: records with every identifier = the sum over patterns that lack none.

    A pattern may lack several variables more; where patterns are joined, they may lack anything.
    """
    for family in [each for each in families if each[0] == measures.WITH_MISSING]:
        shown = [f for f in families if f[:2] == (measures.MISSING_PATTERN, family[1])]
        if not shown or any(f[3] == OTHERS for f in shown):
            continue
        lacking = [f for f in shown if _lacks_identifier(str(f[3]))]
        if not lacking:
            continue  # that no pattern lacks one is told by the patterns that are listed
        for place in families[family].keys() & families[shown[0]].keys():
            if _k(families, family, place) == sum(_k(families, each, place) for each in lacking):
                parts = tuple(Cell("k", each, place) for each in lacking)
                yield Equation((Cell("k", family, place),), parts)


def missing_others(families: Families, result: Cells) -> Iterator[Equation]:
    """Yield: records that lack an identifier = those that lack this one + those that lack others.

    And they are no more than the sum over identifiers, by those that lack two or more.
    """
    for family, members in families.items():
        if family[0] != measures.WITH_MISSING:
            continue
        each = [f for f in families if f[:2] == (measures.MISSING_IDENTIFIER, family[1])]
        each = [f for f in each if f[4] is None]
        for place, tally in members.items():
            shown = [f for f in each if place in families[f]]
            if len(shown) < 2:
                yield from _missing_alone(families, family, shown, place)
                continue
            for one in shown:
                result.counts[others := Cell("others", one, place)] = (tally.k or 0) - _k(
                    families, one, place
                )
                yield Equation((Cell("k", family, place),), (Cell("k", one, place), others))
            again = Cell("again", family, place)
            n = sum(_k(families, one, place) for one in shown)
            result.counts[again] = n - (tally.k or 0)
            result.slack.add(again)
            parts = tuple(Cell("k", one, place) for one in shown)
            yield Equation((Cell("k", family, place), again), parts)


def _missing_alone(
    families: Families, family: Family, shown: Sequence[Family], place: Place
) -> Iterator[Equation]:
    """Yield: where one identifier is all there is, who lacks it = who lacks any."""
    for one in shown:
        if _k(families, family, place) == _k(families, one, place):
            yield Equation((Cell("k", family, place),), (Cell("k", one, place),))


def _lacks_identifier(pattern: str) -> bool:
    return any(not name.startswith(VARIABLE) for name in pattern.split(AND) if name != COMPLETE)


def _whole(families: Families, parts: Sequence[Family]) -> Iterator[Equation]:
    """Yield: the records of a place = the sum over the parts."""
    records = (measures.RECORDS, parts[0][1], None, None, None)
    for place in families[parts[0]]:
        by_part = tuple(Cell("k", each, place) for each in parts)
        yield Equation((Cell("k", records, place),), by_part)


def name_in_patterns(measure: str, variable: str | None, stage: str | None) -> str | None:
    """Return what the variable of a tally is called in patterns; None for any other count."""
    if stage is not None or variable is None:
        return None
    if measure == measures.MISSING_VARIABLE:
        return f"{VARIABLE}{variable}"
    return variable if measure == measures.MISSING_IDENTIFIER else None


def _k(families: Families, family: Family, place: Place) -> int:
    return families[family][place].k or 0


def _of(
    families: Families, measure: str, stage: str
) -> Iterable[tuple[Family, Mapping[Place, Tally]]]:
    return [each for each in families.items() if (each[0][0], each[0][4]) == (measure, stage)]


def _sources(families: Families, measure: str) -> list[str]:
    return list(dict.fromkeys(family[1] for family in families if family[0] == measure))


def _family_of_others(source: str) -> Family:
    return measures.MISSING_PATTERN, source, None, OTHERS, measures.INGEST
