"""Record-level filters against golden vectors of clkhash 0.18.3, and schemas that are not read."""

import base64
import copy
import json
from pathlib import Path

import pyarrow as pa
import pytest

from linkage.errors import RefusedError
from linkage.privacy.clk import clks
from linkage.privacy.clkhash_schema import clk_schema_of, read_clk_schema

VECTORS = json.loads((Path(__file__).parents[2] / "data" / "clkhash" / "golden.json").read_text())


def encoded(schema, rows, secret):
    columns = zip(*rows, strict=True)
    names = [feature.name for feature in schema.features]
    table = pa.table({name: list(column) for name, column in zip(names, columns, strict=True)})
    made = clks(table, schema, secret.encode())
    return [base64.b64encode(row.tobytes()).decode() for row in made]


@pytest.mark.parametrize("vector", VECTORS, ids=lambda vector: vector["name"])
def test_golden_vectors_bit_for_bit(vector):
    schema = clk_schema_of(vector["schema"])
    assert encoded(schema, vector["rows"], vector["secret"]) == vector["clk_b64"]


@pytest.mark.parametrize("vector", VECTORS, ids=lambda vector: vector["name"])
def test_a_schema_is_read_as_it_was_written(vector, tmp_path):
    schema = clk_schema_of(vector["schema"])
    (tmp_path / "schema.json").write_text(schema.as_json())
    assert read_clk_schema(tmp_path / "schema.json") == schema


@pytest.fixture
def schema():
    return copy.deepcopy(VECTORS[0]["schema"])


def one_feature(schema, **settings):
    schema["features"] = [copy.deepcopy(schema["features"][1])]
    form = settings.pop("format", None)
    schema["features"][0]["hashing"] |= settings
    if form:
        schema["features"][0]["format"] = form
    return clk_schema_of(schema)


def test_dates_and_whole_numbers_are_encoded_in_one_form(schema):
    date = one_feature(copy.deepcopy(schema), format={"type": "date", "format": "%d/%m/%Y"})
    text = one_feature(copy.deepcopy(schema))
    assert encoded(date, [["29/02/1980"]], "s") == encoded(text, [["19800229"]], "s")
    number = one_feature(schema, format={"type": "integer"})
    assert encoded(number, [["+007"]], "s") == encoded(text, [["7"]], "s")


def test_what_stands_for_missing_is_replaced(schema):
    replaced = one_feature(
        copy.deepcopy(schema), missingValue={"sentinel": "", "replaceWith": "NONE"}
    )
    text = one_feature(schema)
    assert encoded(replaced, [[""], [None]], "s") == encoded(text, [["NONE"]] * 2, "s")
    assert set(base64.b64decode(encoded(text, [[""]], "s")[0])) == {0}


def test_near_numbers_share_tokens(schema):
    numeric = {"type": "numeric", "thresholdDistance": 8, "resolution": 2}
    number = one_feature(schema, comparison=numeric, strategy={"bitsPerToken": 5})
    # the example in the source of clkhash: 25 is moved to 26, and 26 stays
    first, second, third = (
        int.from_bytes(base64.b64decode(each), "big")
        for each in encoded(number, [["25"], ["26"], ["60"]], "s")
    )
    assert first == second
    assert (first & third).bit_count() <= 2


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda s: s.update(version=1), "version 3"),
        (lambda s: s.update(version=2), "version 3"),
        (lambda s: s.pop("version"), "form of version 3"),
        (lambda s: s["features"][1]["hashing"].update(hash={"type": "doubleHash"}), "doubleHash"),
        (lambda s: s["features"][1]["format"].update(encoding="utf-16"), "UTF-8"),
        (lambda s: s["features"][1]["hashing"].update(comparison={"type": "soft"}), "comparison"),
        (lambda s: s["features"][1]["hashing"].update(strategy={"bitsPerToken": 0}), "form"),
        (lambda s: s["features"][1]["hashing"].update(strategy={"bitsPerToken": "9"}), "form"),
        (lambda s: s["clkConfig"].update(l=1000), "power of two"),
        (lambda s: s["clkConfig"].update(l=32), "power of two"),
        (lambda s: s["clkConfig"].update(xor_folds=9), "power of two"),
        (lambda s: s["clkConfig"].update(xorFolds=1), "xorFolds"),
        (lambda s: s["clkConfig"]["kdf"].update(hash="MD5"), "HKDF"),
        (lambda s: s["clkConfig"]["kdf"].update(keySize=65), "longer"),
        (lambda s: s["clkConfig"]["kdf"].update(salt="not base64!"), "form"),
        (lambda s: s.update(features=[{"identifier": "id", "ignored": True}]), "no feature"),
        (lambda s: s.update(features="names"), "form"),
    ],
)
def test_what_would_not_be_encoded_as_clkhash_does_is_refused(schema, change, said):
    change(schema)
    with pytest.raises(RefusedError) as refused:
        clk_schema_of(schema)
    (fault,) = refused.value.faults
    assert fault.code == "R506"
    assert said in fault.message
    assert fault.fix


@pytest.mark.parametrize("text", [b"", b"{", b"\xff", b"[]", b"[" * 100_000])
def test_what_is_no_schema_is_refused(tmp_path, text):
    (tmp_path / "schema.json").write_bytes(text)
    with pytest.raises(RefusedError) as refused:
        read_clk_schema(tmp_path / "schema.json")
    assert refused.value.faults[0].code == "R506"


@pytest.mark.parametrize(
    ("settings", "value"),
    [
        ({"format": {"type": "date", "format": "%Y-%m-%d"}}, "CANARY"),
        ({"format": {"type": "integer"}}, "CANARY"),
        ({"comparison": {"type": "numeric", "thresholdDistance": 1, "resolution": 1}}, "CANARY"),
        ({"comparison": {"type": "numeric", "thresholdDistance": 1, "resolution": 1}}, "inf"),
    ],
)
def test_a_value_in_another_form_is_refused_and_not_told(schema, settings, value):
    with pytest.raises(RefusedError) as refused:
        encoded(one_feature(schema, **settings), [[value]], "s")
    assert refused.value.faults[0].code == "R506"
    assert value not in str(refused.value)
    assert refused.value.__suppress_context__
