"""What other thresholds would have made of the run: variable says by what the odds are changed."""

from collections.abc import Mapping

LINKED_AT = "linked_at"  # how many records would be linked
LINK_RATE_AT = "link_rate_at"
PRECISION_AT, RECALL_IN_BLOCKS_AT = "precision_at", "recall_in_blocks_at"  # as the model expects
AT_OTHER_THRESHOLDS = (LINKED_AT, LINK_RATE_AT, PRECISION_AT, RECALL_IN_BLOCKS_AT)

FACTORS: Mapping[str, float] = {
    "odds x 0.01": 0.01,
    "odds x 0.1": 0.1,
    "odds x 10": 10.0,
    "odds x 100": 100.0,
}
"""By what the odds of the threshold are multiplied, the lowest threshold first."""

FARTHEST = ("odds x 0.01", "odds x 100")
"""Those shown by group too: where these change little, the others change less."""
