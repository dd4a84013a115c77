"""How the columns of records are called that say what a record counts for."""

WEIGHT = "survey_weight"
"""The weight of a record in its survey."""


def findable(column: str) -> str:
    """Return the column that says whether a source's ``column`` lets a record be found."""
    return f"findable_{column}"
