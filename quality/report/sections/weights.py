"""The distribution of match weights, with bins merged until no count is small."""

from collections.abc import Sequence

from linkage.disclosure.rounding import to_base
from quality.report.figures.histogram import Bin, histogram
from quality.report.inputs import WeightCounts
from quality.report.numbers import MINUS, Cell, count, pairs, words
from quality.report.page import Column, Part, Section, Table

_MEANING = (
    "Each candidate pair has a match weight: the higher it is, the more its agreements speak for "
    "one person. Where the two outlines lie apart, pairs are easily told apart; a thick middle, "
    "where links and other pairs share the same weights, is where errors are made. A pair can "
    "weigh much and be no link, because a better partner was found: links are decided on "
    "probabilities that weigh a record's candidates against each other, so no one weight is the "
    "cut."
)


def weights_section(weights: WeightCounts | None, threshold: int, rounding: int) -> Section:
    """Return the histogram of match weights and its table."""
    bins = () if weights is None else merged(weights, threshold)
    shown = tuple(_rounded(each, rounding) for each in bins)
    if not shown:
        text = (
            "The distribution is not shown: no candidate pair was scored, or there are too few "
            "pairs to show without giving one away."
        )
        return Section("weights", "Match weights", (Part(paragraphs=(text,)),))
    identity, name = "weights-table", "Candidate pairs and links by match weight"
    part = Part(
        paragraphs=(_MEANING,),
        figure=histogram("weights-plot", name, shown),
        table=_table(identity, name, shown, threshold),
    )
    return Section("weights", "Match weights", (part,))


def merged(weights: WeightCounts, threshold: int) -> tuple[Bin, ...]:
    """Join neighbouring bins until both counts of each are 0 or enough.

    Nothing is returned when even all bins together are too few.
    """
    bins: list[Bin] = []
    for k, (candidates, links) in enumerate(zip(weights.candidates, weights.links, strict=True)):
        one = Bin(weights.edges[k], weights.edges[k + 1], candidates, links)
        if bins and not _enough(bins[-1], threshold):
            one = _joined(bins.pop(), one)
        bins.append(one)
    while len(bins) > 1 and not _enough(bins[-1], threshold):
        last = bins.pop()
        bins.append(_joined(bins.pop(), last))
    enough = bins and _enough(bins[-1], threshold) and any(each.candidates for each in bins)
    return _without_empty_ends(bins) if enough else ()


def _enough(one: Bin, threshold: int) -> bool:
    return all(n == 0 or n >= threshold for n in (one.links, one.candidates))


def _joined(first: Bin, second: Bin) -> Bin:
    return Bin(
        first.low,
        second.high,
        first.candidates + second.candidates,
        first.links + second.links,
    )


def _without_empty_ends(bins: Sequence[Bin]) -> tuple[Bin, ...]:
    held = [k for k, one in enumerate(bins) if one.candidates]
    return tuple(bins[held[0] : held[-1] + 1])


def _rounded(one: Bin, rounding: int) -> Bin:
    links = to_base(one.links, rounding)
    return Bin(one.low, one.high, max(to_base(one.candidates, rounding), links), links)


def _table(identity: str, name: str, bins: Sequence[Bin], threshold: int) -> Table:
    return Table(
        id=identity,
        caption=name,
        detail="These are counts of pairs, rounded: they have no interval.",
        columns=(
            Column("weight", "Match weight"),
            Column("candidates", "Candidate pairs", numeric=True),
            Column("links", "Links", numeric=True),
        ),
        rows=tuple((_range(each), pairs(each.candidates), count(each.links)) for each in bins),
        notes=(
            f"Neighbouring ranges were joined until none held fewer than {threshold} pairs or "
            f"fewer than {threshold} links, unless it held none at all.",
        ),
    )


def _range(one: Bin) -> Cell:
    return words(f"{one.low:g} to under {one.high:g}".replace("-", MINUS))
