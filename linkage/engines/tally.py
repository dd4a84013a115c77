"""Pairs folded into counts of their patterns, by rule mask and by group."""

from collections.abc import Mapping, Sequence

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from linkage.config.group_names import CROSS, UNKNOWN
from linkage.engines.columns import Columns
from linkage.engines.counts import Grouping
from linkage.engines.pairs import Pairs
from linkage.model.source_pairs import SourcePair

Numbers = npt.NDArray[np.int64]

_COUNT: list[tuple[list[str], str]] = [([], "count_all")]
_SUM = [("count_all", "sum")]
_COUNTS = pa.schema(
    [
        ("code", pa.int64()),
        ("rules", pa.int64()),
        ("grouping", pa.string()),
        ("group", pa.string()),
        ("n", pa.int64()),
    ]
)


class Tally:
    """Counts of the patterns of pairs, by each of some groupings of one side's records.

    Parameters
    ----------
    asked
        The groupings, each with the side whose records it is of.
    """

    def __init__(self, columns: Columns, asked: Mapping[Grouping, str]) -> None:
        self._columns, self._asked = columns, asked
        self._parts: list[list[pa.Table]] = [[] for _ in range(len(asked) + 1)]

    def folded(self, pairs: Pairs, code: Numbers) -> list[pa.Table]:
        """Return the counts of some pairs: by rule mask, then by each grouping."""
        made = [{"code": code, "by": pairs.rules}]
        made += [
            {"code": code, "by": self._group(pairs, grouping, side)}
            for grouping, side in self._asked.items()
        ]
        return [
            pa.table(each).group_by(["code", "by"], use_threads=False).aggregate(_COUNT)
            for each in made
        ]

    def add(self, counts: Sequence[pa.Table]) -> None:
        """Add counts that :meth:`folded` returned."""
        for parts, each in zip(self._parts, counts, strict=True):
            parts.append(each)

    def by_code(self) -> pa.Table:
        """Return ``n`` by ``code``, in order."""
        codes, _, n = self._total(0)
        distinct, place = np.unique(codes, return_inverse=True)
        total = np.bincount(place, weights=n, minlength=len(distinct)).astype(np.int64)
        return pa.table({"code": distinct.astype(np.int64), "n": total})

    def by_group(self, pair: SourcePair) -> pa.Table:
        """Return source_l, source_r, code, rules, grouping, group and n, in order.

        By rule mask under the grouping ``none``; under the others over all rules, with a mask of 0.
        """
        tables = [_COUNTS.empty_table()]
        code, mask, n = self._total(0)
        tables.append(_counts(code, mask, "none", pa.array([""]), np.zeros_like(n), n))
        for number, grouping in enumerate(self._asked, 1):
            code, group, n = self._total(number)
            distinct, place = np.unique(group, return_inverse=True)
            names = self._labels(grouping, distinct)
            tables.append(_counts(code, np.zeros_like(n), grouping.name, names, place, n))
        table = pa.concat_tables(tables)
        table = table.sort_by([(name, "ascending") for name in table.column_names[:4]])
        for at, source in enumerate((pair.left, pair.right)):
            name = pa.repeat(source.name, table.num_rows)
            table = table.add_column(at, ("source_l", "source_r")[at], name)
        return table

    def _group(self, pairs: Pairs, grouping: Grouping, side: str) -> Numbers:
        """Return one number for each pair's group: the codes of its columns, as digits."""
        number = np.zeros(len(pairs), np.int64)
        for column in grouping.columns:
            number *= len(self._columns.values(column)) + 1
            number += pairs.codes(f"{column}_{side}") + 1
        return number

    def _labels(self, grouping: Grouping, numbers: Numbers) -> pa.Array:
        """Return the names of the groups of these numbers."""
        names = []
        for column in reversed(grouping.columns):
            values = [*self._columns.values(column).cast(pa.string()).to_pylist(), UNKNOWN]
            numbers, code = np.divmod(numbers, len(values))
            names.append([values[at - 1] for at in code])
        return pa.array(
            [CROSS.join(reversed(each)) for each in zip(*names, strict=True)], pa.string()
        )

    def _total(self, number: int) -> tuple[Numbers, Numbers, Numbers]:
        parts = self._parts[number]
        if not parts:
            return (np.zeros(0, np.int64),) * 3
        total = pa.concat_tables(parts).group_by(["code", "by"], use_threads=False).aggregate(_SUM)
        return tuple(total[name].to_numpy() for name in ("code", "by", "count_all_sum"))


def _counts(
    code: Numbers, mask: Numbers, grouping: str, names: pa.Array, place: Numbers, n: Numbers
) -> pa.Table:
    columns = [code, mask, pa.repeat(grouping, len(n)), names.take(pa.array(place)), n]
    return pa.table(columns, schema=_COUNTS)
