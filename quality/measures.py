"""The names that measures, methods and stages bear in the table ``estimates``."""

# how many records each stage kept: counts, with the records they are counted among in n_records
RECORDS_READ = "records_read"
RECORDS_DROPPED = "records_dropped"  # variable says which filter
RECORDS = "records"
WITH_CANDIDATE = "with_candidate"
LINKED = "linked"
WITH_DUPLICATE = "with_duplicate"
LINKED_FINDABLE = "linked_findable"
WITH_MISSING = "with_missing"
DECIDED = (LINKED, WITH_DUPLICATE)
FLOW = (RECORDS_READ, RECORDS_DROPPED, RECORDS, WITH_CANDIDATE, LINKED, WITH_DUPLICATE)

# shares of the focal source's records
LINK_RATE = "link_rate"
LINK_RATE_FINDABLE = "findable_link_rate"  # among the records that quality.findable describes
LINK_RATE_WEIGHTED = "weighted_link_rate"  # by the source's survey weight
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
# where gaps come from: what a stage costs a group more than the reference, or than everyone else
BLOCKING_LOSS_GAP, BLOCKING_LOSS_GAP_REST = "blocking_loss_gap", "blocking_loss_gap_rest"
THRESHOLD_LOSS_GAP, THRESHOLD_LOSS_GAP_REST = "threshold_loss_gap", "threshold_loss_gap_rest"
ASSIGNMENT_LOSS_GAP, ASSIGNMENT_LOSS_GAP_REST = "assignment_loss_gap", "assignment_loss_gap_rest"
RECALL_GAP_SHARE = "recall_gap_share"  # the part of the gap in recall that arose at a stage
MAIN_LOSS = "main_loss"  # the stage that lost most of a group's matches, and their share
STAGE_GAPS = (BLOCKING_LOSS_GAP, THRESHOLD_LOSS_GAP, ASSIGNMENT_LOSS_GAP)
STAGE_GAPS_REST = (BLOCKING_LOSS_GAP_REST, THRESHOLD_LOSS_GAP_REST, ASSIGNMENT_LOSS_GAP_REST)
STAGE_COSTS = (MAIN_LOSS, *STAGE_GAPS, *STAGE_GAPS_REST, RECALL_GAP_SHARE)
# what the rates were, had every group the common threshold: where groups have their own
PRECISION_COMMON, RECALL_COMMON = "precision_common", "recall_common"
# what the comparisons say of a group's matches: variable says which comparison
FIELD_COST = "field_cost"  # bits of match weight below full agreement
FIELD_COST_GAP = "field_cost_gap"  # against the reference group
FIELD_DISAGREEMENT = "field_disagreement"  # the share short of full agreement
FIELD_MISSING = "field_missing"  # the share in which either side lacks the value
M_BY_GROUP = "m_by_group"  # of each level, which is the stage
FIELD_COSTS = (
    FIELD_COST,
    FIELD_COST_GAP,
    FIELD_DISAGREEMENT,
    FIELD_MISSING,
    M_BY_GROUP,
)
PRECISION_GAP = "precision_gap"  # against the reference group
RECALL_GAP = "recall_gap"
ERROR_GAPS = (PRECISION_GAP, RECALL_GAP)
COVERAGE = "coverage"
EXPECTED_MATCHES = "expected_matches"  # a number of matches, not a share
UNCERTAIN_LINKS = "uncertain_links"  # the share of links that are not sure

# with missing values filled in; stage says which values are moved, and how far
IMPUTED_SHARE = "imputed_share"  # of the records, in a group
IMPUTED_MEAN = "imputed_mean"  # variable says of which analysis
IMPUTED_GAP = "imputed_gap"
TIPPING_POINT = "tipping_point"  # how far values must lie off to change what the gap says
IMPUTATION = (IMPUTED_SHARE, IMPUTED_MEAN, IMPUTED_GAP, TIPPING_POINT)

# how many people there are; variable says which source's coverage, or by what it was summed
POPULATION_SIZE = "population_size"
POPULATION_COVERAGE = "coverage_of_population"

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
MISSING_AME = "missing_ame"  # average marginal effect of a group on lacking the variable
LINK_PATTERN = "link_pattern"  # variable says to which of the other sources a record is linked

# what two sources say of a person's group: variable says which characteristic, stage the links
GROUP_AGREEMENT = "group_agreement"
GROUP_KAPPA = "group_kappa"
SURE_LINKS = "sure_links"
# and what the rules on whose word counts make of it: stage says the rule
GROUP_CHANGED_SHARE = "group_changed_share"
GROUP_FILLED_SHARE = "group_filled_share"
LINKED_GROUP_SHARE = "linked_group_share"  # of the linked records, those of each group
OWN_WORD = "own_word"  # no rule: what the focal source says
LINK_RATE_BY_RULE = "link_rate_by_rule"
DISAGREEMENT = (
    GROUP_AGREEMENT,
    GROUP_KAPPA,
    GROUP_CHANGED_SHARE,
    GROUP_FILLED_SHARE,
    LINKED_GROUP_SHARE,
    LINK_RATE_BY_RULE,
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

# differences between groups with every other characteristic held equal; variable says what else was
LINK_AME = "link_ame"  # average marginal effect on being linked
MISSED_AME = "missed_ame"  # on being missed, among records that have a partner
ADJUSTED_DIFFERENCES = (LINK_AME, MISSED_AME)

# cells of an intersection: raw and shrunken by method; the excess over what the parts add up to
IN_CELL = {
    LINK_RATE: "link_rate_in_cell",
    PRECISION: "precision_in_cell",
    RECALL: "recall_in_cell",
}
EXCESS = {
    LINK_RATE: "link_rate_excess",
    PRECISION: "precision_excess",
    RECALL: "recall_excess",
}
BETWEEN_CELLS = {  # variable says which intersection
    LINK_RATE: "link_rate_between_cells",
    PRECISION: "precision_between_cells",
    RECALL: "recall_between_cells",
}
INTERSECTIONS = (*IN_CELL.values(), *EXCESS.values(), *BETWEEN_CELLS.values())

# how alike the chances of being linked are; variable says of which characteristic
R_INDICATOR = "r_indicator"
R_VARIATION = "r_coefficient_of_variation"
R_PARTIAL = "r_partial"  # between the groups of a characteristic
R_PARTIAL_CONDITIONAL = "r_partial_conditional"  # within the groups of all others together
REPRESENTATIVITY = (R_INDICATOR, R_VARIATION, R_PARTIAL, R_PARTIAL_CONDITIONAL)

# analyses of linked records: variable says which, and of which coefficient
ANALYSIS_ESTIMATE = "analysis_estimate"
ANALYSIS_SHIFT = "analysis_shift"  # how far a method moves it from the naive estimate
ANALYSIS_SHIFT_IN_ERRORS = "analysis_shift_in_errors"  # the same in naive standard errors
ANALYSES = (ANALYSIS_ESTIMATE, ANALYSIS_SHIFT, ANALYSIS_SHIFT_IN_ERRORS)
# weights of the linked records
EFFECTIVE_SIZE = "effective_size"  # Kish's number of linked records
WEIGHTED_TOTAL = "weighted_total"  # sums of weights: the records, or their survey weights
WEIGHT_TRIMMED_SHARE = "weight_trimmed_share"
LINKAGE_WEIGHTING = (EFFECTIVE_SIZE, WEIGHTED_TOTAL, WEIGHT_TRIMMED_SHARE)

COUNT, WILSON, NEWCOMBE, NO_METHOD = "count", "wilson", "newcombe", "none"
JEFFREYS = "jeffreys"
LOGISTIC = "logistic"  # logistic regression on counts
MAIHDA = "maihda"  # additive logistic model with a random effect of each cell
EMPIRICAL_BAYES = "empirical_bayes"

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
WEIGHTED_CANDIDATES = "weighted_candidates"  # each candidate counts by its match probability
SHRUNKEN_M = "shrunken_m"  # the same counts, drawn towards those of all groups
CALIBRATED = "calibrated"  # the model's probabilities, put right by review labels
# methods of what sources say of a group
LINKED_RECORDS = "linked_records"  # counted in the records that the run linked
FALSE_LINKS_REMOVED = "false_links_removed"  # with what was measured of false links taken out
# methods of analyses
NAIVE = "naive"  # every link taken for right, linked records for all
WEIGHTED = "weighted"
FALSE_LINK_CORRECTED = "false_link_corrected"
LINKAGE_DRAWS = "linkage_draws"
OUTCOME_INFORMED = "outcome_informed"
OF_ANALYSES = (NAIVE, WEIGHTED, FALSE_LINK_CORRECTED, OUTCOME_INFORMED, LINKAGE_DRAWS)
INVERSE_PROBABILITY = "inverse_probability"
DUAL_SYSTEM_NAIVE = "dual_system_naive"  # as if every link were right and none were missed
DUAL_SYSTEM_CORRECTED = "dual_system_corrected"  # for false links and missed matches
DUAL_SYSTEM_UNLINKED = "dual_system_unlinked"  # from the matches that models expect
MODELLED = (MODEL_NORMALISED, MODEL_TWO_QUALITY, MODEL_TWO_QUALITY_BOTH, FABL, MODEL_RANGE)
MEASURED = (REVIEW, TRUTH)

# figures that are no share: their rounding is another, and they have no limits at 0 and 1
OF_PEOPLE = frozenset({EXPECTED_MATCHES, POPULATION_SIZE})  # numbers of people
UNBOUNDED: frozenset[str] = frozenset(
    {STAGE_GAP, STAGE_SHARE, IMPUTED_MEAN, IMPUTED_GAP, TIPPING_POINT}
)  # ratios, odds ratios, weights, coefficients

# figures of the part of a group's records that should be found
OF_FINDABLE = frozenset(
    (
        LINK_RATE_FINDABLE,
        *(
            comparison(LINK_RATE_FINDABLE, form, rest=rest)
            for form in (GAP, RATIO, ODDS_RATIO, STANDARDISED_GAP)
            for rest in (False, True)
        ),
    )
)

# methods that count every record of a group: figures of theirs are counts in other words
OF_EVERY_RECORD = frozenset(
    {
        TRUTH,
        IMPOSSIBLE_LINKS,
        WILSON,
        NEWCOMBE,
        KATZ,
        WOOLF,
        WELCH,
        SURVEY_WEIGHTED,
        INVERSE_PROBABILITY,
    }
)

INGEST, BLOCK, DECIDE = "ingest", "block", "decide"
LOST_AT = dict(zip(LOSSES, ("blocking", "threshold", "assignment"), strict=True))

EVERYONE_ELSE = "everyone else"
SUM_OF_PARTS = "what its characteristics add up to"

# what an interval covers
SAMPLING_ONLY = "sampling only"
SAMPLING_AND_REVIEWER = "sampling and reviewer"
MODEL_PARAMETERS_ONLY = "model parameters only"
RANGE_OVER_MODELS = "range over models"
SAMPLING_AND_IMPUTATION = "sampling and imputation"
CAPTURE_ONLY = "capture only"
CAPTURE_AND_LINKAGE = "capture and linkage"

# findings of a gap
LOWER, HIGHER = "lower", "higher"
NO_MATERIAL_GAP = "no material gap"
NOT_TOLD_APART = "not told apart"
# findings of the main loss: a stage, with this before it where that is not sure; or none
PERHAPS, NOTHING_LOST = "perhaps ", "nothing lost was seen"
# findings of a standardised difference
ABOVE_A_TENTH, WITHIN_A_TENTH = "above 0.1", "not above 0.1"
