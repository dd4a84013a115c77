"""Three owners: every pair is linked, and the three records of a person share a pseudonym."""

import random

import pyarrow.parquet as pq
import pytest

from tests.e2e.conftest import people, with_slips
from tests.e2e.owners import configure_unit, encode

OWNERS = ("office", "health", "school")


@pytest.fixture(scope="module")
def given(tmp_path_factory, link):
    """The pseudonym of each person at each owner, by the number that all three share."""
    folder = tmp_path_factory.mktemp("three")
    link("key", "new", "--project", "P", "--out", "keys/key", folder=folder)
    (folder / "unit").mkdir()
    rows = {"office": people(), "health": with_slips(people())[20:], "school": people()[:200]}
    random.Random(5).shuffle(rows["school"])
    for owner in OWNERS:
        encode(link, folder, owner, rows[owner])
    configure_unit(folder, OWNERS, "three")
    link("run", "unit/unit.yaml", folder=folder)
    link("pseudonyms", "unit/runs/three/latest", "--project", "s", "--out", "names", folder=folder)
    return {owner: named(folder, owner) for owner in OWNERS}


def named(folder, owner):
    private = pq.read_table(folder / owner / "private/map.parquet").to_pylist()
    names = pq.read_table(folder / "names" / f"{owner}.parquet").to_pylist()
    of = {row["rid"]: row["pseudonym"] for row in names}
    return {row["local_id"][1:]: of[row["rid"]] for row in private}


@pytest.mark.parametrize(
    ("one", "other"), [("office", "health"), ("office", "school"), ("health", "school")]
)
def test_each_pair_of_owners_is_linked(given, one, other):
    both = given[one].keys() & given[other].keys()
    right = sum(given[one][person] == given[other][person] for person in both)
    assert right / len(both) > 0.9
    wrong = [
        person
        for person, name in given[one].items()
        for someone, theirs in given[other].items()
        if name == theirs and person != someone
    ]
    assert len(wrong) / len(both) < 0.02


def test_a_person_at_all_three_has_one_pseudonym(given):
    everywhere = set.intersection(*(set(each) for each in given.values()))
    whole = sum(len({given[owner][person] for owner in OWNERS}) == 1 for person in everywhere)
    assert whole / len(everywhere) > 0.85
