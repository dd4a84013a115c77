"""report.json follows its schema, and the schema asks for nothing that no report holds."""

import copy
import json

import pytest
from jsonschema import Draft202012Validator

from quality.report.page import page_record
from quality.report.schema import SCHEMA, report_schema

RULES = json.loads(report_schema())
VALIDATOR = Draft202012Validator(RULES)


@pytest.fixture(scope="module")
def records(page, modelled_page, reviewed_page):
    pages = (page, modelled_page, reviewed_page)
    return [json.loads(json.dumps(page_record(each))) for each in pages]


def objects(value):
    """Yield every object in a JSON value."""
    if isinstance(value, dict):
        yield value
        value = list(value.values())
    if isinstance(value, list):
        for each in value:
            yield from objects(each)


def test_the_schema_is_one():
    Draft202012Validator.check_schema(RULES)


def test_real_reports_follow_it(records):
    for record in records:
        assert record["$schema"] == SCHEMA
        assert [error.message for error in VALIDATOR.iter_errors(record)] == []


def test_reports_hold_everything_it_speaks_of(records):
    held = {key for record in records for each in objects(record) for key in each}
    spoken = {key for each in (RULES, *RULES["$defs"].values()) for key in each["properties"]}
    assert spoken <= held


@pytest.mark.parametrize("kind", ["table", "facts"])
def test_a_key_that_it_does_not_know_is_refused(records, kind):
    record = copy.deepcopy(records[0])
    part = next(each for each in objects(record["chapters"]) if kind in each)
    part[f"{kind}s_too"] = {}
    assert not VALIDATOR.is_valid(record)


@pytest.mark.parametrize("key", ["chapters", "state", "$schema"])
def test_a_report_that_lacks_something_is_refused(records, key):
    assert not VALIDATOR.is_valid({k: v for k, v in records[0].items() if k != key})


def test_a_number_is_never_text(records):
    record = copy.deepcopy(records[0])
    cell = next(each for each in objects(record) if "value" in each)
    cell["value"] = str(cell["value"])
    assert not VALIDATOR.is_valid(record)
