"""What each table of a release shows, and what every reader of one has to know."""

from collections.abc import Mapping

TITLES: Mapping[str, str] = {
    "adjusted": "Differences between groups with all else equal",
    "analyses": "Estimates made from linked records, with linkage error and without",
    "causes": "Where differences between groups come from",
    "change": "Change since the last approved release",
    "counts": "Counts behind the figures, after disclosure control",
    "disagreement": "Where sources disagree about a person",
    "errors": "Precision, recall, and where matches are lost",
    "flow": "Records in and out of each stage",
    "gaps": "Gaps between groups",
    "imputed": "Figures with missing values filled in",
    "intersections": "Groups that cross",
    "linkage_weighting": "What linkage weights do",
    "lost_values": "Where values of other sources were lost",
    "missing": "Missing identifiers, variables and groups",
    "missing_patterns": "Values missing together",
    "population": "Number of people and coverage",
    "rates": "Link rates, overall and by group",
    "representativity": "Representativity of the linked records",
    "sensitivity": "Links and link rates at other thresholds",
}
"""The title of each table, by the name of its file."""

NOTES: Mapping[str, str] = {
    "Disclosure control": "Counts of people under {threshold}, zeros included, are suppressed, and "
    "with them the counts that would give one away. Other counts are rounded to {rounding}; rates, "
    "gaps and limits are made from rounded counts.",
    "Grade A": "Measured: a designed sample was reviewed, or the truth is known.",
    "Grade B": "Measured and modelled together.",
    "Grade C": "Model only: limits are a range over models, never an interval.",
    "Grade D": "Not valid, and not shown.",
    "Grade E": "Not identified by the data: the assumptions say what would identify it.",
    "Link rate": "A count of links, right or wrong: not a measure of accuracy.",
}
"""Notes on every table, by what they are about."""
