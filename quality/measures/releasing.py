"""What is to be known of a figure before it leaves: its rounding, and whose count it gives away."""

from quality.measures.accuracy import (
    EXPECTED_MATCHES,
    FIELD_COST,
    FIELD_COST_GAP,
    FIELD_DISAGREEMENT,
    FIELD_MISSING,
    M_BY_GROUP,
    RECALL_GAP_SHARE,
)
from quality.measures.comparisons import (
    GAP,
    LINK_RATE_PARTS,
    ODDS_RATIO,
    RATIO,
    RATIOS,
    STANDARDISED_GAP,
    STANDARDISED_GAPS,
    WEIGHTS,
    comparison,
)
from quality.measures.counts import COVERAGE, LINK_RATE, LINK_RATE_WEIGHTED
from quality.measures.linked import (
    ANALYSES,
    EFFECTIVE_SIZE,
    POPULATION_COVERAGE,
    POPULATION_SIZE,
    WEIGHT_TRIMMED_SHARE,
    WEIGHTED_TOTAL,
)
from quality.measures.methods import (
    COMPLETE_CASE,
    COUNTED_STAGES,
    COVERAGE_GIVEN,
    DUAL_SYSTEM_NAIVE,
    EMPIRICAL_BAYES,
    FLUX,
    IMPOSSIBLE_LINKS,
    IMPUTED,
    IMPUTED_MOVED,
    INVERSE_PROBABILITY,
    KATZ,
    LOGISTIC,
    MAIHDA,
    NEWCOMBE,
    REVIEW_AND_COUNTS,
    SURVEY_WEIGHTED,
    TRUTH,
    WELCH,
    WILSON,
    WOOLF,
)
from quality.measures.missing import (
    IMPUTED_GAP,
    IMPUTED_MEAN,
    MONOTONE_PATTERN,
    STAGE_GAP,
    STAGE_SHARE,
    TIPPING_POINT,
)
from quality.measures.models import (
    EXCESS,
    IN_CELL,
    LINK_AME,
    R_PARTIAL,
    R_PARTIAL_CONDITIONAL,
    REPRESENTATIVITY,
)

# figures that are no share: their rounding is another, and they have no limits at 0 and 1
OF_PEOPLE = frozenset(
    {EXPECTED_MATCHES, POPULATION_SIZE, EFFECTIVE_SIZE, WEIGHTED_TOTAL}
)  # numbers of people
# ratios, odds ratios, weights, coefficients
UNBOUNDED: frozenset[str] = frozenset(
    (
        *RATIOS,
        *STANDARDISED_GAPS,
        *WEIGHTS,
        *(comparison(each, GAP, rest=rest) for each in WEIGHTS for rest in (False, True)),
        *(STAGE_GAP, STAGE_SHARE),
        *ANALYSES,
        *(RECALL_GAP_SHARE, FIELD_COST, FIELD_COST_GAP),
        *(IMPUTED_MEAN, IMPUTED_GAP, TIPPING_POINT),
    )
)

# methods that count every record of a group: figures of theirs are counts in other words
OF_EVERY_RECORD = frozenset(
    {
        *(TRUTH, IMPOSSIBLE_LINKS, WILSON, NEWCOMBE, KATZ, WOOLF, WELCH, SURVEY_WEIGHTED),
        *(REVIEW_AND_COUNTS, COVERAGE_GIVEN, COUNTED_STAGES, FLUX),
        *(LOGISTIC, MAIHDA, EMPIRICAL_BAYES, DUAL_SYSTEM_NAIVE),
        *(COMPLETE_CASE, IMPUTED, IMPUTED_MOVED, INVERSE_PROBABILITY),
    }
)
# parts of a group that are small because the group is: their rounding is as much finer
PARTS = frozenset({R_PARTIAL, R_PARTIAL_CONDITIONAL})
# figures made of how many records of a group were linked: held back where that count is
OF_LINKED = frozenset(
    (
        *(LINK_AME, IN_CELL[LINK_RATE], EXCESS[LINK_RATE], EFFECTIVE_SIZE),
        *REPRESENTATIVITY,
        *(LINK_RATE_WEIGHTED, *WEIGHTS),
        *(
            comparison(each, form, rest=rest)
            for each in (LINK_RATE_WEIGHTED, *WEIGHTS)
            for form in (GAP, RATIO, ODDS_RATIO, STANDARDISED_GAP)
            for rest in (False, True)
        ),
    )
)
# what says how many records have a partner: held back where the count of links is, but for samples
OF_MATCHED = frozenset(
    {
        *(COVERAGE, EXPECTED_MATCHES, POPULATION_SIZE, POPULATION_COVERAGE, *LINK_RATE_PARTS),
        *(
            comparison(COVERAGE, form, rest=rest)
            for form in (GAP, RATIO, ODDS_RATIO, STANDARDISED_GAP)
            for rest in (False, True)
        ),
    }
)
# shares of all records that no tally counts: held back where they are of few
SHARES_OF_ALL = frozenset({MONOTONE_PATTERN, WEIGHT_TRIMMED_SHARE})
# shares of a group's matches, by how a field agrees: held back where they are of few
OF_LEVELS = frozenset({FIELD_DISAGREEMENT, FIELD_MISSING, M_BY_GROUP})
# means of values, with missing ones filled in or not, and what is made of them
OF_MEANS = frozenset({IMPUTED_MEAN, IMPUTED_GAP, TIPPING_POINT})
