"""Stages, what intervals cover, whom groups are compared with, and what a gap shows."""

INGEST, BLOCK, DECIDE = "ingest", "block", "decide"

EVERYONE_ELSE = "everyone else"
SUM_OF_PARTS = "what its characteristics add up to"

# what an interval covers
SAMPLING_ONLY = "sampling only"
SAMPLING_AND_REVIEWER = "sampling and reviewer"
MODEL_PARAMETERS_ONLY = "model parameters only"
RANGE_OVER_MODELS = "range over models"
SAMPLING_AND_PRECISION = "sampling and the measured precision"
SAMPLING_AND_LINKS = "sampling and drawn links"
PRECISION_ONLY = "the measured precision only"
SAMPLING_AND_IMPUTATION = "sampling and imputation"
CAPTURE_ONLY = "capture only"
CAPTURE_AND_LINKAGE = "capture and linkage"

# findings of a gap
LOWER, HIGHER = "lower", "higher"
NO_MATERIAL_GAP = "no material gap"
NOT_TOLD_APART = "not told apart"
# findings of the main loss: a stage, with this before it where that is not sure; or none
PERHAPS, NOTHING_LOST = "perhaps ", "nothing lost was seen"
FEW_LOST = "too few lost to tell"  # at any stage, where those lost are known and few
# findings of a standardised difference
ABOVE_A_TENTH, WITHIN_A_TENTH = "above 0.1", "not above 0.1"
