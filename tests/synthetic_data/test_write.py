import io

import polars as pl
import pytest

from linkage.config.loader import examine
from synthetic_data.sources import TWICE
from synthetic_data.write import Order, synthesise


def table(files, name):
    return pl.read_parquet(io.BytesIO(files[f"{name}.parquet"]))


@pytest.fixture(scope="module")
def everything():
    return synthesise(Order(people=3000, seed=2, survey=True, duplicates=0.2))


def test_the_same_order_gives_the_same_bytes(everything):
    assert synthesise(Order(3000, 2, survey=True, duplicates=0.2)) == everything
    other = synthesise(Order(3000, 3))
    assert other["census.parquet"] != everything["census.parquet"]


def test_asking_for_more_leaves_the_rest_as_it_was(everything):
    plain = synthesise(Order(people=3000, seed=2))
    assert sorted(plain) == [
        "README.md",
        "census.parquet",
        "config.yaml",
        "register.parquet",
        "truth.parquet",
    ]
    for name in ("census.parquet", "register.parquet"):
        assert plain[name] == everything[name]


@pytest.mark.parametrize("people", [100, 200])
def test_few_people_are_enough(people):
    files = synthesise(Order(people, 1, survey=True, duplicates=1.0))
    assert 0 < table(files, "census").height <= people


def test_truth_names_each_record_once_and_each_person_once_a_source(everything):
    truth = table(everything, "truth")
    assert not truth.select("source", "record_id").is_duplicated().any()
    for name in ("census", "register", "survey"):
        part = truth.filter(source=name)
        assert set(part["record_id"]) == set(table(everything, name)["record_id"])
        assert not part["person"].is_duplicated().any()


def test_the_share_asked_for_stands_twice(everything):
    per_person = table(everything, "truth").filter(source=TWICE).group_by("person").len()
    assert set(per_person["len"]) == {1, 2}
    assert (per_person["len"] == 2).mean() == pytest.approx(0.2, abs=0.035)


def test_ids_and_order_say_nothing_of_who_is_who(everything):
    truth = table(everything, "truth").filter(source="census").sort("record_id")
    people = truth["person"].to_list()
    assert people != sorted(people)
    assert "person" not in table(everything, "census").columns


@pytest.mark.parametrize("survey", [False, True])
def test_the_configuration_is_valid_and_names_the_sources(survey, tmp_path):
    for name, content in synthesise(Order(200, 1, survey=survey)).items():
        (tmp_path / name).write_bytes(content)
    examined = examine(tmp_path / "config.yaml")
    assert not examined.faults
    sources = examined.loaded.config.sources
    assert list(sources) == ["census", "register", *(["survey"] if survey else [])]


def test_the_page_says_that_nobody_exists_and_what_is_built_in(everything):
    page = everything["README.md"].decode()
    assert "do not exist" in page
    assert "| 15 | White: Gypsy or Irish Traveller | 0.2 | 0.72 | 0.82 | 0.25 |" in page
    assert "--survey --duplicates 0.2" in page
    tables = [block for block in page.split("\n\n") if block.startswith("|")]
    assert len(tables) == 6
    assert all(len({row.count("|") for row in block.strip().split("\n")}) == 1 for block in tables)
