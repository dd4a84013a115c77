"""The block and score stages of a batch: the pairs that hold a new record, or all of them."""

from dataclasses import replace

import numpy as np
import pyarrow as pa

from linkage.batches.adding import write_columns
from linkage.batches.frozen import (
    Frozen,
    count_values,
    read_frequencies,
    write_frequencies,
)
from linkage.batches.growing import Growth
from linkage.batches.mapped import numbers
from linkage.batches.neighbours import Gatherer, Meeting, by_rows, compare, meetings
from linkage.batches.pairs import write_pairs
from linkage.batches.spine import Spine
from linkage.config.schema import Config
from linkage.engines.columns import Frequencies
from linkage.engines.duckdb import DuckDBEngine
from linkage.engines.opening import close_engine, open_engine, records_of, room_of
from linkage.model.method import paired
from linkage.model.scoring import streamed
from linkage.model.source_pairs import SourcePair
from linkage.runs.workspace import Workspace

MEETINGS = "meetings"


def block_new(workspace: Workspace, spine: Spine, model: Frozen) -> None:
    """Write ``meetings``: which rows have to be compared because one of them is new."""
    versions = {name: spine.array("versions", name) for name in spine.sources}
    found = meetings(spine, model, versions, Growth.read(workspace).first)
    columns: dict[str, list[np.ndarray]] = {name: [] for name in ("meeting", "pair", "side", "row")}
    for number, each in enumerate(found):
        for side, rows in enumerate((each.left, each.right)):
            for name, value in (("meeting", number), ("pair", each.pair), ("side", side)):
                columns[name].append(np.full(len(rows), value, np.int32))
            columns["row"].append(rows.astype(np.int32))
    nothing = np.zeros(0, np.int32)
    workspace.write(
        MEETINGS, pa.table({k: np.concatenate([nothing, *v]) for k, v in columns.items()})
    )


def score_new(
    workspace: Workspace, config: Config, spine: Spine, model: Frozen
) -> tuple[Spine, int]:
    """Write the pairs that hold a new record; return the spine with them, and how many were."""
    frequencies = read_frequencies(spine.folder, model)
    room, gather = room_of(config.engine, workspace.scratch), Gatherer(spine)
    tables: dict[int, list[pa.Table]] = {}
    compared = 0
    for meeting in _meetings(workspace):
        found, n = compare(meeting, model, frequencies, gather, workspace.connection, room)
        compared += n
        tables.setdefault(meeting.pair, []).append(found)
        workspace.progress(sum(map(len, tables.values())), None, "meetings")
    pairs = list(spine.pairs)
    for number, parts in tables.items():
        write_pairs(spine, model, number, pa.concat_tables(parts))
        pairs[number] = (*pairs[number], spine.batch)
    return replace(spine, pairs=tuple(pairs)), compared


def _meetings(workspace: Workspace) -> list[Meeting]:
    table = workspace.read(MEETINGS)
    number, pair, side, row = (table[name].to_numpy() for name in table.column_names)
    found = []
    for each in np.unique(number):
        of = np.flatnonzero(number == each)
        left, right = (row[of[side[of] == s]].astype(np.int64) for s in (0, 1))
        same = len(left) == len(right) and bool((left == right).all())
        found.append(Meeting(int(pair[of[0]]), left, left if same else right))
    return found


def score_whole(
    workspace: Workspace, config: Config, spine: Spine, model: Frozen, trained: bool
) -> Spine:
    """Write the columns and keys of all rows, the model's frequencies, and all pairs.

    Parameters
    ----------
    trained
        Whether the model was fitted to these records: then their term frequencies are its own.
    """
    for name in config.sources:
        schema = workspace.schema(f"records_{name}")
        wanted = [column for column in model.columns if column in schema.names]
        batches = workspace.row_groups(f"records_{name}", wanted, wanted)
        table = pa.Table.from_batches(batches).unify_dictionaries()
        write_columns(spine, name, table, model, 0)
    if trained:
        frequencies = {column: _counted(spine, column) for column in model.frequent}
        write_frequencies(spine.folder, model, frequencies)
    else:
        frequencies = read_frequencies(spine.folder, model)
    sizes = {name: state.n for name, state in spine.sources.items()}
    pairs = model.sized(sizes)
    if trained:
        pairs = paired(workspace, config.sources, config.linkage.type)
        engine = open_engine(workspace, config.engine, pairs)
    else:
        paired(workspace, config.sources, config.linkage.type)
        engine = DuckDBEngine(
            workspace.connection,
            dict(records_of(workspace, pairs)),
            pairs,
            room_of(config.engine, workspace.scratch),
            frequencies=frequencies,
        )
    engine.prepare(model.method.comparisons, model.method.rules)
    table = pa.concat_tables(streamed(workspace, engine, model.model(pairs)))
    close_engine(workspace)
    engine.close()
    for number, pair in enumerate(pairs):
        write_pairs(spine, model, number, _of_pair(table, pair))
    workspace.parts.clear()
    return replace(spine, pairs=tuple((spine.batch,) for _ in pairs))


def _counted(spine: Spine, column: str) -> Frequencies:
    tables = (table for name in spine.sources for _, table in spine.segments("columns", name))
    return count_values(table[column] for table in tables if column in table.column_names)


def _of_pair(table: pa.Table, pair: SourcePair) -> pa.Table:
    """Return the pairs of two sources by their rows."""
    left, right = numbers(table, "record_l"), numbers(table, "record_r")
    inside = (left >= pair.left.first) & (left < pair.left.first + pair.left.n)
    inside &= (right >= pair.right.first) & (right < pair.right.first + pair.right.n)
    one, other = (np.arange(each.n) for each in (pair.left, pair.right))
    chosen = table.filter(pa.array(inside))
    at = chosen.column_names.index("record_l")
    moved = pa.array(numbers(chosen, "record_l") - pair.left.first)
    return by_rows(chosen.set_column(at, "record_l", moved), one, other, pair.right.first)
