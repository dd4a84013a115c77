"""How figures are made: quality.grades says what each method is worth."""

COUNT, WILSON, NEWCOMBE, NO_METHOD = "count", "wilson", "newcombe", "none"
KATZ, WOOLF = "katz", "woolf"  # ratio and odds ratio of two counts, by their logarithms
WELCH = "welch"  # means of two groups
SURVEY_WEIGHTED = "survey_weighted"
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
REVIEW_AND_COUNTS = "review_and_counts"  # what a review measured, with counts of values
COVERAGE_GIVEN = "coverage_given"  # coverage from outside the run, with counts of links and values
COUNTED_STAGES = "counted_stages"  # counts of links and values alone
FLUX = "flux"  # figures of a whole table of missing values
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
SHRUNKEN = frozenset({EMPIRICAL_BAYES, MAIHDA})  # raw rates of cells have the method of the rate
OF_ANALYSES = (NAIVE, WEIGHTED, FALSE_LINK_CORRECTED, OUTCOME_INFORMED, LINKAGE_DRAWS)
INVERSE_PROBABILITY = "inverse_probability"
COMPLETE_CASE = "complete_case"  # records with a value, for all
IMPUTED = "imputed"
IMPUTED_MOVED = "imputed_moved"  # the missing ones taken to lie off
DUAL_SYSTEM_NAIVE = "dual_system_naive"  # as if every link were right and none were missed
DUAL_SYSTEM_CORRECTED = "dual_system_corrected"  # for false links and missed matches
DUAL_SYSTEM_UNLINKED = "dual_system_unlinked"  # from the matches that models expect
MODELLED = (MODEL_NORMALISED, MODEL_TWO_QUALITY, MODEL_TWO_QUALITY_BOTH, FABL, MODEL_RANGE)
MEASURED = (REVIEW, TRUTH)
