"""The pages that come from the code are those that are committed."""

import json
from pathlib import Path

import pytest

from linkage.config.json_schema import json_schema
from linkage.config.loader import load
from linkage.config.pages import configuration_page, errors_page, schema_file

DOCS = Path(__file__).parents[3] / "docs"


@pytest.mark.parametrize(
    ("name", "page"),
    [
        ("reference/errors.md", errors_page),
        ("reference/configuration.md", configuration_page),
        ("config.schema.json", schema_file),
    ],
)
def test_committed_page_is_current(name, page):
    written = (DOCS / name).read_text(encoding="utf-8")
    assert written == page(), "run: python docs/generate.py"


def test_page_tells_each_setting_once_and_its_default():
    page = configuration_page()
    assert page.count("\n## `linkage.decide`\n") == 1
    assert "| `threshold` | `auto` or number, above 0 and below 1 | `auto` |" in page
    assert "| `id` | text | **needed** |" in page


def test_schema_is_strict_and_accepts_short_forms():
    schema = json_schema()
    assert schema["required"] == ["name", "sources"]
    assert schema["additionalProperties"] is False
    column = schema["$defs"]["Source"]["properties"]["columns"]["patternProperties"]
    (forms,) = column.values()
    assert {"type": "string"} in forms["anyOf"]
    json.dumps(schema)


def test_example_of_the_design_is_valid(tmp_path):
    path = tmp_path / "config.yaml"
    path.write_text(EXAMPLE, encoding="utf-8")
    loaded = load(path)
    assert loaded.warnings == ()
    assert loaded.config.assignment == "one_to_one"
    assert loaded.config.sources["ssa"].drop == {"event_type": ("death",)}


EXAMPLE = """\
# yaml-language-server: $schema=../docs/config.schema.json
version: 1
name: census_ssa
purpose: How well a census is covered by social-security records, by race and age

sources:
  census:
    path: ../data/census.parquet        # Parquet, CSV, Arrow/Feather, a DuckDB table
    kind: census                        # census | administrative | survey
    id: record_id
    one_record_per_person: true
    columns:
      first_name: first_name
      surname: last_name
      date_of_birth: {column: date_of_birth, format: "%m/%d/%Y"}
      sex: sex
  ssa:
    path: ../data/ssa.parquet
    kind: administrative
    id: record_id
    drop: {event_type: death}           # the register also holds deaths
    one_record_per_person: true
    columns:
      first_name: first_name
      surname: last_name
      date_of_birth: {column: date_of_birth, format: "%Y%m%d"}
      sex: sex

linkage:
  type: link                            # link | deduplicate | link_and_deduplicate
  focal: census
  deterministic: []                     # match-keys tried first, strictest first
  blocking:
    - [date_of_birth, first_initial]
    - [first_name, surname]
  comparisons: auto                     # or a list: {column, kind, levels, term_frequency}
  training: {seed: 1}
  decide: {assignment: one_to_one, threshold: auto, objective: f1}   # or precision>=0.99

groups:
  race: {source: census, column: race_ethnicity}
  sex: {source: census, column: sex, standard: sex}
  age: {source: census, from: date_of_birth, on: 2020-04-01, standard: age.bands_8, split: [20]}
intersections: [[race, sex]]

missingness:
  variables: [{source: ssa, column: event_type}]

quality: {draws: 200, level: 0.95, review: reviews.csv, reference: largest, material_gap: 0.05}
disclosure: {threshold: 10, rounding: 5}
engine: {backend: duckdb, memory: 8GB, threads: 2, temp: .link-tmp}
output: runs/
"""
