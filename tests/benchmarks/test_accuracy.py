"""The accuracy benchmark: its evaluator, its configurations, and the figures it committed."""

import json

import polars as pl
import pytest

from benchmarks.accuracy.evaluate import Evaluator
from benchmarks.accuracy.run import RESULTS
from benchmarks.accuracy.sets import HERE, PublicSet, SetSource, public_sets, read_yaml
from benchmarks.accuracy.tools import OURS, PLAIN
from linkage.config.schema import Config

SETS = public_sets()
TRUTH_LEAKS = {"soc_sec_id", "simulant_id", "household_id", "person_key_LEAK", "true_id"}
FIGURES = ("precision", "recall", "f1", "blocking_recall")


@pytest.fixture
def files(tmp_path):
    """People p (a1, b1), q (a2, b2, b3) and r (a3)."""
    people = {"a1": "p", "a2": "q", "a3": "r", "b1": "p", "b2": "q", "b3": "q"}
    pl.DataFrame(
        {
            "source": [record[0] for record in people],
            "record_id": list(people),
            "person": list(people.values()),
        }
    ).write_parquet(tmp_path / "truth.parquet")
    return tmp_path


def a_set(kind, pairs):
    source = SetSource("none.parquet", "id", "person")
    return PublicSet("toy", kind, pairs, {"a": source, "b": source})


def pairs_query(*pairs):
    rows = ", ".join(
        f"('{left[0]}', '{left}', '{right[0]}', '{right}', {p})" for left, right, p in pairs
    )
    columns = "source_l, record_id_l, source_r, record_id_r, probability"
    return f"SELECT * FROM (VALUES {rows}) AS t({columns})"


def test_links_are_compared_whichever_way_round_they_are_written(files):
    evaluator = Evaluator(a_set("link", 3), files / "truth.parquet")
    found = evaluator.links(pairs_query(("a1", "b1", 1.0), ("b2", "a2", 1.0), ("a3", "b3", 1.0)))
    assert (found.n_links, found.precision, found.recall) == (3, 2 / 3, 2 / 3)
    assert found.f1 == pytest.approx(2 / 3)


def test_a_pair_found_twice_counts_once(files):
    evaluator = Evaluator(a_set("link", 3), files / "truth.parquet")
    found = evaluator.links(pairs_query(("a1", "b1", 1.0), ("b1", "a1", 1.0)))
    assert (found.n_links, found.precision) == (1, 1.0)


def test_entities_are_compared_by_the_pairs_they_imply(files):
    evaluator = Evaluator(a_set("deduplicate", 1), files / "truth.parquet")
    entities = {"source": ["b", "b", "b"], "record_id": ["b1", "b2", "b3"], "entity": ["e"] * 3}
    pl.DataFrame(entities).write_parquet(files / "entities.parquet")
    found = evaluator.entities(files / "entities.parquet")
    assert (found.n_links, found.precision, found.recall) == (3, 1 / 3, 1.0)


def test_the_sum_of_probabilities_stands_beside_the_true_candidates(files):
    evaluator = Evaluator(a_set("link", 3), files / "truth.parquet")
    candidates = evaluator.candidates(pairs_query(("a1", "b1", 0.75), ("a3", "b2", 0.5)))
    assert (candidates.n_true, candidates.sum_probability) == (1, 1.25)
    assert candidates.share_of_true == pytest.approx(1 / 3)


def test_a_set_that_is_not_what_it_should_be_is_refused(files):
    with pytest.raises(SystemExit, match="3 true pairs, not 4"):
        Evaluator(a_set("link", 4), files / "truth.parquet")


@pytest.mark.parametrize("name", SETS)
def test_our_configuration_takes_every_decision_by_default(name):
    said = read_yaml(HERE / f"{name}.yaml")
    assert said.keys() <= {"version", "name", "sources", "linkage"}
    assert said.get("linkage", {}).keys() <= {"type", "focal"}
    config = Config.model_validate(said)
    assert config.linkage.type == SETS[name].type
    assert set(config.sources) == set(SETS[name].sources)


@pytest.mark.parametrize("name", SETS)
def test_no_configuration_uses_a_column_that_gives_the_truth_away(name):
    config = Config.model_validate(read_yaml(HERE / f"{name}.yaml"))
    for source, held in config.sources.items():
        about = SETS[name].sources[source]
        columns = {column.column for column in held.columns.values()}
        assert not columns & (TRUTH_LEAKS | {about.id, about.person})
    plain = read_yaml(HERE / "plain" / f"{name}.yaml")
    expressions = " ".join(plain["columns"].values())
    assert not [leak for leak in TRUTH_LEAKS if leak in expressions]


def committed():
    records = json.loads((RESULTS / "accuracy.json").read_text(encoding="utf-8"))
    return {(record["set"], record["tool"]): record for record in records}


@pytest.mark.parametrize("name", SETS)
def test_the_plain_baseline_reproduces_its_reference(name):
    record = committed()[name, PLAIN]
    for figure in FIGURES:
        assert record[figure] == pytest.approx(record[f"published_{figure}"], abs=0.005)


@pytest.mark.parametrize("name", SETS)
def test_the_committed_figures_are_better_than_plain_splink(name):
    records = committed()
    assert records[name, OURS]["f1"] > records[name, PLAIN]["f1"]
