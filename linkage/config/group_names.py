"""How groups of the configured characteristics are called in every table."""

UNKNOWN = "unknown"
"""The group of records whose group is missing: a row of its own, never dropped."""

ROLLED_UP = " (rolled up)"
"""What follows the name of a characteristic whose groups stand under the headings of their list."""

CROSS = " \N{MULTIPLICATION SIGN} "
"""What joins the characteristics, and the groups, of an intersection."""
