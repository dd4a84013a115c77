"""Counts of patterns in SQL, by several groupings of the focal record in one pass."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from linkage.config.group_names import CROSS, UNKNOWN
from linkage.model.source_pairs import SourcePair
from linkage.sql import identifier, literal


@dataclass(frozen=True)
class Grouping:
    """One characteristic or several crossed: ``columns`` of the records, by ``name``."""

    name: str
    columns: tuple[str, ...]


FOLD = Grouping("fold", ("fold",))


def side_of(grouping: Grouping, pair: SourcePair, held: Mapping[str, Sequence[str]]) -> str | None:
    """Return the side of ``pair`` whose records hold the grouping's columns, the focal one first.

    A fold is the focal record's, whose pairs depend on each other.
    """
    sides = {"l": pair.left.name, "r": pair.right.name}
    order = [pair.focal, *(side for side in sides if side != pair.focal)]
    return next((s for s in order if set(grouping.columns) <= set(held[sides[s]])), None)


def label(grouping: Grouping, side: str) -> str:
    """Return SQL for a pair's group, from columns that carry their side."""
    parts = (
        f"coalesce({identifier(f'{column}_{side}')}::VARCHAR, {literal(UNKNOWN)})"
        for column in grouping.columns
    )
    return f" || {literal(CROSS)} || ".join(parts)


def counted(levelled: str, labels: Mapping[str, str]) -> str:
    """Return a query of code, rules, grouping, group and n.

    By rule mask where nothing else splits them (grouping ``none``); else over all rules together,
    with a mask of 0.

    Parameters
    ----------
    levelled
        A query with the columns code, rules and those that labels read.
    labels
        SQL for the group, by the grouping's name.
    """
    names = [f"label_{at}" for at in range(len(labels))]
    made = "".join(f", {sql} AS {n}" for n, sql in zip(names, labels.values(), strict=True))
    sets = ", ".join(["(code, rules)", *(f"(code, {name})" for name in names)])
    which = " ".join(
        f"WHEN grouping({n}) = 0 THEN {literal(grouping)}"
        for n, grouping in zip(names, labels, strict=True)
    )
    said = f"CASE {which} ELSE 'none' END" if labels else "'none'"
    group = f"coalesce({', '.join([*names, literal('')])})"
    return (
        f'SELECT code, coalesce(rules, 0) AS rules, {said} AS grouping, {group} AS "group", '
        f"count(*) AS n FROM (SELECT code, rules{made} FROM ({levelled})) "
        f"GROUP BY GROUPING SETS ({sets}) ORDER BY ALL"
    )
