"""What may stand in a release: the tables, and the columns of each."""

from linkage.tables import ESTIMATES
from quality.release.files import TABLES

_COUNTS = (
    "measure source other variable stage characteristic group n k status base"  # base: rounded to
).split()

FIGURES = ("estimate", "lower", "upper", "k")
"""Columns that are empty in a row that was held back."""

COUNTS_OF_PEOPLE = ("n", "k", "n_records", "n_reviewed")
"""Columns that count people: rounded, and none under the threshold."""


def columns_of(table: str) -> tuple[str, ...] | None:
    """Return the columns that the table called ``table`` may have, None for an unknown table."""
    known: dict[str, tuple[str, ...]] = {
        "estimates": tuple(ESTIMATES.columns),
        "counts": tuple(_COUNTS),
        **{name: tuple(columns) for name, (_, columns) in TABLES.items()},
    }
    return known.get(table)
