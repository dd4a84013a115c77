"""The pairs that hold a new record: looked up by key, gathered, and compared by the engine."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import duckdb
import numpy as np
import pyarrow as pa

from linkage.batches.adding import cut
from linkage.batches.frozen import Frozen
from linkage.batches.hashes import of_rows
from linkage.batches.index import Index, distinct, matches
from linkage.batches.mapped import numbers, read_mapped
from linkage.batches.spine import Spine
from linkage.batches.versions import Numbers
from linkage.engines.columns import Frequencies, InMemory
from linkage.engines.duckdb import DuckDBEngine
from linkage.engines.room import Room
from linkage.model.scoring import STREAM_FLOOR, weights_of
from linkage.model.source_pairs import SourcePair, SourceSize


@dataclass(frozen=True)
class Meeting:
    """Rows of two sources that may meet: all pairs of ``left`` and ``right`` by any rule."""

    pair: int
    left: Index
    right: Index


class Gatherer:
    """Reads the method's columns of some rows of a source."""

    def __init__(self, spine: Spine) -> None:
        self._spine = spine

    def __call__(self, source: str, rows: Index) -> pa.Table:
        """Return the columns of ``rows``, which rise."""
        parts = []
        for first, table in self._spine.segments("columns", source):
            low, high = np.searchsorted(rows, (first, first + table.num_rows))
            part = table.take(pa.array(rows[low:high] - first))
            parts.append(
                pa.table({name: cut(part[name].combine_chunks()) for name in part.column_names})
            )
        return pa.concat_tables(parts).unify_dictionaries()


def meetings(
    spine: Spine, model: Frozen, versions: Mapping[str, Numbers], first: Mapping[str, int]
) -> list[Meeting]:
    """Return which rows have to be compared because one of them is new.

    A new left row meets new and old right rows, an old left row new ones only: each pair once.

    Parameters
    ----------
    first
        The first new row of each source; there is none where that is the number of rows.
    """
    found = []
    for number, pair in enumerate(model.pairs):
        left, right = pair.left, pair.right
        met = {
            side: _met(spine, model, number, side, first[mine])
            for side, mine in (("l", left), ("r", right))
        }
        new_left = np.arange(first[left], spine.sources[left].n)
        new_right = np.arange(first[right], spine.sources[right].n)
        holding = {name: versions[name] >= 0 for name in (left, right)}
        theirs = met["l"][holding[right][met["l"]]]
        if left == right:
            old = theirs[theirs < first[left]]
            found += [Meeting(number, new_left, new_left), Meeting(number, old, new_left)]
            continue
        mine = met["r"][holding[left][met["r"]]]
        found += [
            Meeting(number, new_left, theirs),
            Meeting(number, mine[mine < first[left]], new_right),
        ]
    return [each for each in found if len(each.left) and len(each.right)]


def _met(spine: Spine, model: Frozen, number: int, side: str, first: int) -> Index:
    """Return the rows of the other side that any rule lets the new rows of one side meet."""
    pair = model.pairs[number]
    mine, other = (pair.left, pair.right) if side == "l" else (pair.right, pair.left)
    state = spine.sources[mine]
    rows = []
    if state.n > first:
        table = read_mapped(spine.path("columns", mine, state.batches[-1]))
        for rule in model.method.rules:
            key, present = of_rows(table, rule.side_columns(side))
            columns = rule.side_columns("r" if side == "l" else "l")
            _, at = matches(key_paths(spine, model, other, columns), key[present])
            rows.append(at)
    return distinct(np.zeros(0, np.int32), *rows)


def key_paths(spine: Spine, model: Frozen, source: str, columns: Sequence[str]) -> Iterator[Path]:
    """Yield the files of keys of a source by these columns."""
    number = model.keys.index((source, tuple(columns)))
    for batch in spine.sources[source].batches:
        yield spine.path("keys", number, batch)


def compare(
    meeting: Meeting,
    model: Frozen,
    frequencies: Mapping[str, Frequencies],
    gather: Gatherer,
    connection: duckdb.DuckDBPyConnection,
    room: Room,
) -> tuple[pa.Table, int]:
    """Return the pairs of a meeting above the floor of the stream, and how many were compared.

    Columns: left, right, rules, code, log2_tf, log2_tf_household.
    """
    said = model.pairs[meeting.pair]
    left = SourceSize("left", 0, len(meeting.left), model.once[said.left])
    within = said.left == said.right and meeting.left is meeting.right
    records = {"left": InMemory(gather(said.left, meeting.left))}
    right = left
    if not within:
        right = SourceSize("right", left.n, len(meeting.right), model.once[said.right])
        records["right"] = InMemory(gather(said.right, meeting.right))
    pair = SourcePair(left, right, said.focal)
    engine = DuckDBEngine(connection, records, [pair], room, frequencies=frequencies)
    engine.prepare(model.method.comparisons, model.method.rules)
    weights = weights_of(model.model([pair]), STREAM_FLOOR)
    table = engine.score(pair, model.method.rules, weights)
    n = engine.n_weighed
    engine.close()
    return by_rows(table, meeting.left, meeting.right, 0 if within else left.n), n


def by_rows(table: pa.Table, left: Index, right: Index, first: int) -> pa.Table:
    """Return pairs of numbered records by their rows.

    Parameters
    ----------
    left, right
        The rows of the records of each side, in the order of their numbers.
    first
        The number of the first record of the right side.
    """
    sides = {
        "left": left[numbers(table, "record_l")].astype(np.int32),
        "right": right[numbers(table, "record_r") - first].astype(np.int32),
    }
    kept = {name: table[name] for name in ("rules", "code", "log2_tf", "log2_tf_household")}
    return pa.table({**sides, **kept})
