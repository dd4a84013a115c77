"""Groups as they stand in the data: whether they hide people whom nobody wrote a reason to hide."""

from collections.abc import Iterator, Mapping

import numpy as np

from linkage.characteristics.refusals import one_name_for_all, white_and_everyone_else
from linkage.config.schema import Group, Source
from linkage.errors import Fault
from linkage.sources.faults import fault
from linkage.standardise.source import Standardised

_FEW = 2
"""A split into White and everyone else has no more groups than these."""


class Splits:
    """The groups of one source's own characteristics, those of no harmonised list.

    Only the first few groups are remembered: a split has two, and one name for all is looked for
    in every batch.
    """

    def __init__(self, groups: Mapping[str, Group]) -> None:
        free = (
            name
            for name, group in groups.items()
            if group.harmonised is None and group.allow_binary is None
        )
        self._groups: dict[str, set[str]] = {name: set() for name in free}
        self._one_name: set[str] = set()

    def add(self, made: Standardised) -> None:
        """See the groups of a batch."""
        for name, seen in self._groups.items():
            column = made.columns[f"group_{name}"]
            here = np.unique(column.codes[column.filled])
            found = [group for group in column.values.take(here).to_pylist() if group not in seen]
            if any(map(one_name_for_all, found)):
                self._one_name.add(name)
            seen.update(found[: _FEW + 1])

    def refused(self, name: str, source: Source) -> Iterator[Fault]:
        """Yield a fault for each characteristic that is refused."""
        for characteristic, seen in self._groups.items():
            if characteristic in self._one_name:
                message = f"the group {characteristic} calls all ethnic minorities by one name"
            elif white_and_everyone_else(seen):
                message = f"the group {characteristic} is White or everyone else, and nothing else"
            else:
                continue
            fix = "take a column with each ethnic group, or write  allow_binary:  with the reason"
            yield fault("D322", name, source, message, fix)
