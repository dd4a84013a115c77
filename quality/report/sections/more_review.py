"""How many more records to have reviewed, by group, and which groups are too small for that."""

from collections.abc import Iterator, Sequence

from quality import measures
from quality.estimate import Estimate
from quality.report.lookup import Lookup
from quality.report.measured import SHOWN
from quality.report.numbers import count, unsigned_points
from quality.report.sections.missed import name, unproven
from quality.report.wording import listed
from quality.review.plan import reviews_for_gap

_MORE = "Have more records reviewed, of each group that is large enough"
_MORE_OF_EACH = (
    "Have more records reviewed, of each group",
    "Groups may differ by more than this review could see; link review sample draws more.",
)
_TOO_SMALL = "The groups are too small to tell such a gap, however many records are reviewed"
_NEEDED = (
    "To find a gap of {margin} points, so many more records than were reviewed: {needed}. link "
    "review plan says what a sample would tell, link review sample draws it."
)
_NEVER = "Too small for this question, even if every record were reviewed: {}."


def more_review(lookup: Lookup) -> Iterator[str]:
    """Yield what more review would tell of groups of which a material gap is not ruled out.

    Without numbers where the run does not say how small a gap its review finds, or it is small.
    """
    known = [row for row in _smallest_gaps(lookup) if row.n_reviewed and row.n_records]
    enough = [row for row in known if _needed(lookup, row) <= (row.n_records or 0)]
    short = [row for row in enough if _more(lookup, row) > 0]
    too_small = [row for row in known if row not in enough]
    if not short and not too_small:
        yield from _MORE_OF_EACH
        return
    yield _MORE if short else _TOO_SMALL
    if short:
        margin = unsigned_points(lookup.config.quality.material_gap).text
        yield _NEEDED.format(margin=margin, needed="; ".join(_by_characteristic(lookup, short)))
    if too_small:
        yield _NEVER.format(listed([name(lookup, row) for row in too_small]))


def _smallest_gaps(lookup: Lookup) -> Iterator[Estimate]:
    """Yield the smallest gap that the review finds, of each group that it leaves open."""
    for gap in unproven(lookup):
        place = gap.source, gap.other, gap.characteristic or ""
        for row in lookup.by_method(gap.method).by_group(measures.DETECTABLE_GAP, *place):
            same = (row.variable, row.group, row.reference)
            if same == (gap.measure, gap.group, gap.reference) and row.status in SHOWN:
                yield row


def _needed(lookup: Lookup, row: Estimate) -> int:
    wanted = lookup.config.quality.material_gap
    return reviews_for_gap(row.n_reviewed or 0, row.estimate or 0.0, wanted)


def _more(lookup: Lookup, row: Estimate) -> int:
    """Return how many more records to review, in tens."""
    return 10 * max(0, -(-(_needed(lookup, row) - (row.n_reviewed or 0)) // 10))


def _by_characteristic(lookup: Lookup, rows: Sequence[Estimate]) -> Iterator[str]:
    """Yield the most that a group of each characteristic needs, and the least."""
    for characteristic in lookup.every_characteristic():
        own = [row for row in rows if row.characteristic == characteristic]
        if own:
            own.sort(key=lambda row: _more(lookup, row))
            ends = dict.fromkeys(_said(lookup, row) for row in (own[0], own[-1]))
            by = lookup.characteristic_label(characteristic)
            groups = "1 group" if len(own) == 1 else f"each of {len(own)} groups"
            yield f"by {by}, about {' to '.join(ends)} of {groups}"


def _said(lookup: Lookup, row: Estimate) -> str:
    return f"{count(_more(lookup, row)).text} ({name(lookup, row)})"
