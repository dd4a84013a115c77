"""The share of records whose value is missing, by reason, by pattern, and through links."""

from collections.abc import Mapping, Sequence

from quality import measures
from quality.estimate import Estimate
from quality.share import share
from quality.tally import Tally

_MISSING = (
    "a count of the values as they stand after cleaning, out of all records of the group",
    "a value that does not apply is no part of what is missing in all",
)
_PATTERN = (
    "a count of the values as they stand after cleaning, out of all records of the group",
    "whether values are missing for reasons that the records show (at random) or for others cannot "
    "be tested with these records",
)
_THROUGH_LINK = (
    "a count of what the linked records show, right or wrong: links to another person show that "
    "person's value",
    "a record without a link may have been missed or may have no partner: the data do not say "
    "which",
)
_LINK_PATTERN = (
    "a count of the links made, which says nothing on whether they are right",
    "whoever is missed in one source is often missed in the next: a share linked to several is not "
    "the product of their link rates",
)

_ASSUMPTIONS: Mapping[str, tuple[str, ...]] = {
    **dict.fromkeys(measures.MISSING_MEASURES, _MISSING),
    measures.MISSING_PATTERN: _PATTERN,
    measures.VALUE_THROUGH_LINK: _THROUGH_LINK,
    measures.LINK_PATTERN: _LINK_PATTERN,
}


def missing_shares(tallies: Sequence[Tally], level: float, material_gap: float) -> list[Estimate]:
    """Estimate the shares that tallies of missing values count, each with Wilson's interval.

    Of missing values for each reason and for all (stage None); of patterns of what is missing
    together; of what became of a value in another source (stage); of combinations of sources to
    which records are linked.
    """
    return [
        share(tally, tally.measure, level, material_gap, _ASSUMPTIONS[tally.measure])
        for tally in tallies
        if tally.measure in _ASSUMPTIONS
    ]
