"""Which sources are compared with which, and on which side a record's candidates compete."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Literal

Side = Literal["l", "r"]


@dataclass(frozen=True)
class SourceSize:
    """A source's place in the numbering of records: ``first`` .. ``first + n - 1``."""

    name: str
    first: int
    n: int
    one_record_per_person: bool


@dataclass(frozen=True)
class SourcePair:
    """Two sources whose records are paired; one source with itself when deduplicating."""

    left: SourceSize
    right: SourceSize
    settled: Side | None = None
    """The focal side, where a model that was fitted before says which it is."""

    @property
    def name(self) -> str:
        """How the pair is called in files and messages."""
        return f"{self.left.name} x {self.right.name}"

    @property
    def within(self) -> bool:
        """Are both sides the same source?"""
        return self.left.name == self.right.name

    @property
    def n_pairs(self) -> int:
        """All pairs of records, blocked or not."""
        return self.left.n * (self.left.n - 1) // 2 if self.within else self.left.n * self.right.n

    @property
    def unique_l(self) -> bool:
        """Does the left source hold each person at most once?"""
        return self.left.one_record_per_person and not self.within

    @property
    def unique_r(self) -> bool:
        """Does the right source hold each person at most once?"""
        return self.right.one_record_per_person and not self.within

    @property
    def focal(self) -> Side:
        """The side whose records' candidates compete: its opposite holds each person once.

        Where both do, the smaller source, on which the match probabilities then add up exactly.
        """
        if self.settled is not None:
            return self.settled
        if self.unique_l and self.unique_r:
            return "l" if self.left.n <= self.right.n else "r"
        return "r" if self.unique_l else "l"

    @property
    def focal_source(self) -> SourceSize:
        """The source on the focal side."""
        return self.left if self.focal == "l" else self.right

    def opposite(self, side: Side) -> SourceSize:
        """Return the source on the other side than ``side``."""
        return self.right if side == "l" else self.left


def within_each(pairs: Sequence[SourcePair]) -> list[SourcePair]:
    """Return every source that holds each person once, paired with itself: no pair is a match."""
    sources = dict.fromkeys(source for pair in pairs for source in (pair.left, pair.right))
    return [SourcePair(each, each) for each in sources if each.one_record_per_person]


def source_pairs(
    sizes: Mapping[str, int], unique: Mapping[str, bool], kind: str
) -> tuple[SourcePair, ...]:
    """Return the pairs of sources that a linkage of ``kind`` compares, in source order.

    Parameters
    ----------
    sizes
        Number of records of each source, in the order in which records are numbered from 0.
    unique
        Whether each source holds a person at most once.
    kind
        ``linkage.type`` of the configuration.
    """
    sources, first = [], 0
    for name, n in sizes.items():
        sources.append(SourceSize(name, first, n, unique[name]))
        first += n
    across = [SourcePair(a, b) for a, b in combinations(sources, 2)]
    within = [SourcePair(a, a) for a in sources]
    return tuple(
        {"link": across, "deduplicate": within, "link_and_deduplicate": across + within}[kind]
    )
