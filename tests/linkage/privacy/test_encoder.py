"""Records as encodings: what agrees, what is missing, and that no two purposes share a token."""

import itertools
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest

from linkage.errors import RefusedError
from linkage.privacy.encoder import encode
from linkage.privacy.keys import Key
from linkage.privacy.schema import Filter, Schema, Token, stored

PROFILES = ("keys", "standard", "high")
GOLDEN = Path(__file__).parent / "golden"


def values(encoded):
    """Every number of an encoded table, without the missing ones."""
    return {each for name in encoded.column_names for each in encoded[name].to_pylist()} - {None}


def dice(encoded, name, one, other):
    def ones(record):
        return [encoded[f"{name}_{word}"][record].as_py() for word in range(8)]

    pairs = list(zip(ones(one), ones(other), strict=True))
    both = sum((a & b).bit_count() for a, b in pairs)
    return 2 * both / sum(a.bit_count() + b.bit_count() for a, b in pairs)


@pytest.mark.parametrize("profile", PROFILES)
def test_columns_are_those_of_the_schema(records, schema_of, key, profile):
    schema = schema_of(profile)
    encoded = encode(records, schema, key)
    assert tuple(encoded.column_names) == schema.stored
    assert set(encoded.schema.types) == {pa.uint64()}
    assert encoded.num_rows == records.num_rows


@pytest.mark.parametrize("profile", PROFILES)
def test_encodings_do_not_depend_on_batches_or_on_how_text_is_held(
    records, schema_of, key, profile
):
    schema = schema_of(profile)
    whole = encode(records, schema, key).to_pydict()
    assert encode(iter(records.to_batches(max_chunksize=2)), schema, key).to_pydict() == whole
    coded = pa.table({n: records[n].dictionary_encode() for n in records.column_names})
    assert encode(coded, schema, key).to_pydict() == whole
    plain = records.set_column(4, "surname", records["surname"].cast(pa.string()))
    assert encode(plain, schema, key).to_pydict() == whole


@pytest.mark.parametrize("profile", PROFILES)
def test_a_later_delivery_is_encoded_as_an_earlier_one_was(
    records, schema_of, key, profile, golden
):
    """Owners who encode with two versions of the program must still agree, bit for bit."""
    encoded = encode(records, schema_of(profile), key)
    lines = [
        " ".join([name, *("-" if each is None else f"{each:016x}" for each in column.to_pylist())])
        for name, column in zip(encoded.column_names, encoded.columns, strict=True)
    ]
    golden(GOLDEN / f"encodings_{profile}.txt", "\n".join(lines) + "\n")


@pytest.mark.parametrize("profile", PROFILES)
def test_nothing_to_encode(records, schema_of, key, profile):
    schema = schema_of(profile)
    assert encode(records.slice(0, 0), schema, key).num_rows == 0
    assert encode(iter([]), schema, key).column_names == list(schema.stored)
    empty = pa.table({name: pa.nulls(3) for name in records.column_names})
    assert values(encode(empty, schema, key)) == set()
    assert values(encode(records.select(["record"]), schema, key)) == set()


@pytest.mark.parametrize("profile", PROFILES)
def test_projects_schemas_generations_and_owners_keys_share_no_token(records, schema_of, profile):
    secret, other = bytes(range(32)), bytes(range(1, 33))
    fewer = schema_of(profile, fields=("first_name", "surname", "date_of_birth", "postcode"))
    made = [
        values(encode(records, schema_of(profile), Key("P-1", 1, secret))),
        values(encode(records, schema_of(profile), Key("P-1", 1, other))),
        values(encode(records, schema_of(profile, project="P-2"), Key("P-2", 1, secret))),
        values(encode(records, fewer, Key("P-1", 1, secret))),
    ]
    assert min(map(len, made)) > 20
    for one, another in itertools.combinations(made, 2):
        assert one.isdisjoint(another)


def test_columns_share_no_token_unless_they_are_made_of_the_same_parts(schema_of, key):
    schema = schema_of()
    same = pa.table({name: ["5"] * 2 for name in _parts(schema)})
    encoded = encode(same, schema, key)
    made = {
        column.name: {encoded[name][0].as_py() for name in stored(column)}
        for column in schema.columns
    }
    assert made.pop("date_of_birth_swapped") == made["date_of_birth_text"]
    assert made.pop("names_swapped") == made["names"]
    for one, other in itertools.combinations(made, 2):
        assert made[one].isdisjoint(made[other]), (one, other)


def _parts(schema):
    return {
        part
        for column in schema.columns
        for part in (
            *((column.of,) if isinstance(column, Filter) else column.of),
            *getattr(column, "salt", ()),
            *getattr(column, "joined", ()),
        )
    }


def test_near_names_have_near_filters_under_one_salt(records, schema_of, key):
    encoded = encode(records, schema_of(), key)
    for salt in ("birth", "place"):
        assert dice(encoded, f"first_name_by_{salt}", 0, 1) == 1
        assert 0.55 < dice(encoded, f"surname_by_{salt}", 0, 1) < 0.85
    assert dice(encoded, "surname_by_birth", 0, 2) < 0.4  # the same name, born on another day
    assert dice(encoded, "surname_by_place", 0, 2) < 0.4


def test_the_number_of_bits_does_not_tell_the_length_of_a_name(key):
    names = pa.array(["LI", "ABERNATHY-CHRISTOPHERSON".replace("-", " ")]).take([0, 1] * 200)
    table = pa.table({"surname": names, "salt": [str(i // 2) for i in range(400)]})
    column = Filter("s", "surname", 0, (), ("salt",), (), bits_per_value=120)
    encoded = encode(table, Schema("P-1", "standard", "1", (column,)), key)
    ones = np.array(
        [sum(encoded[f"s_{w}"][i].as_py().bit_count() for w in range(8)) for i in range(400)]
    )
    short, long = ones[::2], ones[1::2]
    error = np.sqrt(short.var() / 200 + long.var() / 200)
    assert abs(short.mean() - long.mean()) < 12 + 4 * error


def test_what_is_missing_is_null(records, schema_of, key):
    encoded = encode(records, schema_of(), key)

    def missing(name):
        return [i for i, each in enumerate(encoded[name].to_pylist()) if each is None]

    assert missing("surname_by_birth_0") == [4]  # no date to salt with
    assert missing("surname_by_place_7") == [5]  # no postcode
    assert missing("first_name_by_birth_3") == [3, 4, 6]  # no first name, or a blank one
    assert missing("names") == [3, 6]
    assert missing("names_year_month") == [3, 4, 6]
    assert missing("date_of_birth_text") == [4]
    assert missing("postcode_sector") == [4, 5]
    assert missing("sex") == [5]
    assert missing("band_0") == [3, 4, 6]


def test_a_date_shows_that_day_and_month_were_swapped(records, schema_of, key):
    encoded = encode(records, schema_of(), key)
    text, swapped = (encoded[f"date_of_birth_{way}"].to_pylist() for way in ("text", "swapped"))
    assert text[0] == swapped[2]
    assert text[2] == swapped[0]
    assert text[0] != text[2]
    assert text[5] == swapped[5]


def test_names_show_that_each_stands_in_the_place_of_the_other(schema_of, key):
    people = pa.table({"first_name": ["ANN", "GRACE"], "surname": ["GRACE", "ANN"]})
    encoded = encode(people, schema_of(), key)
    assert encoded["names"][0] == encoded["names_swapped"][1]
    assert encoded["names"][0] != encoded["names"][1]


def test_names_agree_by_sound_with_two_parts_of_a_date(records, schema_of, key):
    encoded = encode(records, schema_of(), key)
    assert encoded["names_year_day"][0] == encoded["names_year_day"][1]
    assert encoded["names"][0] != encoded["names"][1]
    assert encoded["names"][0] == encoded["names"][2]


@pytest.mark.parametrize("by", ["hmac", "siphash"])
def test_equal_values_alone_have_equal_tokens(key, by):
    people = [(f"A{i % 7}", f"B{i % 11}") for i in range(500)]
    first, last = zip(*people, strict=True)
    column = Token("t", ("a", "b"), False, by=by)
    schema = Schema("P-1", "standard", "1", (column,))
    made = encode(pa.table({"a": first, "b": last}), schema, key)["t"].to_pylist()
    assert len(set(made)) == 77
    assert len(set(zip(people, made, strict=True))) == 77


def test_numbers_that_are_near_agree_in_part(key, schema_of):
    schema = schema_of(height=2.0)
    heights = [170.0, 170.5, 172.0, 178.0, 250.0]
    born = {name: pa.array([5] * 5) for name in ("birth_year", "birth_month", "birth_day")}
    encoded = encode(pa.table({"height": heights, **born}), schema, key)
    found = [dice(encoded, "height", 0, other) for other in range(5)]
    assert found[0] == found[1] == 1
    assert found[1] > found[2] > found[3] > found[4]
    levels = next(each.levels for each in schema.columns if each.name == "height")
    assert found[2] >= levels[0] > found[3] >= levels[2] > found[4]


def test_the_key_of_another_project_is_refused(records, schema_of):
    with pytest.raises(RefusedError) as refused:
        encode(records, schema_of(), Key("P-2", 1, bytes(32)))
    assert [fault.code for fault in refused.value.faults] == ["R504"]
