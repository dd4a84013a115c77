"""Whole runs attacked: what stands in ``for_release/``, against the exact counts behind it."""

from collections import defaultdict
from collections.abc import Mapping
from pathlib import Path

import pyarrow.parquet as pq

from benchmarks.disclosure.facts import UNNAMED
from benchmarks.disclosure.released import Counted, Key, Release, Tree, read
from benchmarks.disclosure.releasing import Held, truth_of
from benchmarks.disclosure.whole_rates import with_rates
from linkage.characteristics.standards import standard, standard_names
from linkage.config.group_names import ROLLED_UP
from linkage.config.loader import load
from quality.tally import from_table


def held(run: Path) -> Held:
    """Return what a reader holds of a run, and the exact counts of every row of it."""
    config = load(run / "config.yaml").config
    rows = read(run / "for_release")
    trees = tuple(
        Tree(group.source, name, f"{name}{ROLLED_UP}", standard(group.harmonised).roll_up)
        for name, group in config.groups.items()
        if group.harmonised in standard_names()
    )
    counted = truth_of(from_table(pq.read_table(run / "restricted" / "tallies.parquet")))
    truth = _under_their_names(_with_headings(counted, trees), rows)
    shown = sum(each.k is not None for each in rows.values()) / len(rows)
    rules = config.disclosure
    made = Held(Release(rows, rules.threshold, rules.rounding, trees), truth, shown)
    return made if config.quality.truth is None else with_rates(made, run, config.focal)


def _with_headings(counted: Mapping[Key, Counted], trees: tuple[Tree, ...]) -> dict[Key, Counted]:
    """Return the counts with those of the headings of groups: their sums."""
    sums: dict[Key, list[Counted]] = defaultdict(list)
    for key, row in counted.items():
        for tree in trees:
            if (key.source, key.characteristic) == (tree.source, tree.below):
                heading = tree.parents.get(key.group, key.group)
                sums[key._replace(characteristic=tree.above, group=heading)].append(row)
    return {**counted, **{key: _sum(rows) for key, rows in sums.items()}}


def _under_their_names(
    counted: Mapping[Key, Counted], rows: Mapping[Key, Counted]
) -> dict[Key, Counted]:
    """Return the counts of the rows: of groups too small to name together, their sum."""
    unnamed: dict[Key, list[Counted]] = defaultdict(list)
    for key, row in counted.items():
        if key not in rows:
            unnamed[key._replace(group="")].append(row)
    return {
        key: _sum(unnamed[key._replace(group="")]) if key.group.endswith(UNNAMED) else counted[key]
        for key in rows
    }


def _sum(rows: list[Counted]) -> Counted:
    return Counted(sum(row.n or 0 for row in rows), sum(row.k or 0 for row in rows))
