"""What splink makes of a run's model.json: the same pairs, and the same weights."""

import json

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from splink import DuckDBAPI, Linker

from linkage.model import scoring

LISTED = {
    "blocking": [["first_name", "surname"], ["date_of_birth"], ["surname", "postcode"], ["age"]],
    "comparisons": [
        {"column": "first_name", "kind": "jaro_winkler", "term_frequency": True},
        {"column": "surname", "kind": "levenshtein", "term_frequency": True},
        {"column": "date_of_birth", "kind": "date", "levels": [1.0, 400.0]},
        {"columns": ["postcode", "sex"]},
        {"column": "age", "kind": "number", "levels": [1.0], "term_frequency": True},
        {"column": "aliases", "kind": "array", "levels": [2.0, 1.0]},
        {
            "name": "initials",
            "kind": "custom",
            "sql": [
                "first_name_l[1] = first_name_r[1] AND surname_l[1] = surname_r[1]",
                "first_name_l[1] = first_name_r[1] OR surname_l[1] = surname_r[1]",
            ],
        },
    ],
    "training": {"allow_untrained": True},
}


@pytest.fixture(autouse=True)
def every_candidate_is_kept(monkeypatch):
    monkeypatch.setattr(scoring, "STREAM_FLOOR", -1000.0)
    monkeypatch.setattr(scoring, "WEIGHT_FLOOR", -1000.0)
    monkeypatch.setattr(scoring, "STREAM_FLOOR", -1000.0)


@pytest.fixture(scope="module")
def predicted():
    """Return splink's match weight and probability of every pair that its blocking makes."""

    def predict(run):
        settings = json.loads((run.root / "model.json").read_text())
        with duckdb.connect() as connection:
            api = DuckDBAPI(connection)
            frames = [
                api.register(records, dataset_display_name=name)
                for name, records in _records(run).items()
            ]
            linker = Linker(frames if len(frames) > 1 else frames[0], settings, log_level="ERROR")
            rows = linker.inference.predict().as_pyarrow_table().to_pylist()
        return {
            tuple(sorted((row["record_l"], row["record_r"]))): (
                row["match_weight"],
                row["match_probability"],
            )
            for row in rows
        }

    return predict


def _records(run):
    """The records of each source; splink wants a column that one lacks to be there, empty."""
    tables = {
        name: pq.read_table(run.root / "restricted" / f"records_{name}.parquet")
        for name in run.config.sources
    }
    every = {field.name: field.type for table in tables.values() for field in table.schema}
    return {
        name: pa.table(
            {
                column: table[column]
                if column in table.column_names
                else pa.nulls(len(table), kind)
                for column, kind in every.items()
            }
        )
        for name, table in tables.items()
    }


def agrees(run, predicted, at_least=1000):
    found = predicted(run)
    candidates = {(row["record_l"], row["record_r"]) for row in run.rows("record_patterns")}
    assert candidates == set(found)
    kept = run.rows("candidates")
    assert len(kept) == len(candidates) >= at_least
    for row in kept:
        weight, probability = found[row["record_l"], row["record_r"]]
        assert row["match_weight"] == pytest.approx(weight, abs=1e-9)
        assert row["match_probability"] == pytest.approx(probability, abs=1e-9)


@pytest.fixture(scope="module")
def sources(invented_people):
    every = {"a": invented_people("a", 0, 300), "b": invented_people("b", 100, 400)}
    for records in every.values():
        for each in records:
            each["age"] = each["person"] % 30 or ""
            each["birthplace"] = ("Bath", "York", "Hull")[each["person"] % 3]
            each["aliases"] = f"{each['person'] % 7}|{each['person'] % 5 + 7}"
    return every


@pytest.fixture(scope="module")
def more(columns):
    return {
        **columns,
        "age": {"column": "age", "kind": "number"},
        "aliases": {"column": "aliases", "kind": "array"},
    }


def test_linking_with_all_that_is_chosen(link, sources, predicted):
    agrees(link(sources, {}, once="ab"), predicted)


def test_a_frequency_on_several_levels(link, sources, predicted, columns):
    """Postcode and place of birth are one comparison, with frequencies of both."""
    born_in = {**columns, "place_of_birth": "birthplace"}
    rules = [["postcode"], ["date_of_birth"]]
    run = link(sources, {"blocking": rules}, once="ab", roles={"a": born_in, "b": born_in})
    assert "places" in {each["name"] for each in run.json("training")["comparisons"]}
    agrees(run, predicted)


@pytest.mark.parametrize("kind", ["link", "link_and_deduplicate"])
def test_every_kind_of_comparison(link, sources, predicted, more, kind):
    run = link(sources, {"type": kind, **LISTED}, once="ab", roles=dict.fromkeys("ab", more))
    agrees(run, predicted)


def test_finding_duplicates(link, sources, predicted, more):
    everyone = {"people": sources["a"] + sources["b"]}
    run = link(everyone, {"type": "deduplicate", **LISTED}, roles={"people": more})
    agrees(run, predicted)


def test_three_sources_of_which_one_lacks_a_column(link, sources, predicted, columns):
    three = {**sources, "c": [{**r, "id": f"c{r['person']}"} for r in sources["a"][::3]]}
    undated = {role: column for role, column in columns.items() if role != "date_of_birth"}
    rules = [["first_name", "surname"], ["date_of_birth"], ["postcode"]]
    run = link(three, {"blocking": rules}, once="ab", roles={"c": undated})
    agrees(run, predicted)
