"""How many people two lists hold, and how many links lie between them, by group of people."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from linkage.config.group_names import UNKNOWN
from linkage.config.schema import Config, Group
from quality import measures
from quality.tally import Tally


@dataclass(frozen=True)
class Lists:
    """Records of the focal and of the other source, and links, of one group or of everyone.

    ``other`` is None where the other source does not say who belongs to the group. It counts its
    records whose group is not known too, spread over the groups as the others are.
    """

    characteristic: str | None
    group: str | None
    focal: int
    other: float | None
    links: int


def lists_of(config: Config, tallies: Sequence[Tally], other: str) -> Iterator[Lists]:
    """Yield the counts of everyone, then of each known group of each characteristic.

    A characteristic of the focal source is held by the other source too where that has one by the
    same harmonised list, cut in the same way. Groups that either source lacks are left out.
    """
    focal = config.focal
    linked = {
        (t.characteristic, t.group): t
        for t in tallies
        if (t.measure, t.source, t.other) == (measures.LINKED, focal, other)
    }
    records = {
        (t.characteristic, t.group): t.n or 0
        for t in tallies
        if (t.measure, t.source) == (measures.RECORDS, other)
    }
    ordered = sorted(linked.items(), key=lambda each: [part or "" for part in each[0]])
    for (characteristic, group), tally in ordered:
        if group != UNKNOWN and tally.k is not None and tally.n:
            of_other: float | None = records.get((None, None), 0)
            if characteristic is not None:
                twin = twin_of(config.groups, characteristic, other)
                of_other = None if twin is None else _in_group(records, twin, str(group))
            yield Lists(characteristic, group, tally.n, of_other, tally.k)


def twin_of(groups: Mapping[str, Group], characteristic: str, other: str) -> str | None:
    """Return the name of the same characteristic as ``other`` holds it; None for no or several."""
    mine = groups.get(characteristic)
    if mine is None or mine.standard is None:
        return None
    found = [
        name
        for name, each in groups.items()
        if each.source == other
        and (each.standard, each.split, each.on) == (mine.standard, mine.split, mine.on)
    ]
    return found[0] if len(found) == 1 else None


def _in_group(records: Mapping[tuple[str | None, str | None], int], twin: str, group: str) -> float:
    by_group = {place[1]: n for place, n in records.items() if place[0] == twin}
    known = sum(n for name, n in by_group.items() if name != UNKNOWN)
    return by_group.get(group, 0) * sum(by_group.values()) / known if known else 0.0
