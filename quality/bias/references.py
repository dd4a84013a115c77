"""Which group the others of a characteristic are compared with."""

from collections.abc import Mapping, Sequence

from linkage.config.group_names import CROSS, UNKNOWN
from quality import measures
from quality.tally import Tally


def named_references(
    groups: Mapping[str, str | None], intersections: Sequence[Sequence[str]], everywhere: str
) -> dict[str, str]:
    """Return the group that the configuration names as reference, by characteristic.

    Parameters
    ----------
    groups
        Each characteristic's own reference, or None.
    intersections
        The declared intersections, whose reference is where those of its characteristics cross.
    everywhere
        ``largest``, or the reference of characteristics that name none.
    """
    fallback = None if everywhere == "largest" else everywhere
    named = {name: reference or fallback for name, reference in groups.items()}
    for crossed in intersections:
        parts = [named.get(name) for name in crossed]
        joined = [part for part in parts if part is not None]
        named[CROSS.join(crossed)] = CROSS.join(joined) if len(joined) == len(parts) else None
    return {name: reference for name, reference in named.items() if reference is not None}


def references(tallies: Sequence[Tally], named: Mapping[str, str]) -> dict[str, str]:
    """Return each characteristic's reference: the named group, or the largest known one.

    A named group that no record belongs to gives way to the largest.
    """
    sizes: dict[str, dict[str, int]] = {}
    for tally in tallies:
        named_group = tally.characteristic and tally.group
        if tally.measure in measures.DECIDED and named_group and tally.n is not None:
            sizes.setdefault(str(tally.characteristic), {})[str(tally.group)] = tally.n
    return chosen_references(sizes, named)


def chosen_references(
    sizes: Mapping[str, Mapping[str, int]], named: Mapping[str, str]
) -> dict[str, str]:
    """Return each characteristic's reference, from how many records each group has."""
    chosen = {}
    for characteristic, groups in sizes.items():
        known = {name: n for name, n in groups.items() if UNKNOWN not in name.split(CROSS)}
        if (wanted := named.get(characteristic)) in groups:
            chosen[characteristic] = str(wanted)
        elif known:
            chosen[characteristic] = max(known, key=lambda name: (known[name], name))
    return chosen
