from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from linkage.characteristics import MISSING_REASONS
from linkage.config.schema import ROLES, Config
from linkage.errors import DataError
from linkage.runs.workspace import Workspace
from linkage.sources import ingest as ingesting
from linkage.sources.ingest import ingest
from linkage.standardise.columns import derived, standardised_columns
from linkage.standardise.stage import standardise

ONS = Path(__file__).parents[2] / "data" / "ons_linkage_exercise"


@pytest.fixture
def workspace(tmp_path: Path) -> Iterator[Workspace]:
    with Workspace(tmp_path / "run") as made:
        yield made


def run(workspace: Workspace, **said: object) -> Config:
    config = Config.model_validate({"name": "test", "linkage": {"type": "deduplicate"}, **said})
    variables = (*config.missingness.variables, *config.analysed)
    about = (config.sources, config.groups, variables)
    ingest(workspace, *about)
    standardise(workspace, *about)
    return config


def people(tmp_path: Path, rows: dict[str, list], **said: object) -> dict[str, object]:
    path = tmp_path / "people.parquet"
    pq.write_table(pa.table({"id": [f"p{n}" for n in range(len(rows["x"]))], **rows}), path)
    return {"path": path, "id": "id", **said}


def column(workspace: Workspace, name: str, source: str = "people") -> list:
    return workspace.read(f"records_{source}")[name].to_pylist()


def test_records_hold_what_the_roles_derive_and_why_a_value_is_missing(workspace, tmp_path):
    columns = {"first_name": "x", "date_of_birth": {"column": "d", "format": "%d/%m/%Y"}}
    rows = {"x": ["Zoë", None, " ", "Baby"], "d": ["01/02/1990", "31/02/1990", None, "?"]}
    config = run(workspace, sources={"people": people(tmp_path, rows, columns=columns)})
    table = workspace.read("records_people")
    expected = standardised_columns(config.sources["people"])
    assert {name: table.schema.field(name).type for name in expected} == expected
    assert column(workspace, "first_name") == ["ZOE", None, None, None]
    assert column(workspace, "missing_first_name") == [
        None,
        "not_answered",
        "not_answered",
        "placeholder",
    ]
    assert column(workspace, "date_of_birth") == [date(1990, 2, 1), None, None, None]
    assert column(workspace, "date_of_birth_text") == ["19900201", "19900231", None, None]
    assert column(workspace, "missing_date_of_birth") == [
        None,
        "invalid",
        "not_answered",
        "placeholder",
    ]


def test_plain_columns_have_the_type_of_their_kind(workspace, tmp_path):
    columns = {
        "height": {"column": "x", "kind": "number"},
        "seen": {"column": "seen", "kind": "date"},
        "tags": {"column": "tags", "kind": "array"},
        "job": "job",
        "region": {"column": "job", "kind": "category"},
    }
    rows = {
        "x": [1.5, None],
        "seen": [datetime(2020, 1, 2), None],
        "tags": [["b", "a"], []],
        "job": ["Black-smith", "n/a"],
    }
    run(workspace, sources={"people": people(tmp_path, rows, columns=columns)})
    table = workspace.read("records_people")
    for role, kind in (("height", "number"), ("seen", "date"), ("tags", "array")):
        assert table.schema.field(role).type in derived_type(kind)
    assert column(workspace, "height") == [1.5, None]
    assert column(workspace, "seen") == [date(2020, 1, 2), None]
    assert column(workspace, "tags") == [["A", "B"], None]
    assert column(workspace, "job") == ["BLACK SMITH", None]
    assert column(workspace, "missing_region") == [None, "placeholder"]


def derived_type(kind: str) -> list[pa.DataType]:
    from linkage.config.source_settings import Column

    return list(derived("mine", Column(column="x", kind=kind)).values())


def test_every_role_has_a_cleaner_that_fills_its_columns(workspace, tmp_path):
    columns = {role: "x" for role in ROLES if role not in {"full_name", "person_number"}}
    columns["person_number"] = {"column": "n", "scheme": "nhs"}
    rows = {"x": ["1 Jan 1990", "M", "LS24 8DD", "a@b.org", "01632 960001"]}
    rows["n"] = ["943 476 5919", "943 476 5918", None, "0000000000", "not stated"]
    config = run(workspace, sources={"people": people(tmp_path, rows, columns=columns)})
    table = workspace.read("records_people")
    for name, kind in standardised_columns(config.sources["people"]).items():
        assert table.schema.field(name).type == kind
        assert table[name].null_count < len(table)
    for role in columns:
        missing, values = table[f"missing_{role}"].to_pylist(), table[role].to_pylist()
        assert [why is None for why in missing] == [value is not None for value in values]
    assert column(workspace, "missing_person_number") == [
        None,
        "invalid",
        "not_answered",
        "placeholder",
        "not_stated",
    ]


def test_real_dates_need_no_format_and_parts_may_be_numbers(workspace, tmp_path):
    day = date(1985, 3, 4)
    rows = {"x": ["Lee"], "day": [day], "d": [4], "m": [3.0], "y": ["1985"]}
    for said in ({"column": "day", "format": "%d/%m/%y"}, {"day": "d", "month": "m", "year": "y"}):
        columns = {"surname": "x", "date_of_birth": said}
        run(workspace, sources={"people": people(tmp_path, rows, columns=columns)})
        assert column(workspace, "date_of_birth") == [day]
        assert column(workspace, "birth_month") == [3]


def test_the_identifier_may_be_a_role_and_a_group_too(workspace, tmp_path):
    columns = {"first_name": "x", "person_number": "id"}
    area = {"source": "people", "column": "id"}
    sources = {"people": people(tmp_path, {"x": ["Zoë", "Ann"]}, columns=columns)}
    run(workspace, sources=sources, groups={"area": area})
    assert column(workspace, "record_id") == ["p0", "p1"]
    assert column(workspace, "person_number") == ["P0", "P1"]
    assert column(workspace, "group_area") == ["p0", "p1"]


def test_a_full_name_fills_the_gaps_of_names_with_their_own_column(workspace, tmp_path):
    columns = {"full_name": "x", "first_name": "f", "surname": "s"}
    rows = {
        "x": ["Sir Ada Mary King", "Bo Li", None],
        "f": ["Sir", "Bob", None],
        "s": ["Lovelace", None, "Ray"],
    }
    run(workspace, sources={"people": people(tmp_path, rows, columns=columns)})
    assert column(workspace, "first_name") == ["ADA", "BOB", None]
    assert column(workspace, "first_initial") == ["A", "B", None]
    assert column(workspace, "missing_first_name") == [None, None, "not_answered"]
    assert column(workspace, "middle_name") == ["MARY", None, None]
    assert column(workspace, "surname") == ["LOVELACE", "LI", "RAY"]


def test_groups_come_from_columns_standards_and_age(workspace, tmp_path):
    rows = {
        "x": ["Lee", "Ray", "Kay", "May"],
        "race": [" Some  group", "", "refused", "None"],
        "sex": ["1", "2", "x", None],
        "eth": ["14", "-8", "irish", "nonsense"],
        "d": ["1999-04-02", "2000-04-01", "2021-01-01", "1650-01-01"],
    }
    columns = {
        "surname": "x",
        "sex": {"column": "sex", "codes": {"1": "M", "2": "F"}},
        "date_of_birth": "d",
    }
    run(
        workspace,
        sources={"people": people(tmp_path, rows, columns=columns)},
        groups={
            "race": {"source": "people", "column": "race"},
            "sex": {"source": "people", "column": "sex", "standard": "sex"},
            "eth": {"source": "people", "column": "eth", "standard": "ethnicity.census_2021_19"},
            "age": {"source": "people", "from": "date_of_birth", "on": "2020-04-01", "split": [20]},
        },
    )
    assert column(workspace, "group_race") == ["Some group", None, None, None]
    assert column(workspace, "missing_group_race")[1:] == [
        "not_answered",
        "prefer_not_to_say",
        "placeholder",
    ]
    assert column(workspace, "group_sex") == ["Male", "Female", "Other", None]
    assert column(workspace, "group_eth") == ["White: Irish", None, "White: Irish", None]
    assert column(workspace, "missing_group_eth") == [None, "does_not_apply", None, "unknown_code"]
    assert column(workspace, "group_age") == ["20-29", "20-29", None, None]
    assert column(workspace, "missing_group_age") == [None, None, "does_not_apply", "invalid"]


def test_an_age_without_a_date_of_birth_is_missing_in_the_source(workspace, tmp_path):
    run(
        workspace,
        sources={"people": people(tmp_path, {"x": ["Lee"]}, columns={"surname": "x"})},
        groups={"age": {"source": "people", "from": "date_of_birth", "on": "2020-04-01"}},
    )
    assert column(workspace, "group_age") == [None]
    assert column(workspace, "missing_group_age") == ["missing_in_source"]


def test_missing_variables_say_why(workspace, tmp_path):
    rows = {"x": ["Lee", "Ray", "Kay"], "Event type": ["birth", "-8", None]}
    variable = {"source": "people", "column": "Event type", "reasons": {"-8": "does_not_apply"}}
    run(
        workspace,
        sources={"people": people(tmp_path, rows, columns={"surname": "x"})},
        missingness={"variables": [variable]},
    )
    found = column(workspace, "missing_variable_Event type")
    assert found == [None, "does_not_apply", "not_answered"]


def test_what_each_rule_changed_is_counted_by_group(workspace, tmp_path):
    rows = {"x": ["O'Lee", "RAY", "UNKNOWN", "kay"], "g": ["a", "a", "b", None]}
    run(
        workspace,
        sources={"people": people(tmp_path, rows, columns={"surname": "x"})},
        groups={"area": {"source": "people", "column": "g"}},
    )
    counts = workspace.read("standardisation_counts").to_pylist()
    found = {(row["rule"], row["grouping"], row["group"]): row["n"] for row in counts}
    assert found == {
        ("upper_case", "none", "all"): 2,
        ("apostrophes", "none", "all"): 1,
        ("placeholder", "none", "all"): 1,
        ("upper_case", "area", "a"): 1,
        ("upper_case", "area", "missing"): 1,
        ("apostrophes", "area", "a"): 1,
        ("placeholder", "area", "b"): 1,
    }


def test_columns_none_of_whose_values_can_be_read_are_all_named(workspace, tmp_path):
    rows = {"x": ["2020"] * 3, "s": ["1", "2", "1"], "z": ["98101", "98102", None], "n": ["Li"] * 3}
    columns = {
        "surname": "n",
        "date_of_birth": {"column": "x", "format": "%d/%m/%Y"},
        "sex": "s",
        "postcode": "z",
    }
    with pytest.raises(DataError) as caught:
        run(workspace, sources={"people": people(tmp_path, rows, columns=columns)})
    assert [fault.code for fault in caught.value.faults] == ["D321"] * 3
    for role, fault in zip(("date_of_birth", "sex", "postcode"), caught.value.faults, strict=True):
        assert role in fault.message
        assert fault.fix
    assert not workspace.exists("records_people")


def test_a_group_whose_codes_are_not_in_its_standard(workspace, tmp_path):
    rows = {"x": ["Lee", "Ray"], "s": ["1", "2"]}
    with pytest.raises(DataError) as caught:
        run(
            workspace,
            sources={"people": people(tmp_path, rows, columns={"surname": "x"})},
            groups={"sex": {"source": "people", "column": "s", "standard": "sex"}},
        )
    (fault,) = caught.value.faults
    assert (fault.code, "group sex" in fault.message) == ("D321", True)


def test_a_source_without_a_usable_row(workspace, tmp_path):
    rows = {"x": [" ", "unknown", None]}
    with pytest.raises(DataError) as caught:
        run(workspace, sources={"people": people(tmp_path, rows, columns={"surname": "x"})})
    assert [fault.code for fault in caught.value.faults] == ["D319"]


def two(tmp_path: Path, few: list, many: list) -> dict[str, object]:
    made = {}
    for name, values in (("few", few), ("many", many)):
        (tmp_path / name).mkdir()
        made[name] = people(tmp_path / name, {"x": values}, columns={"surname": "x"})
    return made


def test_sources_in_turn_keep_their_own_records(workspace, tmp_path, monkeypatch):
    monkeypatch.setattr(ingesting, "ROWS", 2)
    sources = two(tmp_path, ["Lee"], ["Ray", "Kay", "Lee", "May", "Fay"])
    run(workspace, sources=sources, linkage={})
    assert column(workspace, "surname", "few") == ["LEE"]
    assert column(workspace, "surname", "many") == ["RAY", "KAY", "LEE", "MAY", "FAY"]
    assert column(workspace, "record", "many") == [1, 2, 3, 4, 5]


def test_the_faults_of_all_sources_are_told_in_their_order(workspace, tmp_path, monkeypatch):
    monkeypatch.setattr(ingesting, "ROWS", 2)
    with pytest.raises(DataError) as caught:
        run(workspace, sources=two(tmp_path, [" "], [None, None, " "]), linkage={})
    first, second = caught.value.faults
    assert (first.code, second.code) == ("D319", "D319")
    assert "few" in str(first)
    assert "many" in str(second)


def test_no_source_is_written_where_one_is_of_no_use(workspace, tmp_path):
    with pytest.raises(DataError):
        run(workspace, sources=two(tmp_path, ["Lee"], [None, " "]), linkage={})
    assert not workspace.exists("records_few")


def test_nearly_every_value_of_the_ons_exercise_is_read(workspace):
    columns = {
        "first_name": "firstname",
        "middle_name": "middlename",
        "surname": "surname",
        "sex": {"column": "sex", "codes": {"1": "M", "2": "F"}},
        "postcode": "postcode",
        "date_of_birth": {
            "column": "dob",
            "format": ["%d-%m-%y", "%d/%m/%y", "%d-%b-%y", "%d %B %Y"],
        },
    }
    sources = {
        name: {"path": ONS / f"{name}.parquet", "id": "rec_id", "columns": columns}
        for name in ("a", "b")
    }
    run(workspace, sources=sources, linkage={})
    raw = {"date_of_birth": "dob", "postcode": "postcode", "sex": "sex"}
    for name in ("a", "b"):
        records, given = workspace.read(f"records_{name}"), pq.read_table(ONS / f"{name}.parquet")
        for role, column_ in raw.items():
            filled = len(given) - given[column_].null_count
            read = len(records) - records[role].null_count
            assert read > 0.99 * filled, role
            assert set(records[f"missing_{role}"].to_pylist()) <= {None, *MISSING_REASONS}
        years = set(records["birth_year"].drop_null().to_pylist())
        assert years == set(range(1983, 1994))


def test_variables_of_analyses_are_numbers_or_categories(workspace, tmp_path):
    rows = {
        "x": ["Ann", "Ben", "Cat", "Dan", "Eve"],
        "pay": ["1,200", "-8", "12.5", " ", "1e3"],
        "ill": ["1", "0", "-8", "1", None],
        "area": ["E1 ", "?", "W2", "-8", "E1"],
    }
    explained = {"source": "people", "column": "ill"}
    by = [
        {"source": "people", "column": "pay", "missing": ["-8"]},
        {"source": "people", "column": "area", "kind": "category", "missing": ["-8"]},
    ]
    analysis = {"kind": "logistic", "outcome": {**explained, "missing": "-8"}, "covariates": by}
    run(
        workspace,
        sources={"people": people(tmp_path, rows, columns={"first_name": "x"})},
        analyses=[{"name": "illness", **analysis}],
    )
    assert column(workspace, "value_pay") == [1200, None, 12.5, None, 1000]
    assert column(workspace, "value_ill") == [1, 0, None, 1, None]
    assert column(workspace, "category_area") == ["E1", None, "W2", None, "E1"]


@pytest.mark.parametrize(("kind", "values"), [("linear", ["low", "2", "3"]), ("logistic", "012")])
def test_an_analysed_column_that_does_not_fit_is_refused_with_a_count(
    workspace, tmp_path, kind, values
):
    outcome, x = ({"source": "people", "column": name} for name in ("y", "z"))
    rows = {"x": ["Ann", "Ben", "Cat"], "y": list(values), "z": [1, 2, 3]}
    with pytest.raises(DataError) as error:
        run(
            workspace,
            sources={"people": people(tmp_path, rows, columns={"first_name": "x"})},
            analyses=[{"name": "one", "kind": kind, "outcome": outcome, "covariates": [x]}],
        )
    (fault,) = error.value.faults
    assert (fault.code, fault.path) == ("D325", "sources.people")
    assert "1 value of y" in fault.message
    assert "low" not in fault.message
