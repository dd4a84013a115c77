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

# what the links alone cannot say
MISSED_MATCH_RATE = "missed_match_rate"
COVERAGE = "coverage"

# missing values: variable says which, stage the reason; stage None is every reason together
MISSING_IDENTIFIER = "missing_identifier"
MISSING_VARIABLE = "missing_variable"
MISSING_GROUP = "missing_group"
MISSING_MEASURES = (MISSING_IDENTIFIER, MISSING_VARIABLE, MISSING_GROUP)

COUNT, WILSON, NEWCOMBE, NO_METHOD = "count", "wilson", "newcombe", "none"

INGEST, BLOCK, DECIDE = "ingest", "block", "decide"

EVERYONE_ELSE = "everyone else"
SAMPLING_ONLY = "sampling only"

# findings of a gap
LOWER, HIGHER = "lower", "higher"
NO_MATERIAL_GAP = "no material gap"
NOT_TOLD_APART = "not told apart"
