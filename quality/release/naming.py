"""Groups too small to name: a rare value of a free column is itself something about a person.

The groups of a harmonised list are known to everyone. Those of any other column are whatever stood
in the data, a slip of the pen among it; the ones whose number of records is held back share a row.
"""

from collections.abc import Iterable
from dataclasses import replace

from linkage.characteristics.standards import standard_names
from linkage.config.group_names import CROSS, ROLLED_UP, UNKNOWN
from linkage.config.schema import Config
from quality.estimate import Estimate
from quality.measures import RECORDS

TOO_SMALL = "too small to name"
Place = tuple[str | None, str | None]


def without_rare_names(estimates: Iterable[Estimate], config: Config) -> tuple[Estimate, ...]:
    """Return the estimates with the groups that are too small to name in one row together.

    Each of those rows is suppressed already, so no figure is lost.
    """
    estimates = tuple(estimates)
    shared = rare_names(estimates, config)
    found: dict[Estimate, None] = {}
    for each in estimates:
        group = shared.get((each.characteristic, each.group), each.group)
        reference = shared.get((each.characteristic, each.reference), each.reference)
        same = (group, reference) == (each.group, each.reference)
        found[each if same else replace(each, group=group, reference=reference)] = None
    return tuple(found)


def rare_names(estimates: Iterable[Estimate], config: Config) -> dict[Place, str]:
    """Return the group, by place, that stands for each group too small to name."""
    rare: dict[str, list[str]] = {}
    for each in estimates:
        if each.measure == RECORDS and each.status == "suppressed" and each.group is not None:
            named = each.group != UNKNOWN and not each.group.endswith(TOO_SMALL)
            if named and not _listed(each.characteristic or "", config):
                rare.setdefault(each.characteristic or "", []).append(each.group)
    return {
        (characteristic, group): _too_small(len(groups))
        for characteristic, groups in rare.items()
        for group in groups
    }


def _too_small(n: int) -> str:
    return f"{n} group{'s' if n > 1 else ''} {TOO_SMALL}"


def _listed(characteristic: str, config: Config) -> bool:
    """Say whether all groups come from lists: harmonised ones, or bands of age."""
    parts = (
        config.groups.get(name) for name in characteristic.removesuffix(ROLLED_UP).split(CROSS)
    )
    return all(part is not None and part.harmonised in standard_names() for part in parts)
