"""Groupings that are nested by what they are called: of some, no records are at hand.

Race is the sum of race crossed with sex, and a heading that of the groups under it, whichever
release each stands in.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping
from itertools import permutations

from linkage.config.group_names import CROSS, ROLLED_UP
from quality.release.naming import TOO_SMALL
from quality.release.overlaps import Overlap
from quality.tally import Tally

Headings = Mapping[str, Mapping[str, str]]
"""The headings of a characteristic's groups, by characteristic."""


def nested(
    tallies: Iterable[Tally], headings: Headings, seen: Collection[tuple[str, str | None]]
) -> Iterator[Overlap]:
    """Yield each group with the groups of another characteristic that it is the sum of.

    Parameters
    ----------
    seen
        Sources and characteristics of which the records themselves say what is nested in what.
    """
    groups: dict[tuple[str, str], dict[str, None]] = {}
    for each in tallies:
        if each.characteristic is not None:
            of = groups.setdefault((each.source, each.characteristic), {})
            of[str(each.group)] = None
    for (source, wide), (theirs, narrow) in permutations(groups, 2):
        known = (source, wide) in seen and (source, narrow) in seen
        if source == theirs and not known:
            yield from _sums(source, wide, narrow, groups, headings)


def _sums(
    source: str,
    wide: str,
    narrow: str,
    groups: Mapping[tuple[str, str], Iterable[str]],
    headings: Headings,
) -> Iterator[Overlap]:
    under: dict[str, list[str]] = {}
    joint = False
    for name in groups[source, narrow]:
        joint |= name.endswith(TOO_SMALL)
        if (of := _projected(name, wide, narrow, headings)) is not None:
            under.setdefault(of, []).append(name)
    for group in groups[source, wide]:
        if group in under:
            # groups without a name may belong to any group: nobody knows how many do
            unnamed = [f"others of {group}"] if joint else []
            yield Overlap(source, wide, (group,), narrow, (*under[group], *unnamed))


def _projected(group: str, wide: str, narrow: str, headings: Headings) -> str | None:
    """Return the group of ``wide`` that a group of ``narrow`` belongs to; None for none."""
    if wide == f"{narrow}{ROLLED_UP}":
        return headings.get(narrow, {}).get(group, group)
    parts, values = narrow.split(CROSS), group.split(CROSS)
    wanted = wide.split(CROSS)
    if len(parts) != len(values) or not set(wanted) < set(parts):
        return None
    return CROSS.join(values[parts.index(part)] for part in wanted)
