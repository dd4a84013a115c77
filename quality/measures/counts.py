"""Counts of records, and shares of them."""

# how many records each stage kept: counts, with the records they are counted among in n_records
RECORDS_READ = "records_read"
RECORDS_DROPPED = "records_dropped"  # variable says which filter
RECORDS = "records"
WITH_CANDIDATE = "with_candidate"
LINKED = "linked"
WITH_DUPLICATE = "with_duplicate"
FINDABLE = "findable"  # the records that another source should hold
LINKED_FINDABLE = "linked_findable"
WITH_MISSING = "with_missing"
DECIDED = (LINKED, WITH_DUPLICATE)
FLOW = (RECORDS_READ, RECORDS_DROPPED, RECORDS, WITH_CANDIDATE, LINKED, WITH_DUPLICATE)

# shares of the focal source's records
LINK_RATE = "link_rate"
LINK_RATE_FINDABLE = "findable_link_rate"  # among the records that the source's findable describes
LINK_RATE_WEIGHTED = "weighted_link_rate"  # by the source's survey weight
DUPLICATE_RATE = "duplicate_rate"
LINK_RATES = (LINK_RATE, LINK_RATE_FINDABLE, LINK_RATE_WEIGHTED)
MISSING_AN_IDENTIFIER = "missing_an_identifier"  # at least one
COVERAGE = "coverage"  # whom the other source holds
