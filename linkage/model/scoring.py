"""The score stage: every candidate's weight and probabilities, the worthwhile ones kept."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from linkage.config.schema import Config
from linkage.decide.clusters import components
from linkage.engines.opening import close_engine, open_engine
from linkage.engines.order import in_order, pair_key
from linkage.engines.protocol import Engine
from linkage.engines.sampling import ALL, Some
from linkage.engines.weights import Weights
from linkage.model.counting import pattern_table, source_of
from linkage.model.evidence import Evidence, RandomPairs, blocks_of, gammas_of, number_patterns
from linkage.model.fitting import as_record, from_fitted_record
from linkage.model.method import Method, from_record, paired
from linkage.model.normalise import Index, Reals
from linkage.model.parameters import Parameters, exact_frequency, pattern_weights
from linkage.model.patterns import Codes, coding
from linkage.model.source_pairs import SourcePair
from linkage.model.training import Fitted, probabilities
from linkage.runs.fingerprints import digest
from linkage.runs.parquet import encoded_type
from linkage.runs.workspace import Workspace
from linkage.tables import CANDIDATES

WEIGHT_FLOOR = -10.0
"""Candidates with a lower match weight (a probability under 0.001) are not kept."""

STREAM_FLOOR = -20.0
"""Candidates with a lower match weight (a probability under 0.00002) are never looked at: they take
too little of a record's probability from its others to matter."""

HISTOGRAM = np.arange(STREAM_FLOOR - 2, 41.0, 2.0)
"""Edges of the bins of weights; the first is of all candidates below the stream's floor."""

_CHUNK_PAIRS = 16_000_000
"""Pairs a chunk of focal records makes: each chunk meets the whole other side, and can be lost."""

_ROWS = 122_880
"""Rows of a table that are made and written at a time."""

_CODED = frozenset({"source_l", "source_r"})
_REPEATED = frozenset({*_CODED, "pattern", "rules"})
"""Columns of few different values."""

_SCHEMA = pa.schema(
    (name, encoded_type(kind) if name in _CODED else kind)
    for name, kind in CANDIDATES.columns.items()
)

Flags = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class Model:
    """What scores a pair: comparisons and rules, fitted parameters, the prior, the sources."""

    method: Method
    fitted: Fitted
    prior: float
    pairs: tuple[SourcePair, ...]

    @property
    def log2_prior_odds(self) -> float:
        """The weight that every pair starts from."""
        return float(np.log2(self.prior / (1 - self.prior)))


@dataclass(frozen=True)
class Scored:
    """Candidates and what the model says of each: columns (P,) by name, sums of p by block."""

    table: pa.Table
    pattern: Index
    codes: Codes
    columns: dict[str, Reals]
    expected: dict[str, float]


def score(workspace: Workspace, config: Config) -> None:
    """Write ``candidates``, ``patterns`` and ``weights.json``, the histogram of their weights."""
    record = workspace.read_json("fitted")
    method = from_record(workspace.read_json("method"))
    pairs = paired(workspace, config.sources, config.linkage.type)
    model = Model(method, from_fitted_record(record), record["prior"], pairs)
    engine = open_engine(workspace, config.engine, pairs)
    engine.prepare(method.comparisons, method.rules)
    table = pa.concat_tables(streamed(workspace, engine, model))
    scored = scored_pairs(in_order(table), model)
    group = groups_of(scored)
    inside = inside_groups(engine, method, scored, group)
    if inside.num_rows:
        scored = scored_pairs(in_order(pa.concat_tables([scored.table, inside])), model)
    close_engine(workspace)
    write_scored(workspace, scored, group, model)
    workspace.parts.clear()


def write_scored(workspace: Workspace, scored: Scored, group: Index, model: Model) -> None:
    """Write what is kept of scored pairs, their patterns, and how their weights lie.

    Parameters
    ----------
    group
        The group of each record that likely pairs join.
    """
    method = model.method
    known = gammas_of(workspace.read("counted_patterns"), method.comparisons)
    codes, place = _numbered(coding(method.comparisons).encode(known), scored.codes)
    workspace.write("patterns", pattern_table(codes, method.comparisons))
    distinct = CANDIDATES.columns.keys() - _REPEATED
    with workspace.writing("candidates", _SCHEMA, distinct) as write:
        for candidates in _candidates(scored, place, group, model):
            write(candidates)
        workspace.write_json("weights", _summary(workspace, scored, len(method.rules)))


def streamed(workspace: Workspace, engine: Engine, model: Model) -> Iterator[pa.Table]:
    """Yield the candidates above the stream's floor, a chunk of focal records at a time.

    A run that was stopped goes on at the chunk it was in.
    """
    weights = weights_of(model, STREAM_FLOOR)
    n_pairs = sum(model.method.n_pairs) / len(model.pairs)
    chunks = [(pair, some) for pair in model.pairs for some in _chunks(pair, n_pairs)]
    key = digest([model.method.as_record(), as_record(model.fitted, model.prior), STREAM_FLOOR])
    with workspace.parts.keeping() as part:
        for at, (pair, some) in enumerate(chunks, 1):
            make = partial(engine.score, pair, model.method.rules, weights, some)
            name = f"{key}-{pair.left.name}-{pair.right.name}-{some.first}-{some.last}"
            yield make() if len(chunks) == 1 else part(name, make)
            workspace.progress(at, len(chunks), "chunks")


def _chunks(pair: SourcePair, n_pairs: float) -> Iterator[Some]:
    source = pair.focal_source
    if n_pairs <= _CHUNK_PAIRS:
        yield ALL
        return
    size = max(int(source.n * _CHUNK_PAIRS / n_pairs), 1)
    for first in range(source.first, source.first + source.n, size):
        yield Some(first=first, last=first + size)


def weights_of(model: Model, floor: float) -> Weights:
    """Return what the model says a pair must weigh; match-keys are kept whatever they weigh."""
    parameters: Parameters = model.fitted.parameters
    comparisons = range(len(model.method.comparisons))
    return Weights(
        prior=model.log2_prior_odds,
        levels=tuple(parameters.log2_ratio(k)[:-1].tolist() for k in comparisons),
        log2_u=tuple(np.log2(parameters.u[k]).tolist() for k in comparisons),
        floor=floor,
        always=(1 << model.method.n_keys) - 1,
    )


def scored_pairs(table: pa.Table, model: Model) -> Scored:
    """Return what the model says of pairs, sorted by their records, as an engine scores them."""
    comparisons, parameters = model.method.comparisons, model.fitted.parameters
    codes, (pattern,) = number_patterns(table["code"])
    gammas = coding(comparisons).decode(codes)
    nothing = RandomPairs(np.zeros((0, len(comparisons)), np.int64), np.zeros(0, np.int64))
    blocks = blocks_of(table, pattern, model.pairs)
    evidence = Evidence(comparisons, gammas, blocks, nothing, None)
    household = evidence.household
    shared = pattern_weights(parameters, gammas, household)
    shared += exact_frequency(parameters, comparisons, gammas, household)
    exact = exact_frequency(parameters, comparisons, gammas)
    weights = model.log2_prior_odds + pattern_weights(parameters, gammas)
    w_tf = table["log2_tf"].to_numpy() + exact.take(pattern)
    weight = weights.take(pattern) + w_tf
    p, unmatched = np.zeros(table.num_rows), np.full(table.num_rows, np.nan)
    for block in blocks:
        normalised = probabilities(evidence, model.fitted, block)
        p[block.rows] = normalised.p
        if block.competing:
            unmatched[block.rows] = normalised.unmatched.take(block.focal)
    columns = {
        "w_tf": w_tf,
        "w_household": shared.take(pattern) + table["log2_tf_household"].to_numpy(),
        "match_weight": weight,
        "match_probability": 1 / (1 + np.exp2(-np.clip(weight, -1000, 1000))),
        "p_record": p,
        "p_unmatched": unmatched,
    }
    expected = {block.name: float(p[block.rows].sum()) for block in blocks}
    return Scored(table, pattern, codes, columns, expected)


def inside_groups(engine: Engine, method: Method, scored: Scored, group: Index) -> pa.Table:
    """Return the candidates not scored so far inside the groups of records that likely pairs join.

    A group is judged by all its pairs, those that disagree too.
    """
    member = np.flatnonzero((np.bincount(group) > 2)[group])
    if not len(member):
        return scored.table.slice(0, 0)
    columns = {"record": member.astype(np.int32), "member": group[member].astype(np.int32)}
    found = engine.compare_within(method.rules, pa.table(columns))
    held, key = pair_key(scored.table), pair_key(found)
    place = np.minimum(np.searchsorted(held, key), len(held) - 1)
    return found.take(np.flatnonzero(held[place] != key))


def groups_of(scored: Scored) -> Index:
    """Return the group of each record that likely pairs join."""
    left, right = (scored.table[s].to_numpy().astype(np.int64) for s in ("record_l", "record_r"))
    likely = scored.columns["p_record"] > 0.5
    n = int(max(left.max(initial=0), right.max(initial=0))) + 1
    return components(left[likely], right[likely], n)


def _worth_keeping(scored: Scored, group: Index, n_keys: int) -> Flags:
    """Return which pairs decisions need.

    Those above the floor, those inside a group, and whatever meets a match-key.
    """
    left, right = (scored.table[side].to_numpy() for side in ("record_l", "record_r"))
    kept: Flags = (
        (scored.columns["match_weight"] >= WEIGHT_FLOOR)
        | (scored.columns["p_record"] >= 0.001)
        | (group.take(left) == group.take(right))
        | (scored.table["rules"].to_numpy() & ((1 << n_keys) - 1) > 0)
    )
    return kept


def _numbered(known: Codes, codes: Codes) -> tuple[Codes, Index]:
    """Return the codes counted, those first seen now after them, and the place of each of these."""
    new = np.setdiff1d(codes, known)
    every = np.concatenate([known, new])
    order = np.argsort(every)
    return every, order[np.searchsorted(every[order], codes)]


def _candidates(
    scored: Scored, place: Index, group: Index, model: Model
) -> Iterator[pa.RecordBatch]:
    kept = np.flatnonzero(_worth_keeping(scored, group, model.method.n_keys))
    sides = {side: scored.table[f"record_{side}"].to_numpy() for side in "lr"}
    rules = scored.table["rules"].to_numpy()
    for start in range(0, len(kept), _ROWS):
        rows = kept[start : start + _ROWS]
        columns: dict[str, Any] = {
            "pattern": place.take(scored.pattern.take(rows)).astype(np.int32),
            "rules": rules.take(rows),
            **{name: values.take(rows) for name, values in scored.columns.items()},
        }
        for side, records in sides.items():
            columns[f"record_{side}"] = records.take(rows)
            columns[f"source_{side}"] = source_of(records.take(rows), model.pairs)
        yield pa.RecordBatch.from_pydict(columns, _SCHEMA)


def _summary(workspace: Workspace, scored: Scored, n_rules: int) -> dict[str, Any]:
    """Return how the weights of all candidates lie, and how many pairs each rule adds.

    Candidates below the stream's floor are known from counting; from a sample of focal records,
    where there are many.
    """
    counts, share = workspace.read("pattern_counts"), workspace.read_json("counts")["share"]
    chosen = (counts["pairs"].to_numpy() == "blocked") & (counts["grouping"].to_numpy() == "none")
    mask, n = (counts[name].to_numpy()[chosen] for name in ("rules", "n"))
    lowest = mask & -mask
    new_pairs = [round(n[lowest == 1 << k].sum() / share) for k in range(n_rules)]
    weights = scored.columns["match_weight"]
    below = weights < STREAM_FLOOR
    histogram = np.histogram(np.clip(weights[~below], None, HISTOGRAM[-1]), HISTOGRAM)[0]
    histogram[0] = max(sum(new_pairs) - int((~below).sum()), 0)
    return {
        "edges": HISTOGRAM.tolist(),
        "candidates": histogram.tolist(),
        "expected_matches": scored.expected,
        "n_candidates": sum(new_pairs),
        "new_pairs": new_pairs,
    }
