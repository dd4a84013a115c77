"""What a comparison is: ordered levels of agreement on standardised columns of two records.

Columns of the two sides carry the suffixes ``_l`` and ``_r``, as splink writes them, so that a
comparison can be handed to splink as it stands.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from linkage.sql import identifier


@dataclass(frozen=True)
class Level:
    """One degree of agreement: the SQL condition that a pair meets, tried in order."""

    label: str
    sql: str
    missing: bool = False
    term_frequency: str | None = None
    """The column whose frequency adjusts this level's weight."""


@dataclass(frozen=True)
class Comparison:
    """A comparison: its levels from missing through strictest to none.

    ``place`` and ``family`` mark the comparisons that people of one household share: an address,
    a surname (methods: the household class). ``given``: the column on which a pair must agree for
    this comparison to be other than missing, as a rule; how often its levels are met by chance is
    asked of pairs of different people who do. ``rare``: every level but the last asks one of
    ``columns`` to be equal, and so rarely is by chance that of random pairs it is the matches among
    them that are; it is asked of all pairs of different people.
    """

    name: str
    columns: tuple[str, ...]
    levels: tuple[Level, ...]
    family: bool = False
    place: bool = False
    given: str = ""
    rare: bool = False

    @property
    def told_by(self) -> str:
        """What names the pairs of different people that tell of chance; empty of random pairs."""
        return self.name if self.rare else self.given

    @property
    def scored(self) -> tuple[Level, ...]:
        """The levels that carry a weight, strictest first."""
        return tuple(level for level in self.levels if not level.missing)

    @property
    def gamma(self) -> str:
        """The column that holds this comparison's level of a pair."""
        return f"gamma_{self.name}"

    def conditions(self) -> list[tuple[int, str]]:
        """Return (gamma, SQL) in the order tried: -1 missing, highest the strictest.

        What meets none stands at the last level, 0.
        """
        gamma = len(self.scored)
        found = []
        for level in self.levels[:-1]:
            gamma -= not level.missing
            found.append((-1 if level.missing else gamma, level.sql))
        return found

    def gamma_sql(self) -> str:
        """Return SQL for the level of a pair: -1 missing, 0 none, highest the strictest."""
        cases = " ".join(f"WHEN {sql} THEN {gamma}" for gamma, sql in self.conditions())
        return f"(CASE {cases} ELSE 0 END)::TINYINT"

    def term_frequency_levels(self) -> dict[int, str]:
        """Return gamma -> the column whose frequency adjusts it."""
        top = len(self.scored) - 1
        return {
            top - k: level.term_frequency
            for k, level in enumerate(self.scored)
            if level.term_frequency
        }

    def asks_equality(self, gamma: int, column: str) -> bool:
        """Say whether a pair can only stand at level ``gamma`` with one value of ``column``."""
        said = dict(self.conditions()).get(gamma, "")
        return equal(column) in said and " OR " not in said


def left(column: str) -> str:
    """Return the quoted name of ``column`` on the left side."""
    return identifier(f"{column}_l")


def right(column: str) -> str:
    """Return the quoted name of ``column`` on the right side."""
    return identifier(f"{column}_r")


def missing(*columns: str) -> Level:
    """Return the level of a pair in which any of ``columns`` is missing on either side."""
    sides = (f"{side(c)} IS NULL" for c in columns for side in (left, right))
    return Level("missing", " OR ".join(sides), missing=True)


def equal(column: str) -> str:
    """Return the condition that both sides hold the same value."""
    return f"{left(column)} = {right(column)}"


def similar(column: str, threshold: float) -> str:
    """Return the condition on the Jaro-Winkler similarity (Winkler 1990)."""
    return f"jaro_winkler_similarity({left(column)}, {right(column)}) >= {threshold}"


def edits(column: str, at_most: int) -> str:
    """Return the condition on the Damerau-Levenshtein distance, lengths looked at first."""
    lengths = f"abs(length({left(column)}) - length({right(column)})) <= {at_most}"
    return f"({lengths} AND damerau_levenshtein({left(column)}, {right(column)}) <= {at_most})"


def dice(column: str, threshold: float) -> str:
    """Return the condition on the Dice coefficient of two filters' bits (Dice 1945).

    2 |a and b| >= threshold x (|a| + |b|), in whole numbers and decimals: nothing is rounded.
    """
    a, b = (f"{side(column)}::BIT" for side in (left, right))
    return f"2.0 * bit_count({a} & {b}) >= {threshold} * (bit_count({a}) + bit_count({b}))"


def differ(one: str, other: str) -> str:
    """Return the condition that the left side's value of a column is not the right side's."""
    return f"{left(one)} <> {right(other)}"


def swapped(one: str, other: str) -> str:
    """Return the condition that two columns have changed places."""
    return f"{left(one)} = {right(other)} AND {left(other)} = {right(one)}"


def columns_of(comparisons: Iterable[Comparison]) -> tuple[str, ...]:
    """Return every column that the comparisons read, each once, in order."""
    return tuple(dict.fromkeys(column for c in comparisons for column in c.columns))
