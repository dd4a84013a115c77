"""What sources say of a person, how many people there are, and analyses of linked records."""

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

# how many people there are; variable says which source's coverage, or by what it was summed
POPULATION_SIZE = "population_size"
POPULATION_COVERAGE = "coverage_of_population"

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
