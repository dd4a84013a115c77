"""Census, social security and WIC in one run: entities against truth, for each pair of sources."""

import duckdb
import pytest

PERSON = (
    "first_name: first_name, middle_name: {middle}, surname: last_name, sex: sex, "
    'date_of_birth: {{column: date_of_birth, format: "{dates}"}}'
)
ADDRESS = (
    ", house_number: street_number, street: street_name, town: city, "
    "postcode: {column: zipcode, style: plain}"
)
CONFIG = """
version: 1
name: three
sources:
  census:
    path: {data}/census_2020.parquet
    id: rec_id
    one_record_per_person: true
    columns: {{{census}}}
  ssa:
    path: {data}/ssa_2020.parquet
    id: rec_id
    drop: {{event_type: death}}
    one_record_per_person: true
    columns: {{{ssa}}}
  wic:
    path: {data}/wic_all.parquet
    id: rec_id
    columns: {{{wic}}}
linkage: {{focal: census}}
"""
TRUTH = """
    SELECT 'census' AS source, rec_id AS record_id, simulant_id AS person
    FROM '{data}/census_2020.parquet' UNION ALL
    SELECT 'ssa', rec_id, simulant_id FROM '{data}/ssa_2020.parquet'
    WHERE event_type IS DISTINCT FROM 'death' UNION ALL
    SELECT 'wic', rec_id, simulant_id FROM '{data}/wic_all.parquet'
"""


@pytest.fixture(scope="module")
def database(run, public_data):
    data = public_data / "pseudopeople"
    folder = run(
        CONFIG.format(
            data=data,
            census=PERSON.format(middle="middle_initial", dates="%m/%d/%Y") + ADDRESS,
            ssa=PERSON.format(middle="middle_name", dates="%Y%m%d"),
            wic=PERSON.format(middle="middle_initial", dates="%m%d%Y") + ADDRESS,
        )
    )
    connection = duckdb.connect()
    connection.execute(f"CREATE TABLE truth AS {TRUTH.format(data=data)}")
    entities = folder / "restricted" / "entities.parquet"
    connection.execute(f"CREATE TABLE entities AS FROM '{entities}'")
    return connection


@pytest.mark.parametrize(
    ("left", "right", "floor"),
    [("census", "ssa", 0.995), ("census", "wic", 0.99), ("ssa", "wic", 0.985)],
)
def test_entities_against_truth(database, left, right, floor):
    pairs = "SELECT l.record_id AS l, r.record_id AS r FROM {0} l JOIN {0} r USING ({1}) WHERE "
    pairs += f"l.source = '{left}' AND r.source = '{right}'"
    found, true, correct = database.execute(
        f"WITH found AS ({pairs.format('entities', 'entity')}), "
        f"matches AS ({pairs.format('truth', 'person')}) SELECT (SELECT count(*) FROM found), "
        "(SELECT count(*) FROM matches), (SELECT count(*) FROM found JOIN matches USING (l, r))"
    ).fetchone()
    assert 2 * correct / (found + true) >= floor


def test_no_entity_holds_two_records_of_a_source_without_repeats(database):
    most = database.execute(
        "SELECT max(n) FROM (SELECT count(*) AS n FROM entities WHERE source <> 'wic' "
        "GROUP BY source, entity)"
    ).fetchone()
    assert most == (1,)
