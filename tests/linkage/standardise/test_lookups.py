from dataclasses import replace

import pyarrow as pa
import pytest

from linkage.config.schema import Column
from linkage.standardise import lookups
from linkage.standardise.cleaners import cleaner
from linkage.standardise.encoded import Encoded
from linkage.standardise.lookups import Cleaned, Lookup
from linkage.standardise.rules import Row

SURNAMES = ["Lee", None, "O'Brien", "Lee", "UNKNOWN", "Lee-Ray"]


def found(lookup: Lookup, values: list[str | None], column: str) -> list[str | None]:
    columns = lookup.find(Encoded.of(pa.array(values, pa.string()))).columns
    return columns[column].array().to_pylist()


def surname_lookup() -> Lookup:
    return Lookup(Cleaned(cleaner("surname", Column(column="surname"))))


def test_a_value_is_cleaned_once_over_all_batches(monkeypatch):
    way, cleaned = surname_lookup().cleaner, []

    def clean(raw: str) -> Row:
        cleaned.append(raw)
        return way.clean(raw)

    lookup = Lookup(Cleaned(replace(way, clean=clean, at_once=None)))
    monkeypatch.setattr(lookups, "_HELD", 10)
    assert found(lookup, SURNAMES, "surname") == ["LEE", None, "OBRIEN", "LEE", None, "LEE RAY"]
    assert found(lookup, ["Lee", "Kay"], "surname") == ["LEE", "KAY"]
    assert cleaned == ["Lee", "O'Brien", "UNKNOWN", "Lee-Ray", "Kay"]


def test_without_room_for_all_those_cleaned_one_by_one_are_held(monkeypatch):
    way, cleaned = surname_lookup().cleaner, []

    def clean(raw: str) -> Row:
        cleaned.append(raw)
        return way.clean(raw)

    monkeypatch.setattr(lookups, "_HELD_AT_ONCE", 4)
    lookup = Lookup(Cleaned(replace(way, clean=clean)))
    for _ in range(2):
        assert found(lookup, ["Lee", "O'Brien", "Kay", "May"], "surname") == [
            "LEE",
            "OBRIEN",
            "KAY",
            "MAY",
        ]
        assert found(lookup, ["May", "Lee-Ray"], "surname") == ["MAY", "LEE RAY"]
    assert cleaned == ["O'Brien", "Lee-Ray"]


@pytest.mark.parametrize("held", [0, 3, 5, 1000])
def test_what_is_not_held_is_cleaned_anew(monkeypatch, held):
    monkeypatch.setattr(lookups, "_HELD_AT_ONCE", held)
    monkeypatch.setattr(lookups, "_CHUNK", 2)
    lookup = surname_lookup()
    for _ in range(2):
        reasons = found(lookup, SURNAMES, "missing_surname")
        assert reasons == [None, "not_answered", None, None, "placeholder", None]
        assert found(lookup, ["Kay", "Lee"], "surname_initial") == ["K", "L"]


def test_gaps_are_filled_from_another_column():
    own = Encoded.of(pa.array(["a", None, None, "b"]))
    other = Encoded.of(pa.array(["x", "b", None, "y"]))
    assert own.otherwise(other).array().to_pylist() == ["a", "b", None, "b"]


def test_lists_are_numbered_and_given_back():
    values = [["a"], None, ["a"], []]
    column = Encoded.of(pa.array(values, pa.list_(pa.string())))
    assert column.array().to_pylist() == values
