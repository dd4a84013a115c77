"""How many values each rule changed, overall and for every group of people."""

from collections import Counter
from collections.abc import Iterator, Sequence

import numpy as np

from linkage.standardise.cleaners import Cleaner
from linkage.standardise.encoded import Encoded
from linkage.standardise.lookups import Found
from linkage.standardise.source import Standardised

EVERYONE = ("none", "all")
NO_GROUP = "missing"
_EVERYONE = ""
"""Stands among the group columns for the grouping that puts all records together."""

CountRow = dict[str, object]


class RuleCounts:
    """Counts of the values that each rule changed, over the batches of one source."""

    def __init__(self, roles: Sequence[Cleaner], groupings: Sequence[str]) -> None:
        self._rules = [(each.role, rule) for each in roles for rule in each.rules]
        self._groupings = {_EVERYONE: EVERYONE[0]}
        self._groupings |= {each: each.removeprefix("group_") for each in groupings}
        self._counts: dict[str, dict[str, Counter[tuple[str, str]]]] = {
            each: {} for each in self._groupings
        }

    def add(self, made: Standardised) -> None:
        """Count a batch."""
        columns = {_EVERYONE: Encoded.same(EVERYONE[1], made.n), **made.columns}
        for each in made.roles:
            if each.fired.any():
                for grouping in self._groupings:
                    self._add(each, grouping, columns[grouping])

    def _add(self, found: Found, grouping: str, groups: Encoded) -> None:
        labels = [NO_GROUP, *groups.values.to_pylist()]
        fired = found.fired.take(found.codes)
        (hit,) = np.nonzero(fired)
        fired, in_group = fired[hit], groups.codes[hit] + 1
        for at, rule in enumerate(found.cleaner.rules):
            changed = in_group[(fired >> np.uint64(at)) & np.uint64(1) > 0]
            for label, n in zip(labels, np.bincount(changed, minlength=len(labels)), strict=True):
                if n:
                    counts = self._counts[grouping].setdefault(label, Counter())
                    counts[found.cleaner.role, rule] += int(n)

    def rows(self, source: str) -> Iterator[CountRow]:
        """Yield a row for every column, rule and group in which the rule changed something."""
        for grouping, label in self._groupings.items():
            for group, counts in sorted(self._counts[grouping].items()):
                for column, rule in self._rules:
                    if n := counts[column, rule]:
                        yield {
                            "source": source,
                            "column": column,
                            "rule": rule,
                            "grouping": label,
                            "group": group,
                            "n": n,
                        }
