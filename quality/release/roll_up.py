"""Groups too small to be shown, shown together under the headings of their harmonised list.

Only along the tree that the list declares, only where a base is too small, and beside the groups,
which keep the rows they have. What is summed is published too: whoever subtracts the groups shown
from their heading must not come upon a small one, which the overlap of the two says to disclosure
control.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from linkage.characteristics.standards import standard
from linkage.config.group_names import ROLLED_UP, UNKNOWN
from linkage.config.schema import Config
from quality.estimate import Estimate
from quality.groupings import Grouping
from quality.measures import RECORDS
from quality.tally import Tally


@dataclass(frozen=True)
class RollUp:
    """A characteristic under the headings of its list: of which source, and each group's."""

    source: str
    characteristic: str
    headings: Mapping[str, str]

    @property
    def grouping(self) -> Grouping:
        """The headings as groups of records."""
        return Grouping((self.characteristic,), tuple(self.headings.items()))

    @property
    def name(self) -> str:
        """What the characteristic is called under its headings."""
        return self.grouping.name


def roll_ups(tallies: Sequence[Tally], config: Config) -> tuple[RollUp, ...]:
    """Return what is to be rolled up: where a group is under the threshold and its heading is not.

    A list without a declared tree is never rolled up, nor is a characteristic that says so.
    """
    sizes: dict[tuple[str, str], dict[str, int]] = {}
    for each in tallies:
        if each.measure == RECORDS and each.characteristic is not None:
            of = sizes.setdefault((each.source, each.characteristic), {})
            of[str(each.group)] = each.n or 0
    return tuple(
        RollUp(group.source, name, headings)
        for name, group in config.groups.items()
        if group.roll_up == "when_small" and group.harmonised is not None
        if (headings := standard(group.harmonised).roll_up)
        if _helps(sizes.get((group.source, name), {}), headings, config.disclosure.threshold)
    )


def _helps(sizes: Mapping[str, int], headings: Mapping[str, str], threshold: int) -> bool:
    """Say whether a group that is too small has a heading that is not."""
    totals: dict[str, int] = {}
    for group, n in sizes.items():
        totals[headings.get(group, group)] = totals.get(headings.get(group, group), 0) + n
    known = ((group, n) for group, n in sizes.items() if group != UNKNOWN)
    return any(n < threshold <= totals[headings.get(group, group)] for group, n in known)


def rolled_up(tallies: Iterable[Tally], found: Iterable[RollUp]) -> Iterator[Tally]:
    """Yield the tallies of the headings: the sums of those of their groups."""
    by_place = {(each.source, each.characteristic): each for each in found}
    sums: dict[Tally, tuple[int, int]] = {}
    for each in tallies:
        if (rule := by_place.get((each.source, each.characteristic or ""))) is not None:
            heading = rule.headings.get(each.group or "", each.group)
            key = replace(each, characteristic=rule.name, group=heading, k=None, n=None)
            k, n = sums.get(key, (0, 0))
            sums[key] = k + (each.k or 0), n + (each.n or 0)
    yield from (replace(key, k=k, n=n) for key, (k, n) in sums.items())


def references(chosen: Mapping[str, str], found: Iterable[RollUp]) -> dict[str, str]:
    """Return the reference of every characteristic, under its heading where it is rolled up."""
    under = {
        each.name: each.headings.get(chosen[each.characteristic], chosen[each.characteristic])
        for each in found
        if each.characteristic in chosen
    }
    return {**chosen, **under}


def said(rows: Iterable[Estimate], safe: Sequence[Tally]) -> Iterator[Estimate]:
    """Yield the rows; those of headings say that they are, and how many groups cannot be shown."""
    held_back: dict[str, int] = {}
    for each in safe:
        if each.measure == RECORDS and each.characteristic is not None and each.n is None:
            held_back[each.characteristic] = held_back.get(each.characteristic, 0) + 1
    for row in rows:
        if row.characteristic is None or not row.characteristic.endswith(ROLLED_UP):
            yield row
            continue
        n = held_back.get(row.characteristic.removesuffix(ROLLED_UP), 0)
        groups = f"{n} group{'' if n == 1 else 's'}"
        text = f"rolled up to the headings of the list: {groups} cannot be shown alone"
        yield replace(row, assumptions=(*row.assumptions, text))
