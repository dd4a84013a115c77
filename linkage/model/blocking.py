"""Blocking rules: which pairs are worth comparing."""

from dataclasses import dataclass

from linkage.sql import identifier


@dataclass(frozen=True)
class Rule:
    """Pairs that agree on every term. A term is a column, or ``a = b`` across the two sides."""

    terms: tuple[str, ...]

    @property
    def name(self) -> str:
        """The rule as a reader writes it."""
        return " + ".join(self.terms)

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns it reads, each once."""
        return tuple(dict.fromkeys((*self.side_columns("l"), *self.side_columns("r"))))

    @property
    def sides(self) -> tuple[tuple[str, str], ...]:
        """The columns that each term reads on the left and on the right side."""
        return tuple(map(_sides, self.terms))

    def side_columns(self, side: str) -> tuple[str, ...]:
        """Return the columns it reads on the left ("l") or the right ("r") side."""
        return tuple(_sides(term)[0 if side == "l" else 1] for term in self.terms)

    def sql(self, left: str, right: str) -> str:
        """Return the join condition between the relations ``left`` and ``right``."""
        return " AND ".join(
            f"{left}.{identifier(a)} = {right}.{identifier(b)}" for a, b in map(_sides, self.terms)
        )


def _sides(term: str) -> tuple[str, str]:
    first, _, second = (part.strip() for part in term.partition("="))
    return first, second or first
