"""Samples that depend on neither row order nor threads: a row is in or out by its own hash."""

from dataclasses import dataclass

from linkage.model.source_pairs import Side
from linkage.sql import literal


@dataclass(frozen=True)
class Some:
    """Which focal records: a ``share`` of them drawn by hash, or those from ``first`` to ``last``.

    ``last`` is not in it.
    """

    share: float = 1.0
    seed: int = 0
    first: int | None = None
    last: int | None = None

    @property
    def are_all(self) -> bool:
        """Is every record meant?"""
        return self.share >= 1 and self.first is None and self.last is None

    def condition(self, record: str) -> str:
        """Return the SQL condition on the column ``record``."""
        asked = [] if self.share >= 1 else [drawn(self.share, record, seed=str(self.seed))]
        asked += [] if self.first is None else [f"{record} >= {self.first}"]
        asked += [] if self.last is None else [f"{record} < {self.last}"]
        return " AND ".join(asked) or "TRUE"


ALL = Some()


@dataclass(frozen=True)
class Sought:
    """Records of one side of two sources, and how many of the other are sought for each."""

    side: Side
    records: tuple[int, ...]
    best: int


def drawn(share: float, *expressions: str, seed: str) -> str:
    """Return the condition that a row is in a sample of ``share``, whatever its place."""
    hashed = f"hash({', '.join(expressions)}, {literal(seed)})"
    return f"({hashed} >> 1) <= {int(share * 2**63)}::UBIGINT"
