"""The words of what a reader knows: counts of people, sums of them, and how rows are called."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from benchmarks.disclosure.released import Key

CROSS, UNKNOWN = " \N{MULTIPLICATION SIGN} ", "unknown"
UNNAMED = "too small to name"
NOT_APPLICABLE, NOT_HELD = "does_not_apply", "missing_in_source"
MISSING = ("missing_identifier", "missing_variable", "missing_group")
PATTERNS = ("missing_pattern", "link_pattern")
RECORDS, READ, DROPPED = "records", "records_read", "records_dropped"
FINDABLE, LINKED_FINDABLE, LACKING = "findable", "linked_findable", "with_missing"
CANDIDATE, DECIDED = "with_candidate", ("linked", "with_duplicate")
LINKED_AT = "linked_at"
THROUGH = "value_through_link"
MATCHES, RIGHT = "matches", "right_links"
BLOCKED_OUT, UNDER_THRESHOLD, ELSEWHERE = (
    "lost_at_blocking",
    "lost_to_the_threshold",
    "lost_to_another",
)
LOST = (BLOCKED_OUT, UNDER_THRESHOLD, ELSEWHERE)
TRUE = (MATCHES, RIGHT, *LOST)
"""What is true of links, and never printed as a count: rates of it are."""
NOT_LINKED, ASKED, OBSERVED = "not_linked_undetermined", "asked", "observed_from_link"


class Count(NamedTuple):
    """A count of people that is a figure of its own: of which release, of what, and where."""

    release: int
    key: Key


Terms = Mapping[Count, int]


@dataclass(frozen=True)
class Constraint:
    """The weighted sum of counts lies between ``low`` and ``high``, both included."""

    terms: Terms
    low: int
    high: int


@dataclass
class Known:
    """All that is known, and every sum of counts that is a number of people.

    ``people`` names these numbers: counts themselves, what is left of a whole, what was lost
    between two steps, and what one delivery added.
    """

    constraints: list[Constraint] = field(default_factory=list)
    people: dict[str, Terms] = field(default_factory=dict)
    counts: dict[Count, None] = field(default_factory=dict)

    def equal(self, left: Mapping[Count, int]) -> None:
        """Add: the weighted sum is 0."""
        self.constraints.append(Constraint(left, 0, 0))

    def is_people(self, name: str, terms: Terms) -> None:
        """Add a number of people; nobody is counted less than not at all."""
        if name not in self.people and len(terms) > 1:
            self.constraints.append(Constraint(terms, 0, NO_LIMIT))
        self.people[name] = terms


NO_LIMIT = 10**6
"""More people than any population of the benchmark has."""


def records(key: Key) -> Key:
    """Return the count of records that a row is taken of."""
    if key.measure in {READ, DROPPED}:
        return Key(READ, key.source, "", "", "ingest", "", "")
    if key.measure == LINKED_FINDABLE:
        return Key(FINDABLE, key.source, "", "", "", key.characteristic, key.group)
    return Key(RECORDS, key.source, "", "", "", key.characteristic, key.group)


def counted(key: Key) -> Key:
    """Return the count of a row's own: records are their own whole."""
    return records(key) if key.measure in {RECORDS, READ} else key


def is_listed(key: Key) -> bool:
    """Say whether a row is there because somebody is: groups, reasons and patterns that occur."""
    if key.measure == RECORDS:
        return bool(key.group)
    of_reason = key.measure in MISSING and key.stage not in {"", NOT_HELD}
    of_reason |= key.measure == THROUGH and key.stage not in {NOT_LINKED, ASKED, OBSERVED}
    return not key.characteristic and (of_reason or key.measure == "missing_pattern")


def few(name: str, threshold: int) -> int:
    """Return under which number a held-back row says that there are few.

    Rows dropped by a filter are held back with up to twice as many, since nothing beside them could
    be small in their place.
    """
    return 2 * threshold if f" | {DROPPED} | " in name and name.startswith("k | ") else threshold


def named(what: str, count: Count) -> str:
    """Return what a number of people is called, by the count that it is made of."""
    return f"{what} | {count.release} | {' | '.join(count.key)}"
