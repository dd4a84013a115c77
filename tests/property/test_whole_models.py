"""splink's predict is the oracle: whole models, pair for pair, weight for weight."""

from collections import Counter

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from splink import DuckDBAPI, Linker

from linkage.engines.counts import FOLD
from linkage.engines.duckdb import DuckDBEngine
from linkage.engines.weights import Weights
from linkage.model.parameters import exact_frequency, pattern_weights
from linkage.model.patterns import coding
from linkage.model.source_pairs import source_pairs
from linkage.model.splink import settings as splink_settings

GENERATED = {"link": 72, "deduplicate": 68, "link_and_deduplicate": 68}
COMPARED = {"link": 70, "deduplicate": 64, "link_and_deduplicate": 66}
"""How many models of each kind of linkage are made, and at least how many must have pairs."""

CLOSE = 1e-9


@pytest.fixture
def connection():
    with duckdb.connect(config={"threads": 1}) as made:
        yield made


@pytest.mark.parametrize("kind", GENERATED)
def test_splink_makes_the_same_pairs_levels_and_weights(models, kind, connection, tmp_path, room):
    compared = []

    @given(models(kind))
    @settings(
        max_examples=GENERATED[kind],
        suppress_health_check=list(HealthCheck),
        phases=[Phase.generate],
    )
    def compare(model):
        compared.append(agrees(model, connection, tmp_path, room))

    compare()
    with_pairs = [n for n in compared if n]
    assert len(with_pairs) >= COMPARED[kind]
    assert np.median(with_pairs) > 100


def test_at_least_two_hundred_models_are_compared():
    assert sum(COMPARED.values()) >= 200


def agrees(model, connection, folder, room):
    """Prove that engine and splink say the same of ``model``; return how many pairs it has."""
    engine = opened(model, connection, folder, room)
    found = Found(model, engine.compare(model.rules))
    with duckdb.connect(config={"threads": 1}) as beside:
        every, kept = predicted(model, beside, found.floor)
    assert np.array_equal(every[:, :2], np.array(found.pairs).reshape(-1, 2))
    assert np.array_equal(every[:, 5:], found.gammas)
    assert np.abs(every[:, 2] - found.weight).max(initial=0) < CLOSE
    assert np.abs(every[:, 3] - found.w_tf).max(initial=0) < CLOSE
    assert np.array_equal(1 << every[:, 4].astype(int), found.mask & -found.mask)
    scored(engine, model, found, kept)
    counted(engine, model, found)
    engine.close()
    return len(found.pairs)


def opened(model, connection, folder, room):
    paths = {name: folder / f"{name}.parquet" for name in model.sources}
    for name, table in model.sources.items():
        pq.write_table(table, paths[name])
    sizes = {name: table.num_rows for name, table in model.sources.items()}
    once = {name: name in model.once for name in model.sources}
    engine = DuckDBEngine(connection, paths, source_pairs(sizes, once, model.kind), room)
    engine.prepare(model.comparisons, model.rules, (FOLD,))
    return engine


class Found:
    """A table of pairs, and what the model's parameters make of its codes."""

    def __init__(self, model, table):
        self.codes = table["code"].to_numpy()
        self.mask = table["rules"].to_numpy()
        self.gammas = coding(model.comparisons).decode(self.codes)
        self.w_tf = table["log2_tf"].to_numpy() + exact_frequency(
            model.parameters, model.comparisons, self.gammas
        )
        self.prior = float(np.log2(model.prior / (1 - model.prior)))
        self.weight = self.prior + pattern_weights(model.parameters, self.gammas) + self.w_tf
        lowest, highest = self.weight.min(initial=0), self.weight.max(initial=0)
        self.floor = float(lowest + model.floor_at * (highest - lowest))
        sides = (table[side].to_pylist() for side in ("record_l", "record_r"))
        self.pairs = list(zip(*sides, strict=True))


def predicted(model, connection, floor):
    """Return splink's pairs, sorted, as rows of (l, r, weight, tf, first rule, gammas...).

    And its pairs at a floor. Records are numbered in text of one length, because splink tells left
    from right by text.
    """
    said = splink_settings(
        model.comparisons, model.parameters, model.rules, model.prior, model.kind
    )
    said |= {"retain_matching_columns": True, "retain_intermediate_calculation_columns": True}
    api = DuckDBAPI(connection)
    frames = [
        api.register(in_text(table, read_by(model)), dataset_display_name=name)
        for name, table in model.sources.items()
    ]
    linker = Linker(
        frames if len(frames) > 1 else frames[0], said, log_level="ERROR", validate_settings=False
    )
    every = linker.inference.predict().as_pyarrow_table()
    kept = linker.inference.predict(threshold_match_weight=floor).as_pyarrow_table()
    tf = sum(each(every, n) for n in every.column_names if n.startswith("mw_tf_adj_"))
    gammas = [each(every, c.gamma) for c in model.comparisons]
    weight, rule = each(every, "match_weight"), each(every, "match_key")
    told = np.column_stack([*pairs_of(every), weight, tf + np.zeros(len(every)), rule, *gammas])
    return told[np.lexsort((told[:, 1], told[:, 0]))], set(zip(*pairs_of(kept), strict=True))


def each(table, name):
    """Return a column as numbers, which splink may hold as text."""
    return table[name].cast(pa.float64()).to_numpy()


def pairs_of(table):
    return [each(table, side).astype(int).tolist() for side in ("record_l", "record_r")]


def read_by(model):
    """Return the columns that splink needs, with their types."""
    names = [*(n for c in model.comparisons for n in c.columns), "fold"]
    names += [n for rule in model.rules for n in rule.columns]
    held = {f.name: f.type for table in model.sources.values() for f in table.schema}
    return {"record": pa.string(), **{name: held[name] for name in names if name in held}}


def in_text(table, every):
    """Return records as splink wants them: ids of one length, every source with every column."""
    columns = {
        name: table[name] if name in table.column_names else pa.nulls(table.num_rows, kind)
        for name, kind in every.items()
    }
    columns["record"] = pa.array([f"{number:06d}" for number in table["record"].to_pylist()])
    return pa.table(columns)


def scored(engine, model, found, kept):
    """Prove that what is kept at the floor is what splink keeps, and whatever meets a match-key."""
    levels = range(len(model.comparisons))
    weights = Weights(
        prior=found.prior,
        levels=tuple(model.parameters.log2_ratio(k)[:-1].tolist() for k in levels),
        log2_u=tuple(np.log2(model.parameters.u[k]).tolist() for k in levels),
        floor=found.floor,
        always=model.always,
    )
    tables = [engine.score(pair, model.rules, weights) for pair in engine.source_pairs]
    made = Found(model, pa.concat_tables(tables))
    place = {pair: at for at, pair in enumerate(found.pairs)}
    rows = np.array([place[pair] for pair in made.pairs], dtype=int)
    assert len(set(rows)) == len(rows)
    assert (made.codes == found.codes[rows]).all()
    assert (made.mask == found.mask[rows]).all()
    assert np.abs(made.weight - found.weight[rows]).max(initial=0) < CLOSE
    near = np.abs(found.weight - found.floor) < CLOSE
    always = found.mask & model.always > 0
    doubtful, wanted = (
        {pair for pair, chosen in zip(found.pairs, flags, strict=True) if chosen}
        for flags in (near & ~always, always)
    )
    assert set(made.pairs) - doubtful == (kept | wanted) - doubtful


def counted(engine, model, found):
    """Prove that patterns are counted by mask and by fold as the pairs themselves are."""
    counts = engine.count_patterns(model.rules, groupings=(FOLD,)).to_pylist()
    names = ("source_l", "source_r", "code", "rules", "grouping", "group")
    source = [name for name, table in model.sources.items() for _ in range(table.num_rows)]
    folds = [fold for table in model.sources.values() for fold in table["fold"].to_pylist()]
    focal = {(p.left.name, p.right.name): "lr".index(p.focal) for p in engine.source_pairs}
    naive = Counter()
    for pair, code, mask in zip(
        found.pairs, found.codes.tolist(), found.mask.tolist(), strict=True
    ):
        of = source[pair[0]], source[pair[1]]
        naive[*of, code, mask, "none", ""] += 1
        naive[*of, code, 0, "fold", str(folds[pair[focal[of]]])] += 1
    assert {tuple(row[name] for name in names): row["n"] for row in counts} == naive
    assert len(counts) == len(naive)
