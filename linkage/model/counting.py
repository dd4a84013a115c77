"""The count stage: candidate pairs folded into agreement patterns."""

from collections.abc import Mapping, Sequence

import numpy as np
import pyarrow as pa

from linkage.config.linkage_settings import Linkage
from linkage.config.source_settings import Source
from linkage.engines.duckdb import DuckDBEngine
from linkage.model.blocking import Rule
from linkage.model.comparisons import Comparison
from linkage.model.evidence import gammas_of, number_patterns
from linkage.model.household import address_key
from linkage.model.method import Method, from_record, paired
from linkage.model.normalise import Index
from linkage.model.parameters import Gammas
from linkage.model.source_pairs import SourcePair
from linkage.runs.workspace import Workspace
from linkage.tables import PATTERN_COUNTS

_SHARING_PAIRS = 500_000


def count(workspace: Workspace, sources: Mapping[str, Source], linkage: Linkage) -> None:
    """Write ``patterns``, ``pattern_counts``, ``record_patterns`` and ``household_patterns``.

    ``record_patterns`` holds every candidate of a sample of focal records (all, where there are
    no more than ``training.record_sample``); ``household_patterns`` the pairs that agree on an
    address key, whatever rule they meet.
    """
    method = from_record(workspace.read_json("method"))
    pairs = paired(workspace, sources, linkage.type)
    engine = DuckDBEngine(workspace.connection, pairs)
    key = address_key(engine.shared_columns())
    engine.prepare(method.comparisons, [*method.rules, *([] if key is None else [Rule(key)])])
    share = sample_share(pairs, linkage.training.record_sample)
    seed = linkage.training.seed
    engine.block(method.rules, share, seed)
    table = engine.compare(method.comparisons)
    workspace.progress(table.num_rows, table.num_rows, "pairs")
    sharing, n_sharing = _sharing(engine, method, key, seed)
    tables = [table, sharing] if sharing is not None else [table]
    random = workspace.read("random_patterns")
    gammas = [gammas_of(t, method.comparisons) for t in (*tables, random)]
    patterns, number = number_patterns(np.concatenate(gammas), method.comparisons)
    ends = np.cumsum([len(g) for g in gammas])
    numbers = np.split(number, ends[:-1])
    workspace.write("patterns", _patterns(patterns, method.comparisons))
    workspace.write("record_patterns", _record_patterns(table, numbers[0], pairs))
    workspace.write(
        "household_patterns", _household_patterns(sharing, numbers[1] if sharing else None)
    )
    counted = [_counted(table, numbers[0], pairs), _random_counts(random, numbers[-1], pairs)]
    workspace.write("pattern_counts", pa.concat_tables(counted))
    workspace.write_json("counts", {"share": share, "key": key, "n_sharing": n_sharing})


def sample_share(pairs: Sequence[SourcePair], most: int) -> float:
    """Return the share of focal records whose candidates training needs."""
    largest = max(pair.focal_source.n for pair in pairs)
    return min(1.0, most / max(largest, 1))


def _sharing(
    engine: DuckDBEngine, method: Method, key: tuple[str, ...] | None, seed: int
) -> tuple[pa.Table | None, int]:
    surname = any(c.family for c in method.comparisons)
    place = any(c.place for c in method.comparisons)
    if key is None or not (surname and place):
        return None, 0
    return engine.compare_sharing(method.comparisons, key, _SHARING_PAIRS, seed)


def _patterns(gammas: Gammas, comparisons: Sequence[Comparison]) -> pa.Table:
    columns = {"pattern": np.arange(len(gammas), dtype=np.int32)}
    columns |= {c.gamma: gammas[:, k].astype(np.int32) for k, c in enumerate(comparisons)}
    return pa.table(columns)


def source_names(table: pa.Table, pairs: Sequence[SourcePair]) -> tuple[pa.Array, pa.Array]:
    """Return the sources of both sides of each pair of records."""
    sources = {s.first: s.name for pair in pairs for s in (pair.left, pair.right)}
    firsts = np.array(sorted(sources))
    names = pa.array([sources[first] for first in sorted(sources)])
    left, right = (
        names.take(pa.array(np.searchsorted(firsts, table[side].to_numpy(), side="right") - 1))
        for side in ("record_l", "record_r")
    )
    return left, right


def _record_patterns(table: pa.Table, pattern: Index, pairs: Sequence[SourcePair]) -> pa.Table:
    left, right = source_names(table, pairs)
    return pa.table(
        {
            "source_l": left,
            "source_r": right,
            "record_l": table["record_l"],
            "record_r": table["record_r"],
            "pattern": pattern.astype(np.int32),
            "rules": table["rules"],
            "log2_tf": table["log2_tf"],
            "log2_tf_household": table["log2_tf_household"],
        }
    )


def _household_patterns(sharing: pa.Table | None, pattern: Index | None) -> pa.Table:
    if sharing is None or pattern is None:
        empty = {"log2_tf": np.zeros(0), "log2_tf_household": np.zeros(0)}
        return pa.table({"pattern": np.zeros(0, dtype=np.int32), **empty})
    return pa.table(
        {
            "pattern": pattern.astype(np.int32),
            "log2_tf": sharing["log2_tf"],
            "log2_tf_household": sharing["log2_tf_household"],
        }
    )


def _counted(table: pa.Table, pattern: Index, pairs: Sequence[SourcePair]) -> pa.Table:
    """Return how many candidates stand at each pattern and rule mask, by source pair."""
    left, right = source_names(table, pairs)
    named = pa.table(
        {
            "source_l": left,
            "source_r": right,
            "pattern": pattern.astype(np.int32),
            "rules": table["rules"],
        }
    )
    keys = ["source_l", "source_r", "pattern", "rules"]
    counts = (
        named.group_by(keys)
        .aggregate([([], "count_all")])
        .sort_by([(key, "ascending") for key in keys])
    )
    return _count_table(counts, "blocked", counts["count_all"])


def _random_counts(random: pa.Table, pattern: Index, pairs: Sequence[SourcePair]) -> pa.Table:
    """Return the counts of random pairs, of all source pairs together."""
    every = " + ".join(dict.fromkeys(s.name for p in pairs for s in (p.left, p.right)))
    n = random.num_rows
    named = pa.table(
        {
            "source_l": pa.array([every] * n),
            "source_r": pa.array([every] * n),
            "pattern": pattern.astype(np.int32),
            "rules": np.zeros(n, dtype=np.int64),
        }
    )
    return _count_table(named, "random", random["n"])


def _count_table(named: pa.Table, kind: str, n: pa.ChunkedArray) -> pa.Table:
    size = named.num_rows
    columns = {
        **{name: named[name] for name in ("source_l", "source_r", "pattern", "rules")},
        "pairs": pa.array([kind] * size, pa.string()),
        "grouping": pa.array(["none"] * size, pa.string()),
        "group": pa.array([""] * size, pa.string()),
        "n": n,
    }
    schema = pa.schema(PATTERN_COUNTS.columns.items())
    return pa.table({name: columns[name] for name in schema.names}).cast(schema)
