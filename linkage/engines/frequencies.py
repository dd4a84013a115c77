"""Term frequencies in SQL: which columns need one, and what it adds to a pair's weight."""

from collections.abc import Sequence

from linkage.model.comparisons import Comparison
from linkage.sql import identifier


def frequency_columns(comparisons: Sequence[Comparison]) -> tuple[str, ...]:
    """Return the columns whose term frequency some level uses, each once."""
    levels = (c.term_frequency_levels().values() for c in comparisons)
    return tuple(dict.fromkeys(column for columns in levels for column in columns))


def frequency_sums(comparisons: Sequence[Comparison]) -> str:
    """Return SQL for ``log2_tf`` and ``log2_tf_household`` of a pair.

    Each is the sum of -log2 term frequency over the levels that carry one, the second over family
    and place comparisons alone. The larger of the two sides' frequencies counts, as in splink.
    """
    shared = [c for c in comparisons if c.family or c.place]
    return f"{_sum(comparisons)} AS log2_tf, {_sum(shared)} AS log2_tf_household"


def _sum(comparisons: Sequence[Comparison]) -> str:
    terms = [
        f"CASE WHEN {identifier(c.gamma)} = {gamma} THEN -log2(greatest("
        f"{identifier(f'tf_{column}_l')}, {identifier(f'tf_{column}_r')})) ELSE 0::DOUBLE END"
        for c in comparisons
        for gamma, column in c.term_frequency_levels().items()
    ]
    return " + ".join(terms) or "0::DOUBLE"
