"""Groups compared with each other."""

from quality.measures.accuracy import BLOCKING_RECALL, MISSED_MATCH_RATE, PRECISION, RECALL
from quality.measures.counts import (
    COVERAGE,
    DUPLICATE_RATE,
    LINK_RATE,
    LINK_RATE_FINDABLE,
    LINK_RATE_WEIGHTED,
    MISSING_AN_IDENTIFIER,
)

# match weights: means, in bits
MEAN_LINK_WEIGHT = "mean_link_weight"  # of the links
MEAN_BEST_WEIGHT = "mean_best_weight"  # of each record's best candidate

# comparisons of groups: <measure>_<form> against the reference, _rest against everyone else
GAP, RATIO, ODDS_RATIO, STANDARDISED_GAP = "gap", "ratio", "odds_ratio", "standardised_gap"


def comparison(measure: str, form: str, *, rest: bool = False) -> str:
    """Return the name of a comparison of a group: of which measure, in what form, with whom.

    Examples
    --------
    >>> comparison(RECALL, GAP), comparison(LINK_RATE, ODDS_RATIO, rest=True)
    ('recall_gap', 'link_rate_odds_ratio_rest')
    """
    return f"{measure}_{form}{'_rest' if rest else ''}"


COMPARED = (
    LINK_RATE,
    LINK_RATE_FINDABLE,
    LINK_RATE_WEIGHTED,
    DUPLICATE_RATE,
    MISSING_AN_IDENTIFIER,
    PRECISION,
    RECALL,
    MISSED_MATCH_RATE,
    COVERAGE,
    BLOCKING_RECALL,
)
"""The shares that groups are compared by."""

WEIGHTS = (MEAN_LINK_WEIGHT, MEAN_BEST_WEIGHT)
GAPS = tuple(
    comparison(each, GAP, rest=rest)
    for each in (*COMPARED, *WEIGHTS)
    if each != MISSED_MATCH_RATE  # the gap in recall, the other way round
    for rest in (False, True)
)
RATIOS = tuple(
    comparison(each, form, rest=rest)
    for each in COMPARED
    for form in (RATIO, ODDS_RATIO)
    for rest in (False, True)
)
STANDARDISED_GAPS = tuple(
    comparison(each, STANDARDISED_GAP, rest=rest) for each in COMPARED for rest in (False, True)
)
PRECISION_GAP, RECALL_GAP = comparison(PRECISION, GAP), comparison(RECALL, GAP)
ERROR_GAPS = (PRECISION_GAP, RECALL_GAP)
LINK_RATE_GAP = comparison(LINK_RATE, GAP)
LINK_RATE_GAP_REST = comparison(LINK_RATE, GAP, rest=True)

# parts of a gap in the link rate: they add up to it
COVERAGE_PART, RECALL_PART, FALSE_LINKS_PART = "from_coverage", "from_recall", "from_false_links"
LINK_RATE_PARTS = tuple(
    f"{gap}_{part}"
    for gap in (LINK_RATE_GAP, LINK_RATE_GAP_REST)
    for part in (COVERAGE_PART, RECALL_PART, FALSE_LINKS_PART)
)
DETECTABLE_GAP = "detectable_gap"  # variable says of which gap: the smallest found with power 0.8
