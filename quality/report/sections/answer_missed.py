"""Which group is missed most: told apart, only likely, or not known."""

from collections.abc import Iterator, Sequence

from quality import measures
from quality.estimate import Estimate
from quality.report.lookup import Lookup
from quality.report.measured import SHOWN
from quality.report.numbers import percent, points, unsigned_points
from quality.report.sections.estimate_cells import limit_cells
from quality.report.sections.headline import limits, with_interval
from quality.report.sections.missed import (
    below,
    likely_missed,
    missed_more,
    name,
    name_first,
    nearest_zero,
    recall_gaps,
    recall_of,
)
from quality.report.wording import group_label

_MOST_NAMED = 2
_MIXED = (
    "A low link rate mixes matches that were missed with people whom the other source does not "
    "hold. Only a review tells them apart."
)
_BY_CHANCE = "Found least often in what was reviewed, perhaps by chance: {}.{}"
_ALL_TESTS = (
    " An interval that leaves out zero by itself does not tell a group apart beside the {} "
    "comparisons of this run."
)
_UNSEEN = (
    "A gap of {margin} points, the margin of what matters here, could go unseen. The smallest that "
    "four in five such reviews find, depending on the group:"
)
_NONE_LOST = "In what was reviewed, no group lies below the one that it is compared with."


def missed_answer(lookup: Lookup) -> Iterator[str]:
    """Yield which group is missed most in a few words, then its figures and how sure they are."""
    worse = missed_more(lookup)
    if worse:
        yield name_first(lookup, worse[0])
        yield _found(lookup, worse[0])
    elif recall_gaps(lookup):
        unseen = [*unseen_gaps(lookup)]
        small = ", and the review is too small to rule gaps out" if unseen else ""
        yield f"No group stands out from chance{small}"
        least = likely_missed(lookup)[:_MOST_NAMED]
        likely = "; ".join(_likely(lookup, gap) for gap in least)
        yield _BY_CHANCE.format(likely, _beside_others(least)) if least else _NONE_LOST
        if unseen:
            margin = unsigned_points(lookup.config.quality.material_gap).text
            yield f"{_UNSEEN.format(margin=margin)} {'; '.join(unseen)}."
    else:
        yield from _linked_least(lookup)


def _found(lookup: Lookup, gap: Estimate) -> str:
    """Return the share of a group's matches that was found, and how far it lies below."""
    rate = recall_of(lookup, gap, gap.group)
    if rate is None:
        return f"Measured: of its matches, {_fewer(gap)} were found."
    return f"Measured: {_share(rate)} of its matches were found, {_fewer(gap)}."


def _share(rate: Estimate) -> str:
    """Return a rate with its interval; the interval alone where it is too wide for one figure."""
    if rate.status != "too_few_to_tell":
        return with_interval(rate, percent)
    level = "" if rate.level is None else f" ({rate.level:.0%} interval)"
    lower, upper = limit_cells(rate, percent)
    return f"{lower.text} to {upper.text}{level}"


def _likely(lookup: Lookup, gap: Estimate) -> str:
    """Return the figures of a group that was found less often, but not told apart."""
    rate = recall_of(lookup, gap, gap.group)
    figure = "" if rate is None else f" {with_interval(rate, percent)} of matches found,"
    return f"{name(lookup, gap)},{figure} {_fewer(gap)}"


def _beside_others(gaps: Sequence[Estimate]) -> str:
    """Say why a gap whose interval leaves out zero is not told apart, where one does."""
    clear = [gap for gap in gaps if gap.upper is not None and gap.upper < 0 and gap.n_tests]
    return _ALL_TESTS.format(clear[0].n_tests) if clear else ""


def unseen_gaps(lookup: Lookup) -> Iterator[str]:
    """Yield how small a gap the review finds, by characteristic, where it is over the margin."""
    rows = [
        row
        for row in lookup.by_method(*measures.MEASURED).uncrossed().of(measures.DETECTABLE_GAP)
        if row.variable == measures.RECALL_GAP and row.status in SHOWN
    ]
    for characteristic in lookup.every_characteristic():
        found = [row.estimate or 0.0 for row in rows if row.characteristic == characteristic]
        if found and max(found) > lookup.config.quality.material_gap:
            yield f"{_ends(found)} points by {lookup.characteristic_label(characteristic)}"


def _ends(found: Sequence[float]) -> str:
    """Return the least and the largest of some gaps in points; one where they read alike."""
    ends = dict.fromkeys(unsigned_points(end).text for end in (min(found), max(found)))
    return " to ".join(ends)


def _linked_least(lookup: Lookup) -> Iterator[str]:
    gaps = [row for row in lookup.uncrossed().of(measures.LINK_RATE_GAP) if below(row)]
    yield "Not known: nobody measured it"
    if gaps:
        lowest = min(gaps, key=nearest_zero)
        rate = lookup.of_group(
            measures.LINK_RATE, lowest.source, lowest.other, lowest.characteristic, lowest.group
        )
        of = f"With a link: {_fewer(lowest)}"
        if rate is not None and rate.status == "ok":
            of = f"{with_interval(rate, percent)} have a link, {_fewer(lowest)}"
        yield f"Linked least: {name(lookup, lowest)}. {of}."
    yield _MIXED


def _fewer(gap: Estimate) -> str:
    """Return how far a group lies below its reference, with the limits of the difference."""
    reference = group_label(gap.reference or "the reference group")
    figure = "fewer"
    if gap.estimate is not None:
        figure = f"{unsigned_points(gap.estimate).text} percentage points fewer"
    return f"{figure} than of {reference} ({limits(gap, points)} points)"
