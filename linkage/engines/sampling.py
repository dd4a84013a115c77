"""Samples that depend on neither row order nor threads: a row is in or out by its own hash."""

from linkage.sql import literal


def drawn(share: float, *expressions: str, seed: str) -> str:
    """Return the condition that a row is in a sample of ``share``, whatever its place."""
    hashed = f"hash({', '.join(expressions)}, {literal(seed)})"
    return f"({hashed} >> 1) <= {int(share * 2**63)}::UBIGINT"
