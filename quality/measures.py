"""The names that measures, methods and stages bear in the table ``estimates``."""

# how many records each stage kept: counts, with the records they are counted among in n_records
RECORDS_READ = "records_read"
RECORDS_DROPPED = "records_dropped"  # variable says which filter
RECORDS = "records"
WITH_CANDIDATE = "with_candidate"
LINKED = "linked"
WITH_DUPLICATE = "with_duplicate"
FLOW = (RECORDS_READ, RECORDS_DROPPED, RECORDS, WITH_CANDIDATE, LINKED, WITH_DUPLICATE)

# shares of the focal source's records, and gaps between groups
LINK_RATE = "link_rate"
LINK_RATE_GAP = "link_rate_gap"  # against the reference group
LINK_RATE_GAP_REST = "link_rate_gap_rest"  # against everyone else
DUPLICATE_RATE = "duplicate_rate"
DUPLICATE_RATE_GAP = "duplicate_rate_gap"
DUPLICATE_RATE_GAP_REST = "duplicate_rate_gap_rest"

# how wrong the links are, and how many matches there are to find
PRECISION = "precision"
RECALL = "recall"
FALSE_LINK_RATE = "false_link_rate"  # 1 - precision
MISSED_MATCH_RATE = "missed_match_rate"  # 1 - recall
RECALL_IN_BLOCKS = "recall_in_blocks"  # of the matches that some blocking rule brought together
BLOCKING_RECALL = "blocking_recall"  # the share of all matches that some rule brought together
ERROR_RATES = (
    PRECISION,
    RECALL,
    FALSE_LINK_RATE,
    MISSED_MATCH_RATE,
    RECALL_IN_BLOCKS,
    BLOCKING_RECALL,
)
# shares of all matches lost at one stage: they add up to the missed match rate
BLOCKING_LOSS = "blocking_loss"
THRESHOLD_LOSS = "threshold_loss"
ASSIGNMENT_LOSS = "assignment_loss"  # lost to a wrong partner
LOSSES = (BLOCKING_LOSS, THRESHOLD_LOSS, ASSIGNMENT_LOSS)
PRECISION_GAP = "precision_gap"  # against the reference group
RECALL_GAP = "recall_gap"
ERROR_GAPS = (PRECISION_GAP, RECALL_GAP)
COVERAGE = "coverage"
EXPECTED_MATCHES = "expected_matches"  # a number of matches, not a share
UNCERTAIN_LINKS = "uncertain_links"  # the share of links that are not sure

# missing values: variable says which, stage the reason; stage None is every reason together
MISSING_IDENTIFIER = "missing_identifier"
MISSING_VARIABLE = "missing_variable"
MISSING_GROUP = "missing_group"
MISSING_MEASURES = (MISSING_IDENTIFIER, MISSING_VARIABLE, MISSING_GROUP)


# a variable of another source, reached through links; variable says which
VALUE_THROUGH_LINK = "value_through_link"  # counted; stage says what became of the value
FROM_LINK = "observed_from_link"
NOT_LINKED = "not_linked_undetermined"
OBSERVED_RATE = "observed_rate"  # the share of all records whose own value is observed
OBSERVED_BUT_WRONG = "observed_but_wrong"  # the share that shows the value of another person
VALUE_LOST = "value_lost"  # stage says where: with the observed rate they add up to 1
COVERED, BLOCKED, RIGHTLY_LINKED, LINKED_AT_ALL = "covered", "blocked", "linked", "linked_at_all"
ASKED, ANSWERED = "asked", "answered"
STAGE_PASSED = "stage_passed"  # among those that passed the stage before
STAGE_GAP = "stage_gap"  # the log of its ratio to the reference group; stage None is their sum
STAGE_SHARE = "stage_share"  # a stage's part of that sum
OF_STAGES = (
    OBSERVED_RATE,
    OBSERVED_BUT_WRONG,
    VALUE_LOST,
    STAGE_PASSED,
    STAGE_GAP,
    STAGE_SHARE,
)

# which values are missing together: variable says which, by record
MISSING_PATTERN = "missing_pattern"
MONOTONE_PATTERN = "monotone_pattern"
INFLUX, OUTFLUX = "influx", "outflux"
CRAMERS_V = "cramers_v"  # between a missing value and the characteristic that stage names
LINK_PATTERN = "link_pattern"  # variable says to which of the other sources a record is linked

COUNT, WILSON, NEWCOMBE, NO_METHOD = "count", "wilson", "newcombe", "none"

# methods of error rates; quality.grades says what each is worth
REVIEW = "review"
TRUTH = "truth"
MODEL_NORMALISED = "model_normalised"
MODEL_TWO_QUALITY = "model_two_quality"  # u by the groups of the focal source
MODEL_TWO_QUALITY_BOTH = "model_two_quality_both"  # u by the groups of both sources
FABL = "fabl"
MODEL_RANGE = "model_range"  # from the lowest to the highest of the four above
CAPTURE_RECAPTURE = "capture_recapture"
IMPOSSIBLE_LINKS = "impossible_links"
REVIEW_AND_COUNTS = "review_and_counts"  # what a review measured, with counts of values
COVERAGE_GIVEN = "coverage_given"  # coverage from outside the run, with counts of links and values
COUNTED_STAGES = "counted_stages"  # counts of links and values alone
FLUX = "flux"  # figures of a whole table of missing values
CALIBRATED = "calibrated"  # the model's probabilities, put right by review labels
MODELLED = (MODEL_NORMALISED, MODEL_TWO_QUALITY, MODEL_TWO_QUALITY_BOTH, FABL, MODEL_RANGE)
MEASURED = (REVIEW, TRUTH)

# figures that are no share: their rounding is another, and they have no limits at 0 and 1
OF_PEOPLE = frozenset({EXPECTED_MATCHES})  # numbers of people
UNBOUNDED: frozenset[str] = frozenset(
    {STAGE_GAP, STAGE_SHARE}
)  # ratios, odds ratios, weights, coefficients

# methods that count every record of a group: figures of theirs are counts in other words
OF_EVERY_RECORD = frozenset(
    {TRUTH, IMPOSSIBLE_LINKS, REVIEW_AND_COUNTS, COVERAGE_GIVEN, COUNTED_STAGES, FLUX}
)

INGEST, BLOCK, DECIDE = "ingest", "block", "decide"

EVERYONE_ELSE = "everyone else"

# what an interval covers
SAMPLING_ONLY = "sampling only"
SAMPLING_AND_REVIEWER = "sampling and reviewer"
MODEL_PARAMETERS_ONLY = "model parameters only"
RANGE_OVER_MODELS = "range over models"

# findings of a gap
LOWER, HIGHER = "lower", "higher"
NO_MATERIAL_GAP = "no material gap"
NOT_TOLD_APART = "not told apart"
