"""One record against all: what is asked of two texts is answered once for each value there is.

A source holds far fewer surnames than people. Where all pairs have one record in common, a question
about one column of each side has as many answers as the other column has values.
"""

from typing import TypeAlias

import numpy as np
import pyarrow as pa

from linkage.engines.asking import Asking
from linkage.engines.closeness import Closeness
from linkage.engines.columns import Columns
from linkage.engines.conditions import Dice, Edits, Similar, Sql
from linkage.engines.pairs import Flags, Pairs

Leaf: TypeAlias = Similar | Edits | Dice | Sql

_MOST_KEPT = 256
"""Questions of which the answers are kept: those of a few records."""


class OneToAll:
    """Answers leaves for pairs that have one record in common, from a table of values.

    Parameters
    ----------
    columns
        Hold the columns that the leaves read.
    closeness, asking
        Say what is not in a table yet.
    """

    def __init__(self, columns: Columns, closeness: Closeness, asking: Asking) -> None:
        self._columns, self._closeness, self._asking = columns, closeness, asking
        self._told: dict[tuple[Leaf, str, int], Flags] = {}

    def truth(
        self, leaf: Leaf, names: tuple[str, ...], pairs: Pairs, asked: Flags | None
    ) -> Flags | None:
        """Say of each pair whether ``leaf`` holds; None where a table would not pay.

        Parameters
        ----------
        names
            The columns that the leaf reads, with their sides.
        asked
            The pairs in doubt; of others anything is said.
        """
        one = next((side for side in "lr" if len(pairs.sides[side].records) == 1), None)
        if one is None or not len(pairs) or {name[-1] for name in names} != {"l", "r"}:
            return None
        if len(names) != 2:
            return None
        mine, other = names if names[0][-1] == one else names[::-1]
        key = (leaf, mine, int(pairs.codes(mine, np.zeros(1, np.intp))[0]))
        if key not in self._told:
            n_asked = len(pairs) if asked is None else np.count_nonzero(asked)
            if n_asked < len(self._columns.values(other[:-2])):
                return None
            if len(self._told) >= _MOST_KEPT:
                self._told.clear()
            self._told[key] = self._against_all(leaf, mine, key[2], other)
        told = self._told.get(key)  # another thread may have cleared it
        return None if told is None else told.take(pairs.codes(other).astype(np.intp))

    def _against_all(self, leaf: Leaf, mine: str, code: int, other: str) -> Flags:
        """Return the answer for each value of ``other``, and for a missing one at the end."""
        n = len(self._columns.values(other[:-2])) + 1
        codes = {mine: np.full(n, code), other: np.append(np.arange(n - 1), -1)}
        if isinstance(leaf, Sql):
            asked = {
                name: self._columns.values(name[:-2]).take(pa.array(each, mask=each < 0))
                for name, each in codes.items()
            }
            sql = f"CASE WHEN {leaf.sql} THEN TRUE ELSE FALSE END AS t"
            return np.asarray(self._asking(sql, pa.table(asked))["t"].to_numpy())
        return self._closeness.of_codes(leaf, codes[leaf.one], codes[leaf.other])
