"""The names that measures, methods and stages bear in the table ``estimates``."""

# how many records each stage kept: counts, with the records they are counted among in n_records
RECORDS_READ = "records_read"
RECORDS_DROPPED = "records_dropped"  # variable says which filter
RECORDS = "records"
WITH_CANDIDATE = "with_candidate"
LINKED = "linked"
WITH_DUPLICATE = "with_duplicate"
DECIDED = (LINKED, WITH_DUPLICATE)
FLOW = (RECORDS_READ, RECORDS_DROPPED, RECORDS, WITH_CANDIDATE, LINKED, WITH_DUPLICATE)

# shares of the focal source's records
LINK_RATE = "link_rate"
LINK_RATE_FINDABLE = "link_rate_findable"  # among the records that quality.findable describes
LINK_RATE_WEIGHTED = "link_rate_weighted"  # by the source's survey weight
DUPLICATE_RATE = "duplicate_rate"
LINK_RATES = (LINK_RATE, LINK_RATE_FINDABLE, LINK_RATE_WEIGHTED)
MISSING_AN_IDENTIFIER = "missing_an_identifier"  # at least one
COVERAGE = "coverage"  # whom the other source holds

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
EXPECTED_MATCHES = "expected_matches"  # a number of matches, not a share
UNCERTAIN_LINKS = "uncertain_links"  # the share of links that are not sure

# missing values: variable says which, stage the reason; stage None is every reason together
MISSING_IDENTIFIER = "missing_identifier"
MISSING_VARIABLE = "missing_variable"
MISSING_GROUP = "missing_group"
MISSING_MEASURES = (MISSING_IDENTIFIER, MISSING_VARIABLE, MISSING_GROUP)

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
DUPLICATE_RATE_GAP = comparison(DUPLICATE_RATE, GAP)
DUPLICATE_RATE_GAP_REST = comparison(DUPLICATE_RATE, GAP, rest=True)

# parts of a gap in the link rate: they add up to it
COVERAGE_PART, RECALL_PART, FALSE_LINKS_PART = "from_coverage", "from_recall", "from_false_links"
LINK_RATE_PARTS = tuple(
    f"{gap}_{part}"
    for gap in (LINK_RATE_GAP, LINK_RATE_GAP_REST)
    for part in (COVERAGE_PART, RECALL_PART, FALSE_LINKS_PART)
)
DETECTABLE_GAP = "detectable_gap"  # variable says of which gap: the smallest found with power 0.8

COUNT, WILSON, NEWCOMBE, NO_METHOD = "count", "wilson", "newcombe", "none"
KATZ, WOOLF = "katz", "woolf"  # ratio and odds ratio of two counts, by their logarithms
WELCH = "welch"  # means of two groups
SURVEY_WEIGHTED = "survey_weighted"

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
# ratios, odds ratios, weights, coefficients
UNBOUNDED: frozenset[str] = frozenset(
    (
        *RATIOS,
        *STANDARDISED_GAPS,
        *WEIGHTS,
        *(comparison(each, GAP, rest=rest) for each in WEIGHTS for rest in (False, True)),
    )
)

# methods that count every record of a group: figures of theirs are counts in other words
OF_EVERY_RECORD = frozenset(
    {TRUTH, IMPOSSIBLE_LINKS, WILSON, NEWCOMBE, KATZ, WOOLF, WELCH, SURVEY_WEIGHTED}
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
# findings of a standardised difference
ABOVE_A_TENTH, WITHIN_A_TENTH = "above 0.1", "not above 0.1"
