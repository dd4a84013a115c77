"""Characteristics made at standardisation: looked up, counted, told by an address, mapped."""

from collections.abc import Iterator
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from linkage.characteristics.standards import standard
from linkage.config.schema import Config
from linkage.errors import DataError
from linkage.runs.workspace import Workspace
from linkage.sources.ingest import ingest
from linkage.standardise.stage import standardise


@pytest.fixture
def workspace(tmp_path: Path) -> Iterator[Workspace]:
    with Workspace(tmp_path / "run") as made:
        yield made


def people(tmp_path: Path, rows: dict[str, list], name: str = "people", **said: object) -> dict:
    n = len(next(iter(rows.values())))
    path = tmp_path / f"{name}.parquet"
    pq.write_table(
        pa.table({"id": [f"p{at:02}" for at in range(n)], "fn": ["Ann"] * n, **rows}), path
    )
    columns = {"first_name": "fn", **said.pop("columns", {})}
    return {"path": path, "id": "id", "columns": columns, "one_record_per_person": True, **said}


def run(workspace: Workspace, sources: dict, **groups: dict) -> None:
    said = {"name": "test", "sources": sources, "groups": groups}
    config = Config.model_validate({"linkage": {"type": "deduplicate"}, **said})
    about = (config.sources, config.groups, config.missingness.variables)
    ingest(workspace, *about)
    standardise(workspace, *about)


def made(workspace: Workspace, group: str, source: str = "people") -> list[tuple]:
    table = workspace.read(f"records_{source}")
    both = (table[name].to_pylist() for name in (f"group_{group}", f"missing_group_{group}"))
    return list(zip(*both, strict=True))


def codes(raised: pytest.ExceptionInfo[DataError]) -> list[str]:
    return [fault.code for fault in raised.value.faults]


AREAS = "lsoa,decile,note\nE01000001,10,x\nE01000002, 1,y\nE01000003,,z\n"


@pytest.mark.parametrize("kind", ["csv", "parquet"])
def test_an_area_is_looked_up_whatever_its_spaces_and_capitals(workspace, tmp_path, kind):
    path = tmp_path / f"imd.{kind}"
    if kind == "csv":
        path.write_text(AREAS)
    else:
        areas = ["E01000001", "E01000002", "E01000003"]
        pq.write_table(pa.table({"decile": [10, 1, None], "lsoa": areas}), path)
    rows = {"x": ["E01000001", " e0100 0002", "E01000003", "E01999999", "", None, "not stated"]}
    lookup = {"path": path, "key": "lsoa", "value": "decile"}
    group = {"source": "people", "column": "x", "lookup": lookup, "standard": "deprivation.decile"}
    run(workspace, {"people": people(tmp_path, rows)}, deprivation=group)
    assert made(workspace, "deprivation") == [
        ("10 (least deprived)", None),
        ("1 (most deprived)", None),
        (None, "missing_in_source"),
        (None, "unknown_code"),
        (None, "not_answered"),
        (None, "not_answered"),
        (None, "not_stated"),
    ]


@pytest.mark.parametrize(
    ("text", "code", "line"),
    [
        ("lsoa,decile\nE1,1\nE2,2\ne1 ,3\n", "D331", 4),
        ("lsoa,decile\n ,1\n", "D332", None),
        ("area,decile\nE1,1\n", "D308", None),
        ("lsoa,decile\nE1\n", "D312", 2),
        (None, "D301", None),
    ],
)
def test_a_look_up_that_cannot_be_used_is_a_fault(workspace, tmp_path, text, code, line):
    path = tmp_path / "imd.csv"
    if text is not None:
        path.write_text(text)
    lookup = {"path": path, "key": "lsoa", "value": "decile"}
    group = {"source": "people", "column": "x", "lookup": lookup}
    with pytest.raises(DataError) as raised:
        run(workspace, {"people": people(tmp_path, {"x": ["E1"]})}, area=group)
    (fault,) = raised.value.faults
    assert (fault.code, fault.line, fault.path) == (code, line, "groups.area.lookup")
    assert "area" in fault.message


def test_households_are_told_apart_by_size(workspace, tmp_path):
    rows = {"h": ["a1", "b2", "b 2", *["c3"] * 5, *["d4"] * 6, "", "unknown", "unknown"]}
    group = {"source": "people", "from": "household", "column": "h"}
    run(workspace, {"people": people(tmp_path, rows)}, household=group)
    found = made(workspace, "household")
    assert found[:3] == [("One person", None), ("Two people", None), ("Two people", None)]
    assert set(found[3:8]) == {("Three to five people", None)}
    assert set(found[8:14]) == {("Six or more people", None)}
    assert found[14:] == [(None, "not_answered"), (None, "placeholder"), (None, "placeholder")]


def test_households_are_told_apart_by_ages_on_the_day(workspace, tmp_path):
    born = {
        "old": "1955-03-21",  # 66 on the day itself
        "almost": "1955-03-22",
        "child": "2005-03-22",  # 15
        "grown": "2005-03-21",  # 16
        "unborn": "2021-03-22",
        "none": None,
    }
    homes = {
        "h1": (["old"], ("One-person household: Aged 66 years and over", None)),
        "h2": (["almost"], ("One-person household: Other", None)),
        "h3": (["old", "old"], ("Two or more people: All aged 66 years and over", None)),
        "h4": (["old", "none", "child"], ("Two or more people: With a child under 16", None)),
        "h5": (["old", "grown"], ("Two or more people: Without a child under 16", None)),
        "h6": (["old", "none"], (None, "not_answered")),
        "h7": (["grown", "unborn"], ("One-person household: Other", None)),
    }
    rows = {
        "h": [home for home, (members, _) in homes.items() for _ in members],
        "d": [born[member] for members, _ in homes.values() for member in members],
    }
    group = {"source": "people", "from": "household", "column": "h", "on": "2021-03-21"}
    columns = {"date_of_birth": "d"}
    run(workspace, {"people": people(tmp_path, rows, columns=columns)}, household=group)
    found = dict(zip(rows["h"], made(workspace, "household"), strict=True))
    assert found == {home: expected for home, (_, expected) in homes.items()}
    listed = standard("household.composition").groups
    assert {group for group, _ in found.values() if group} == set(listed)


def test_no_fixed_abode_is_told_by_an_address(workspace, tmp_path):
    rows = {
        "s": ["High St", "No fixed abode", "NFA", "Nfa Road", None, "", "unknown", None, "Mill"],
        "p": ["LS1 4AP", None, "", "", "ZZ99 3VZ", "", None, "ZZ99 3WZ", "zz993wz"],
    }
    columns = {"street": "s", "postcode": "p"}
    group = {"source": "people", "from": "address"}
    run(workspace, {"people": people(tmp_path, rows, columns=columns)}, abode=group)
    given, none = ("Address given", None), ("No fixed abode", None)
    assert made(workspace, "abode") == [
        given,
        none,
        none,
        given,
        none,
        (None, "not_answered"),
        (None, "placeholder"),
        (None, "placeholder"),
        given,
    ]
    assert {given[0], none[0]} == set(standard("accommodation.from_address").groups)


def test_codes_mean_what_the_configuration_says(workspace, tmp_path):
    values = {"1": "Communal establishment", "h": "Household", "9": "not_stated"}
    group = {"source": "people", "column": "x", "values": values, "standard": "accommodation"}
    rows = {"x": ["1", "H", "NFA", "9", "household", "7"]}
    run(workspace, {"people": people(tmp_path, rows)}, place=group)
    assert made(workspace, "place") == [
        ("Communal establishment", None),
        ("Household", None),
        ("No fixed abode", None),
        (None, "not_stated"),
        ("Household", None),
        (None, "unknown_code"),
    ]


def test_a_list_is_that_of_the_nation(workspace, tmp_path):
    said = {"source": "people", "column": "x", "standard": "ethnicity"}
    groups = {
        nation: {**said, "nation": nation}
        for nation in ("england_and_wales", "scotland", "northern_ireland")
    }
    run(workspace, {"people": people(tmp_path, {"x": ["Irish", "Polish", "Filipino"]})}, **groups)
    assert made(workspace, "england_and_wales")[0] == ("White: Irish", None)
    assert made(workspace, "scotland")[1] == ("White: Polish", None)
    assert made(workspace, "northern_ireland")[1:] == [(None, "unknown_code"), ("Filipino", None)]


def test_every_holder_cleans_its_own_column_by_the_same_list(workspace, tmp_path):
    sources = {
        "census": people(tmp_path, {"eth": ["14", "-8"]}, "census"),
        "nhs": people(tmp_path, {"ethnos": ["irish", "13"]}, "nhs"),
        "tax": people(tmp_path, {"x": ["1", "2"]}, "tax"),
    }
    group = {
        "source": "census",
        "column": "eth",
        "standard": "ethnicity.census_2021_19",
        "also": [{"source": "nhs", "column": "ethnos", "collected": "administrative"}],
    }
    run(workspace, sources, ethnicity=group)
    assert made(workspace, "ethnicity", "census") == [
        ("White: Irish", None),
        (None, "does_not_apply"),
    ]
    british = "White: English, Welsh, Scottish, Northern Irish or British"
    assert made(workspace, "ethnicity", "nhs") == [("White: Irish", None), (british, None)]
    assert "group_ethnicity" not in workspace.read("records_tax").column_names


@pytest.mark.parametrize(
    ("values", "is_refused"),
    [
        (["White", "Other", None], True),
        (["white british", "Minority ethnic"], True),
        (["White", "Asian", "BAME"], True),
        (["White", "Black"], False),
        (["White", "Other", "Asian"], False),
        (["White", "White"], False),
    ],
)
def test_a_split_that_hides_people_is_refused_unless_a_reason_is_written(
    workspace, tmp_path, values, is_refused
):
    sources = {"people": people(tmp_path, {"x": values})}
    group = {"source": "people", "column": "x"}
    if is_refused:
        with pytest.raises(DataError) as raised:
            run(workspace, sources, race=group)
        assert codes(raised) == ["D322"]
        assert raised.value.exit_code == 3
    allowed = {**group, "allow_binary": "the register holds no more"}
    run(workspace, sources, race=allowed if is_refused else group)
    assert [group for group, _ in made(workspace, "race")] == values
