"""Term frequencies in SQL: which columns need one, and what it adds to a pair's weight."""

from collections.abc import Sequence

from linkage.model.comparisons import Comparison
from linkage.sql import identifier


def frequency_columns(comparisons: Sequence[Comparison]) -> tuple[str, ...]:
    """Return the columns whose term frequency some level uses, each once."""
    levels = (c.term_frequency_levels().values() for c in comparisons)
    return tuple(dict.fromkeys(column for columns in levels for column in columns))


def frequency_sum(comparisons: Sequence[Comparison]) -> str:
    """Return SQL for the sum of -log2 term frequency over the levels that carry one.

    The larger of the two sides' frequencies counts, as in splink.
    """
    terms = [
        f"CASE WHEN {identifier(c.gamma)} = {gamma} THEN -log2(greatest("
        f"{identifier(f'tf_{column}_l')}, {identifier(f'tf_{column}_r')})) ELSE 0::DOUBLE END"
        for c in comparisons
        for gamma, column in c.term_frequency_levels().items()
    ]
    return " + ".join(terms) or "0::DOUBLE"
