"""The slice of the ONS linkage exercise that comes with the tests, every decision left open."""

import json

import duckdb
import pyarrow.parquet as pq
import pytest
from splink import DuckDBAPI, Linker

SOURCE = """
  {name}:
    path: {folder}/{name}.parquet
    id: rec_id
    one_record_per_person: true
    columns:
      first_name: firstname
      middle_name: middlename
      surname: surname
      sex: {{column: sex, codes: {{"1": M, "2": F}}}}
      postcode: postcode
      date_of_birth: {{column: dob, format: ["%d-%m-%y", "%d/%m/%y", "%d-%b-%y", "%d %B %Y"]}}
"""


@pytest.fixture(scope="module")
def linked(run, ons_slice):
    sources = "".join(SOURCE.format(name=name, folder=ons_slice) for name in "ab")
    return run(f"version: 1\nname: ons\nsources:{sources}")


def table(run, name):
    return pq.read_table(run / "restricted" / f"{name}.parquet")


@pytest.fixture(scope="module")
def truth(ons_slice):
    rows = pq.read_table(ons_slice / "a.parquet").to_pylist()
    return {(r["rec_id"], r["true_match_in_b"]) for r in rows if r["true_match_in_b"]}


def test_links_are_as_good_as_the_whole_exercise_demands(linked, truth):
    links = table(linked, "links").to_pylist()
    found = {(row["record_id_l"], row["record_id_r"]) for row in links}
    f1 = 2 * len(found & truth) / (len(found) + len(truth))
    assert f1 >= 0.978


def test_the_probabilities_add_up_to_the_true_pairs_among_the_candidates(linked, truth):
    ids = {row["record"]: row["record_id"] for row in table(linked, "record_keys").to_pylist()}
    candidates = table(linked, "candidates").to_pylist()
    pairs = {(ids[row["record_l"]], ids[row["record_r"]]) for row in candidates}
    (expected,) = json.loads((linked / "restricted" / "training.json").read_text())[
        "expected_matches"
    ].values()
    assert expected == pytest.approx(len(pairs & truth), rel=0.01)


def test_splink_loads_the_model_and_gives_a_thousand_candidates_their_weights(linked):
    with duckdb.connect() as connection:
        api = DuckDBAPI(connection)
        frames = [
            api.register(table(linked, f"records_{name}"), dataset_display_name=name)
            for name in "ab"
        ]
        predictions = Linker(frames, linked / "model.json", log_level="ERROR").inference.predict()
        weights = {
            tuple(sorted((row["record_l"], row["record_r"]))): row["match_weight"]
            for row in predictions.as_pyarrow_table().to_pylist()
        }
    candidates = table(linked, "candidates").to_pylist()
    assert len(candidates) >= 1000
    for row in candidates:
        weight = weights[row["record_l"], row["record_r"]]
        assert row["match_weight"] == pytest.approx(weight, abs=1e-9)
    said = json.loads((linked / "restricted" / "training.json").read_text())
    assert said["n_candidates"] == len(weights)
