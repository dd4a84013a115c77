"""Margins: groups add up to all, cells to what they are crossed of, narrow groups to broad ones."""

from collections.abc import Iterable, Mapping, Sequence

from benchmarks.disclosure.facts import CROSS, NO_LIMIT, UNNAMED, Constraint, Count, Known
from benchmarks.disclosure.released import Tree

Tables = Mapping[str, Mapping[str, Count]]
"""The counts of one measure, by characteristic and group; all records stand under no name."""


def add_margins(result: Known, tables: Tables, trees: Sequence[Tree]) -> None:
    """Add: all = the sum of the groups; a group = the sum of the cells it is crossed into."""
    for name, groups in tables.items():
        if name and "" in tables:
            add_sum(result, tables[""][""], groups.values())
        for other, cells in tables.items():
            for group, count in groups.items():
                within = [c for cell, c in cells.items() if _is_in(other, cell, name, group)]
                if within:
                    add_sum(result, count, within, all_named=_are_named(cells))
    for tree in trees:
        if {tree.above, tree.below} <= tables.keys():
            _add_tree(result, tree, tables)


def add_sum(result: Known, whole: Count, parts: Iterable[Count], *, all_named: bool = True) -> None:
    """Add: the whole = the sum of its parts, or is more where some of them are not named."""
    terms = {whole: 1, **dict.fromkeys(parts, -1)}
    result.constraints.append(Constraint(terms, 0, 0 if all_named else NO_LIMIT))


def _add_tree(result: Known, tree: Tree, tables: Tables) -> None:
    for group, count in tables[tree.above].items():
        below = [
            c for name, c in tables[tree.below].items() if tree.parents.get(name, name) == group
        ]
        if below:
            add_sum(result, count, below, all_named=_are_named(tables[tree.below]))


def _is_in(other: str, cell: str, name: str, group: str) -> bool:
    """Say whether a cell of the intersection ``other`` belongs to a group of ``name``."""
    crossed, parts = other.split(CROSS), name.split(CROSS)
    if not set(parts) < set(crossed) or not _are_named([cell]):
        return False
    of = dict(zip(crossed, cell.split(CROSS), strict=True))
    return [of[each] for each in parts] == group.split(CROSS)


def _are_named(groups: Iterable[str]) -> bool:
    """Say whether no group stands for several that are too small to name."""
    return not any(group.endswith(UNNAMED) for group in groups)
