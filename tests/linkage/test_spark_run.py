"""The same configuration on Spark and on DuckDB: the same tables out."""

import pytest

from linkage.config.schema import Engine
from linkage.engines.spark_session import open_session
from linkage.errors import ConfigError

LINKAGE = {"training": {"u_pairs": 20_000}}


@pytest.fixture(scope="module")
def runs(link, invented_people, spark_settings):
    """The runs of one configuration, rules and comparisons left to the program."""
    sources = {"a": invented_people("a", 0, 300), "b": invented_people("b", 100, 400)}
    return [link(sources, LINKAGE, once="ab", engine=said) for said in (spark_settings, {})]


def by_key(run, table, key, columns):
    return {tuple(row[k] for k in key): [row[c] for c in columns] for row in run.rows(table)}


def test_the_links_are_the_same(runs):
    on_spark, on_duckdb = runs
    assert on_spark.links == on_duckdb.links
    assert len(on_spark.links) > 150


def test_the_candidates_have_the_same_weights(runs):
    key = ("record_l", "record_r")
    exactly = [by_key(run, "candidates", key, ["rules", "source_l"]) for run in runs]
    assert exactly[0] == exactly[1]
    weights = ["w_tf", "w_household", "match_weight", "p_record"]
    about = [by_key(run, "candidates", key, weights) for run in runs]
    for pair, values in about[0].items():
        assert values == pytest.approx(about[1][pair], abs=1e-9)


def test_the_counts_are_the_same(runs):
    counts = [sorted(map(str, run.rows("pattern_counts"))) for run in runs]
    assert counts[0] == counts[1]


def test_the_model_is_the_same(runs):
    models = [run.json("fitted") for run in runs]
    for side in ("m", "u"):
        for one, other in zip(*(model[side] for model in models), strict=True):
            assert one == pytest.approx(other, abs=1e-9)
    assert models[0]["prior"] == pytest.approx(models[1]["prior"], rel=1e-9)


def test_the_rules_are_the_same(runs):
    rules = [[rule["name"] for rule in run.json("method")["rules"]] for run in runs]
    assert rules[0] == rules[1]
    assert len(rules[0]) > 1


def test_spark_that_does_not_start_is_a_fault_of_the_configuration(tmp_path, spark_settings):
    settings = spark_settings | {"spark": {"master": "nowhere"}}
    with pytest.raises(ConfigError) as caught:
        open_session(Engine.model_validate(settings), tmp_path)
    assert [fault.code for fault in caught.value.faults] == ["C211"]
