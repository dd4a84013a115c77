"""Groups with all else equal, intersections, and how alike chances are."""

from quality.measures.accuracy import PRECISION, RECALL
from quality.measures.counts import LINK_RATE

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
