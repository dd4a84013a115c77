"""Pseudonyms: one for an entity, stable while its first record is in it, apart between projects."""

import hmac

import pyarrow as pa
import pytest

from linkage.privacy.identity import new_ids
from linkage.privacy.pseudonyms import pseudonyms

SECRET = bytes(range(32))
A1, A2, B1, B2, B3 = new_ids(5).to_pylist()


def entities(*rows):
    names = ("source", "record_id", "entity")
    return pa.table(dict(zip(names, map(list, zip(*rows, strict=True)), strict=True)))


ROWS = [("a", A1, "e1"), ("b", B1, "e1"), ("a", A2, "e2"), ("b", B2, "e3"), ("b", B3, "e2")]


def given(rows=ROWS, project="study", secret=SECRET, sources=("a", "b")):
    found = {}
    for _, table in pseudonyms(entities(*rows), sources, secret, project):
        found |= dict(zip(table["rid"].to_pylist(), table["pseudonym"].to_pylist(), strict=True))
    return found


def test_linked_records_share_one_and_others_do_not():
    found = given()
    assert found[A1] == found[B1]
    assert found[A2] == found[B3]
    assert len(set(found.values())) == 3


def test_it_is_the_hmac_of_the_record_id_of_the_first_source():
    key = hmac.digest(SECRET, b"pseudonym\0study", "sha256")
    assert given()[B1] == hmac.digest(key, A1.encode(), "sha256").hex()[:32]


def test_every_record_has_one_under_its_own_source_sorted_by_id():
    tables = dict(pseudonyms(entities(*ROWS), ("a", "b"), SECRET, "study"))
    assert tables["a"]["rid"].to_pylist() == sorted([A1, A2])
    assert tables["b"]["rid"].to_pylist() == sorted([B1, B2, B3])


@pytest.mark.parametrize("other", [{"project": "another"}, {"secret": bytes(32)}])
def test_other_projects_and_units_have_others_of_which_none_is_shared(other):
    mine, theirs = given(), given(**other)
    assert not set(mine.values()) & set(theirs.values())


def test_a_later_run_keeps_it_whoever_joins_from_another_source():
    new = new_ids(1)[0].as_py()
    later = [("b", B2, "x"), ("a", A1, "y"), ("b", B1, "y"), ("b", new, "z"), ("b", B3, "y")]
    before, after = given(), given(later)
    assert after[A1] == after[B1] == after[B3] == before[A1]
    assert after[B2] == before[B2]


def test_of_several_records_in_the_first_source_the_least_id_counts():
    low, high = sorted([A1, A2])
    assert given([("a", high, "e"), ("a", low, "e")])[high] == given([("a", low, "e")])[low]


def test_a_source_without_records_has_an_empty_file():
    tables = dict(pseudonyms(entities(("a", A1, "e1")), ("a", "b"), SECRET, "study"))
    assert tables["b"].num_rows == 0
