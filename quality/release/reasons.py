"""Why a row was held back, in words that tell no primary cell from a secondary one.

A reason follows from the measure and the method alone, which every row shows: a small count and a
large one that stands beside it have the same.
"""

from quality import measures
from quality.release.known import SHARES

OF_A_COUNT = "a count under the threshold, or beside one that is"
_OF_A_REVIEW = "too few records or too few reviewed, or beside such a row"
_OF_FINDABLE = "of few people who should be found, or beside such a row"
_OF_ANALYSES = "too few records for an analysis of them, or beside such a row"
_OF_SHARES = "a share of few people, or of all but few, or beside such a row"
_OF_MODELS = "rests on a count under the threshold, or beside one that is"

_OF_KNOWN = (
    "too few people for two bands, of more rates than are audited together, or beside such a row"
)

_MODELLED = frozenset({measures.LOGISTIC, measures.MAIHDA, measures.EMPIRICAL_BAYES, measures.FLUX})
_KNOWN = frozenset({measures.TRUTH, measures.IMPOSSIBLE_LINKS})
_REVIEWED = frozenset({measures.REVIEW, measures.REVIEW_AND_COUNTS})


def reason(measure: str, method: str) -> str:
    """Return why rows of ``measure``, made by ``method``, are held back where they are."""
    if method in _REVIEWED:
        return _OF_A_REVIEW
    if measure.startswith(measures.LINK_RATE_FINDABLE):
        return _OF_FINDABLE
    if measure in measures.DISAGREEMENT:
        return _OF_SHARES
    if measure in measures.ANALYSES or measure in measures.LINKAGE_WEIGHTING:
        return _OF_ANALYSES
    if method in _KNOWN and measure in SHARES:
        return _OF_KNOWN
    return _OF_MODELS if method in _MODELLED else OF_A_COUNT
