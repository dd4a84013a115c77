"""Figures of this run against those of an earlier release: reference says of which run."""

from quality.measures.accuracy import BLOCKING_RECALL, PRECISION, RECALL
from quality.measures.comparisons import comparison
from quality.measures.counts import (
    COVERAGE,
    DUPLICATE_RATE,
    LINK_RATES,
    MISSING_AN_IDENTIFIER,
)

CHANGE = "change"
CHANGED_RATES = (
    *LINK_RATES,
    *(DUPLICATE_RATE, PRECISION, RECALL, COVERAGE, BLOCKING_RECALL, MISSING_AN_IDENTIFIER),
)
"""The rates of which it is said how much they changed."""

CHANGES = tuple(comparison(each, CHANGE) for each in CHANGED_RATES)
FOLLOWED_RATES = (*LINK_RATES, DUPLICATE_RATE, PRECISION, RECALL)
EARLIER = {each: f"{each}_earlier" for each in FOLLOWED_RATES}
"""What earlier releases said of a rate: variable says of which run."""
