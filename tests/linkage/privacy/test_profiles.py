"""The columns of each profile, and that a schema says all that owners have to have alike."""

import json

import pytest

from linkage.privacy.entropy import bits, is_coarse
from linkage.privacy.schema import Band, Filter, Token
from linkage.privacy.schema import schema_of as read

BORN = ("birth_year", "birth_month", "birth_day")


def named(schema):
    return {column.name: column for column in schema.columns}


@pytest.mark.parametrize("profile", ["keys", "standard", "high"])
def test_a_schema_is_read_as_it_was_written(schema_of, profile):
    schema = schema_of(profile, height=1.5)
    again = read(json.loads(schema.as_json()))
    assert again == schema
    assert again.hash == schema.hash


def test_whatever_differs_gives_another_hash(schema_of):
    schemas = [
        schema_of(),
        schema_of("high"),
        schema_of("keys"),
        schema_of(project="P-2"),
        schema_of(fields=("first_name", "surname", "date_of_birth", "sex")),
        schema_of(height=1.0),
        schema_of(height=2.0),
    ]
    assert len({schema.hash for schema in schemas}) == len(schemas)


@pytest.mark.parametrize("profile", ["standard", "high"])
def test_no_name_and_no_part_of_a_date_is_encoded_alone(schema_of, profile):
    schema = schema_of(
        profile,
        fields=("first_name", "middle_name", "surname", "date_of_birth", "sex", "postcode"),
        height=1.0,
    )
    for column in schema.columns:
        if isinstance(column, Filter):
            assert len(column.salt) >= 1
            assert set(column.salt) >= set(BORN) or "postcode" in column.salt
        elif isinstance(column, Band):
            assert len(column.of) == 2
            assert len(column.joined) == 2
        elif column.name not in {"sex", "postcode"}:
            assert len((*column.of, *column.salt)) >= 2


def test_high_salts_a_place_with_the_other_name(schema_of):
    high = named(schema_of("high"))
    assert high["surname_by_place"].salt == ("postcode", "first_initial")
    assert high["first_name_by_place"].salt == ("postcode", "surname_initial")
    assert named(schema_of())["surname_by_place"].salt == ("postcode",)


def test_without_a_postcode_names_are_salted_by_birth_alone(schema_of):
    columns = named(schema_of(fields=("first_name", "surname", "date_of_birth")))
    assert "surname_by_birth" in columns
    assert not [name for name in columns if "place" in name or "postcode" in name]


def test_match_keys_are_the_nine(schema_of):
    assert [column.of for column in schema_of("keys").columns] == [
        ("first_name", "surname", *BORN, "sex", "postcode"),
        ("first_name", "surname", *BORN, "sex"),
        ("first_initial", "surname", *BORN, "postcode_sector"),
        ("first_name", "surname_initial", *BORN, "postcode_sector"),
        ("surname", *BORN, "postcode"),
        ("first_name", *BORN, "postcode"),
        ("first_name", "surname", "postcode"),
        ("first_name:2", "surname:2", *BORN, "sex", "postcode_sector"),
        ("first_name:3", "surname:3", *BORN),
    ]


@pytest.mark.parametrize(
    ("fields", "keys"),
    [
        (("first_name", "surname", "date_of_birth"), 8),
        (("surname", "date_of_birth"), 4),
        (("surname", "sex"), 2),
        (("surname",), 0),
    ],
)
def test_match_keys_do_without_what_there_is_not_and_are_of_two_fields(schema_of, fields, keys):
    columns = schema_of("keys", fields=fields).columns
    assert len(columns) == keys
    assert len({column.of for column in columns}) == keys
    assert all(isinstance(column, Token) and column.by == "hmac" for column in columns)


def test_what_tells_too_little_is_coarse(schema_of):
    standard = named(schema_of(fields=("first_name", "surname", "date_of_birth", "sex", "country")))
    coarse = {name for name, column in standard.items() if getattr(column, "coarse", False)}
    assert coarse == {"sex", "country"}
    keys = schema_of("keys", fields=("surname", "sex")).columns
    assert [column.coarse for column in keys] == [False, True]


def test_entropy_adds_up_and_nothing_is_known_of_columns_of_ones_own():
    assert bits(("birth_month", "sex")) == pytest.approx(4.5)
    assert bits(("surname:2",)) == 5
    assert bits(("first_initial:3",)) == 4
    assert is_coarse(("shoe_size",))
