"""Missing values: how many, which together, where they were lost, and filled in."""

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

# with missing values filled in; stage says which values are moved, and how far
IMPUTED_SHARE = "imputed_share"  # of the records, in a group
IMPUTED_MEAN = "imputed_mean"  # variable says of which analysis
IMPUTED_GAP = "imputed_gap"
TIPPING_POINT = "tipping_point"  # how far values must lie off to change what the gap says
IMPUTATION = (IMPUTED_SHARE, IMPUTED_MEAN, IMPUTED_GAP, TIPPING_POINT)
