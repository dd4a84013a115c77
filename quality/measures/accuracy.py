"""How wrong the links are, where matches are lost, and what comparisons say of it."""

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
EXPECTED_MATCHES = "expected_matches"  # a number of matches, not a share
UNCERTAIN_LINKS = "uncertain_links"  # the share of links that are not sure
LOST_AT = dict(zip(LOSSES, ("blocking", "threshold", "assignment"), strict=True))
