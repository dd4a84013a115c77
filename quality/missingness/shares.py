"""The share of records whose value is missing, by reason."""

from collections.abc import Sequence

from quality.estimate import Estimate
from quality.measures import MISSING_MEASURES
from quality.share import share
from quality.tally import Tally

_ASSUMPTIONS = (
    "a count of the values as they stand after cleaning, out of all records of the group",
    "a value that does not apply is no part of what is missing in all",
)


def missing_shares(tallies: Sequence[Tally], level: float, material_gap: float) -> list[Estimate]:
    """Estimate the share of missing values, for each reason and for all (stage None)."""
    return [
        share(tally, tally.measure, level, material_gap, _ASSUMPTIONS)
        for tally in tallies
        if tally.measure in MISSING_MEASURES
    ]
