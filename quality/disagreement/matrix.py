"""The agreement matrix: the group in one source by the group in another, in linked records."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from linkage.config.group_names import UNKNOWN
from linkage.config.schema import Config
from linkage.runs.workspace import Workspace
from linkage.sql import literal
from linkage.tables import GROUP_AGREEMENT
from quality.disagreement.words import Compared, compared, partners, words
from quality.proportion import wilson

_COUNTED = """
    SELECT coalesce(own_group, {unknown}), coalesce(word, {unknown}), count(*),
        count(*) FILTER (is_sure)
    FROM ({words}) GROUP BY ALL ORDER BY ALL
"""


@dataclass(frozen=True)
class Matrix:
    """Linked records by their own group (rows) and the other source's word (columns).

    ``counts`` (groups, groups) in the order of ``groups``, which are all that either source has,
    :data:`linkage.config.group_names.UNKNOWN` among them where there is one.
    """

    groups: tuple[str, ...]
    counts: NDArray[np.int64]

    @property
    def known(self) -> "Matrix":
        """The records whose group both sources know."""
        keep = np.array([group != UNKNOWN for group in self.groups], dtype=bool)
        groups = tuple(group for group in self.groups if group != UNKNOWN)
        return Matrix(groups, self.counts[np.ix_(keep, keep)])

    @property
    def n(self) -> int:
        """Records."""
        return int(self.counts.sum())

    @property
    def n_same(self) -> int:
        """Records of which both sources say the same."""
        return int(np.trace(self.counts))

    @property
    def by_chance(self) -> float:
        """The share that would agree if what one source says had nothing to do with the other."""
        rows, columns = self.counts.sum(axis=1), self.counts.sum(axis=0)
        return float(rows @ columns) / self.n**2


def matrices(workspace: Workspace, config: Config) -> Iterator[tuple[Compared, Matrix, Matrix]]:
    """Yield for every two holders of a characteristic the matrix of all links, and of sure ones."""
    for pair in compared(config):
        linked = partners(workspace, config, pair.source, pair.other)
        said = words(workspace, pair, linked)
        query = _COUNTED.format(unknown=literal(UNKNOWN), words=said)
        rows = workspace.connection.execute(query).fetchall()
        groups = tuple(sorted({name for row in rows for name in row[:2]}))
        every = _matrix(groups, [(own, word, n) for own, word, n, _ in rows])
        sure = _matrix(groups, [(own, word, n) for own, word, _, n in rows])
        yield pair, every, sure


def matrix_table(found: Iterable[tuple[Compared, Matrix, Matrix]], level: float) -> pa.Table:
    """Return the matrices as the table ``group_agreement``: exact, so never to leave.

    ``share`` is of the row: of the records of ``group``, those that the other source puts in
    ``group_other``, with Wilson's interval.
    """
    rows = [row for pair, every, sure in found for row in _rows(pair, every, sure, level)]
    return pa.Table.from_pylist(rows, schema=pa.schema(GROUP_AGREEMENT.columns.items()))


def _matrix(groups: tuple[str, ...], cells: Sequence[tuple[str, str, int]]) -> Matrix:
    counts = np.zeros((len(groups), len(groups)), dtype=np.int64)
    for own, word, n in cells:
        counts[groups.index(own), groups.index(word)] += n
    return Matrix(groups, counts)


def _rows(pair: Compared, every: Matrix, sure: Matrix, level: float) -> Iterator[dict[str, object]]:
    for at, group in enumerate(every.groups):
        n_row = int(every.counts[at].sum())
        for to, other_group in enumerate(every.groups):
            if n_row:
                n = int(every.counts[at, to])
                share = wilson(n, n_row, level)
                yield {
                    "source": pair.source,
                    "other": pair.other,
                    "characteristic": pair.characteristic,
                    "group": group,
                    "group_other": other_group,
                    "n": n,
                    "n_sure": int(sure.counts[at, to]),
                    "share": share.value,
                    "lower": share.lower,
                    "upper": share.upper,
                }
