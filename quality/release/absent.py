"""Rows of groups that have none, because nobody of them is linked or has a partner.

That a row is not there would say so. Every group of a characteristic gets one, held back.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from quality import measures
from quality.estimate import Estimate
from quality.release.error_rates import held_back
from quality.tally import Tally

_METHODS = frozenset({measures.TRUTH, measures.WELCH})
"""Methods that give no row to a group without links, or without matches."""

_Key = tuple[str | None, ...]


def absent_rows(rows: Iterable[Estimate], controlled: Sequence[Tally]) -> Iterator[Estimate]:
    """Yield a row without figures for each group that ``rows`` leave out, by what they are of.

    Parameters
    ----------
    controlled
        The tallies after disclosure control: every group has one of its records.
    """
    records: dict[tuple[str | None, str | None], dict[str | None, int | None]] = {}
    for each in controlled:
        if each.measure == measures.RECORDS and each.group is not None:
            records.setdefault((each.source, each.characteristic), {})[each.group] = each.n
    found: dict[_Key, tuple[Estimate, set[str | None]]] = {}
    for row in rows:
        if row.method in _METHODS and row.group is not None:
            _, groups = found.setdefault(_table(row), (row, set()))
            groups.add(row.group)
    for row, groups in found.values():
        for group, n in records.get((row.source, row.characteristic), {}).items():
            if group not in groups and group != row.reference:
                yield held_back(replace(row, group=group), n)


def _table(row: Estimate) -> _Key:
    of = (row.source, row.other, row.characteristic, row.variable, row.stage, row.reference)
    return (row.measure, row.method, *of)
