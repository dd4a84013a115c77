"""A count of people that a table gives away, and the sums by which a reader ties such counts."""

from dataclasses import dataclass, field
from typing import NamedTuple

from linkage.disclosure import Equation, Item, Limits

Family = tuple[str, str, str | None, str | None, str | None]
"""Measure, source, other source, variable and stage of a table of counts."""

Place = tuple[str | None, str | None]
"""Characteristic and group; None for all records."""


class Cell(NamedTuple):
    """One count: the k of a tally, the rest of its n, or what is lost between two tallies."""

    kind: str
    family: Family
    place: Place


@dataclass
class Cells:
    """Counts by item, the equations between them, and what a reader knows of a hidden one.

    ``slack`` are no counts of people: they say by how much one sum is under another.
    """

    counts: dict[Item, int] = field(default_factory=dict)
    equations: list[Equation] = field(default_factory=list)
    known: dict[Item, Limits] = field(default_factory=dict)
    slack: set[Item] = field(default_factory=set)
