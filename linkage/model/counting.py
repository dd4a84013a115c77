"""The count stage: candidate pairs folded into agreement patterns."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from linkage.config.schema import Config
from linkage.engines.inspection import Inspection
from linkage.engines.opening import open_engine, records_of
from linkage.engines.protocol import Engine
from linkage.engines.sampling import Some
from linkage.errors import DataError, Fault
from linkage.model.blocking import Rule
from linkage.model.comparisons import Comparison
from linkage.model.evidence import GIVEN, number_patterns
from linkage.model.groupings import groupings
from linkage.model.household import address_key
from linkage.model.method import Method, from_record, paired
from linkage.model.normalise import Index
from linkage.model.patterns import Codes, coding
from linkage.model.source_pairs import SourcePair
from linkage.runs.parquet import encoded_type, of_equal_size
from linkage.runs.workspace import Workspace
from linkage.tables import PATTERN_COUNTS, RECORD_PATTERNS

MOST_PATTERNS = 50_000

_SHARING_PAIRS = 200_000
_TRAINING_PAIRS = 6_000_000
"""About as many candidates are held in memory for training; with more, of fewer records."""
_ROWS = 122_880
"""Rows of a table that are written at a time."""


def count(workspace: Workspace, config: Config) -> None:
    """Write ``pattern_counts`` and what training reads.

    ``pattern_counts`` counts every candidate of a sample of focal records (of all, where there are
    no more than ``training.record_sample``); ``record_patterns`` holds those of ``sampled_records``
    (all, where that is empty), ``household_patterns`` pairs that agree on an address key, whatever
    rule they meet; ``counted_patterns`` every pattern that any of these shows.

    Raises
    ------
    DataError
        There are too many patterns to be counted and reported.
    """
    method = from_record(workspace.read_json("method"))
    pairs = paired(workspace, config.sources, config.linkage.type)
    engine = open_engine(workspace, config.engine, pairs)
    key = _key(workspace, method, pairs)
    counted_by = tuple(groupings(config))
    engine.prepare(
        method.comparisons, [*method.rules, *([] if key is None else [Rule(key)])], counted_by
    )
    training = config.linkage.training
    share = sample_share(pairs, training.record_sample)
    trained = min(share, _TRAINING_PAIRS / max(sum(method.n_pairs), 1))
    sample = Some(share, training.seed)
    if trained == share:
        counts, table = engine.count_and_compare(method.rules, sample, counted_by)
    else:
        counts = engine.count_patterns(method.rules, sample, counted_by)
        table = engine.compare(method.rules, Some(trained, training.seed))
    workspace.progress(pairs_in(counts), None, "pairs counted")
    sharing, n_sharing = _sharing(engine, method, key, training.seed)
    random = workspace.read("random_patterns")
    codes, numbers = number_patterns(*(each["code"] for each in (counts, table, sharing, random)))
    _prove_few(codes, method.comparisons)
    workspace.write("sampled_records", _sampled(engine, Some(trained, training.seed)))
    workspace.write("counted_patterns", pattern_table(codes, method.comparisons))
    _write_record_patterns(workspace, table, numbers[1], pairs)
    workspace.write("household_patterns", _household_patterns(sharing, numbers[2]))
    plain = np.flatnonzero(pc.equal(random[GIVEN], "").to_numpy())
    chance = _random_counts(random.take(plain), numbers[3][plain], pairs)
    counted = [_counted(counts, numbers[0]), chance]
    workspace.write("pattern_counts", pa.concat_tables(counted))
    workspace.write_json(
        "counts",
        {"share": share, "trained_share": trained, "key": key, "n_sharing": n_sharing},
    )


def _sampled(engine: Engine, some: Some) -> pa.Table:
    """Return the focal records drawn, by number of the source pair; none where all are."""
    drawn = [pa.nulls(0, pa.int32())] * len(engine.source_pairs)
    if some.share < 1:
        drawn = [engine.sampled_records(pair, some)["record"] for pair in engine.source_pairs]
    number = np.repeat(np.arange(len(drawn), dtype=np.int32), [len(each) for each in drawn])
    records = np.concatenate([each.to_numpy().astype(np.int32) for each in drawn])
    return pa.table({"pair": number, "record": records})


def sample_share(pairs: Sequence[SourcePair], most: int) -> float:
    """Return the share of focal records whose candidates are counted."""
    largest = max(pair.focal_source.n for pair in pairs)
    return min(1.0, most / max(largest, 1))


def pairs_in(counts: pa.Table) -> int:
    """Return how many pairs a table of counts by grouping is of."""
    return int(counts["n"].to_numpy()[counts["grouping"].to_numpy() == "none"].sum())


def _key(
    workspace: Workspace, method: Method, pairs: Sequence[SourcePair]
) -> tuple[str, ...] | None:
    """Return the address key, where surname and place are compared: else there is no household."""
    surname = any(c.family for c in method.comparisons)
    place = any(c.place for c in method.comparisons)
    seen = Inspection(workspace.connection, records_of(workspace, pairs), pairs)
    return address_key(seen.shared_columns()) if surname and place else None


def _prove_few(codes: Codes, comparisons: Sequence[Comparison]) -> None:
    if len(codes) <= MOST_PATTERNS:
        return
    finest = max(comparisons, key=lambda c: len(c.scored))
    raise DataError(
        Fault(
            "D345",
            f"the comparisons make {len(codes):,} agreement patterns, more than "
            f"{MOST_PATTERNS:,}: most would be too rare to learn from",
            "under linkage.comparisons, compare with fewer levels or merge columns into one "
            f"comparison; {finest.name} has the most levels, {len(finest.scored)}",
            path="linkage.comparisons",
        )
    )


def _sharing(
    engine: Engine, method: Method, key: tuple[str, ...] | None, seed: int
) -> tuple[pa.Table, int]:
    if key is None:
        kinds = {"code": pa.int64(), "log2_tf": pa.float64(), "log2_tf_household": pa.float64()}
        return pa.schema(kinds.items()).empty_table(), 0
    return engine.compare_sharing(key, _SHARING_PAIRS, seed)


def pattern_table(codes: Codes, comparisons: Sequence[Comparison]) -> pa.Table:
    """Return the patterns of ``codes``, numbered in order."""
    gammas = coding(comparisons).decode(codes)
    columns = {"pattern": np.arange(len(codes), dtype=np.int32)}
    columns |= {c.gamma: gammas[:, k].astype(np.int32) for k, c in enumerate(comparisons)}
    return pa.table(columns)


def source_of(records: npt.NDArray[np.int32], pairs: Sequence[SourcePair]) -> pa.DictionaryArray:
    """Return the name of each record's source."""
    sources = {s.first: s.name for pair in pairs for s in (pair.left, pair.right)}
    firsts = np.array(sorted(sources))
    place = np.searchsorted(firsts, records, side="right") - 1
    return pa.DictionaryArray.from_arrays(place.astype(np.int32), [sources[f] for f in firsts])


def _write_record_patterns(
    workspace: Workspace, table: pa.Table, pattern: Index, pairs: Sequence[SourcePair]
) -> None:
    columns: dict[str, Any] = {
        "pattern": pattern.astype(np.int32),
        **{name: table[name] for name in ("rules", "log2_tf", "log2_tf_household")},
    }
    for side in "lr":
        records = table[f"record_{side}"]
        columns |= {
            f"record_{side}": records,
            f"source_{side}": source_of(records.to_numpy(), pairs),
        }
    schema = pa.schema((name, encoded_type(kind)) for name, kind in RECORD_PATTERNS.columns.items())
    made = pa.table({name: columns[name] for name in schema.names}, schema)
    distinct = ("record_l", "record_r", "log2_tf", "log2_tf_household")
    batches = of_equal_size(made.to_batches(), _ROWS)
    workspace.write_batches("record_patterns", schema, batches, distinct)


def _household_patterns(sharing: pa.Table, pattern: Index) -> pa.Table:
    return pa.table(
        {
            "pattern": pattern.astype(np.int32),
            "log2_tf": sharing["log2_tf"],
            "log2_tf_household": sharing["log2_tf_household"],
        }
    )


def _counted(counts: pa.Table, pattern: Index) -> pa.Table:
    columns = {name: counts[name] for name in counts.column_names if name != "code"}
    columns |= {"pattern": pattern, "pairs": pa.array(["blocked"] * len(counts), pa.string())}
    schema = pa.schema(PATTERN_COUNTS.columns.items())
    return pa.table({name: columns[name] for name in schema.names}).cast(schema)


def _random_counts(random: pa.Table, pattern: Index, pairs: Sequence[SourcePair]) -> pa.Table:
    """Return the counts of random pairs, of all source pairs together."""
    every = " + ".join(dict.fromkeys(s.name for p in pairs for s in (p.left, p.right)))
    n = random.num_rows
    columns = {
        **dict.fromkeys(("source_l", "source_r"), pa.array([every] * n, pa.string())),
        "pairs": pa.array(["random"] * n, pa.string()),
        "pattern": pattern,
        "rules": np.zeros(n, dtype=np.int64),
        "grouping": pa.array(["none"] * n, pa.string()),
        "group": pa.array([""] * n, pa.string()),
        "n": random["n"],
    }
    schema = pa.schema(PATTERN_COUNTS.columns.items())
    return pa.table({name: columns[name] for name in schema.names}).cast(schema)
