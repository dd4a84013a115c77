from datetime import date
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from ruamel.yaml import YAML

from linkage.config.against_data import check
from linkage.config.loader import examine, load
from linkage.config.standard_names import LISTS_BY_NATION, STANDARD_NAMES
from linkage.config.starter import example, guess, starter
from linkage.config.starter.role_names import (
    date_part_of,
    list_of_characteristic,
    looks_like_truth,
    role_of,
)
from linkage.config.starter.writing import scalar
from linkage.errors import DataError

ONS = Path(__file__).parents[3] / "data" / "ons_linkage_exercise"


def written(folder: Path, *files: Path) -> Path:
    path = folder / "config.yaml"
    path.write_text(starter(guess(list(files)), folder), encoding="utf-8")
    return path


def errors(config: Path) -> list[str]:
    examined = examine(config)
    found = [*examined.faults, *(check(examined.loaded) if examined.loaded else ())]
    return [fault.code for fault in found if fault.severity == "error"]


def parquet(path: Path, **columns: list) -> Path:
    pq.write_table(pa.table(columns), path)
    return path


def test_the_ons_exercise_is_guessed_whole_and_accepted(tmp_path):
    config = written(tmp_path, ONS / "a.parquet", ONS / "b.parquet")
    assert errors(config) == []
    loaded = load(config).config
    assert (loaded.linkage.type, loaded.focal) == ("link", "a")
    for source in loaded.sources.values():
        assert source.id == "rec_id"
        assert source.one_record_per_person is False
        assert {role: column.column for role, column in source.columns.items()} == {
            "first_name": "firstname",
            "middle_name": "middlename",
            "surname": "surname",
            "sex": "sex",
            "postcode": "postcode",
            "date_of_birth": "dob",
        }
        formats = source.columns["date_of_birth"].format
        assert set(formats) == {"%d-%m-%y", "%d/%m/%y", "%d-%b-%y", "%d %B %Y"}
        assert source.columns["sex"].codes == {"1": "M", "2": "F"}
    text = config.read_text(encoding="utf-8")
    assert "true_match_in_b is left out" in text
    assert "day and month could as well stand the other way round" in text
    assert "does each person stand at most once?" in text
    assert text.count("CHECK the codes") == 2


def test_no_value_goes_in_a_comment(tmp_path):
    text = written(tmp_path, ONS / "a.parquet").read_text(encoding="utf-8").upper()
    comments = " ".join(line.partition("#")[2] for line in text.splitlines())
    table = pq.read_table(ONS / "a.parquet")
    for column in ("firstname", "surname", "postcode", "dob"):
        for value in set(table[column].drop_null().to_pylist()):
            assert value.upper() not in comments.split()


def test_one_file_is_deduplicated_and_real_dates_need_no_format(tmp_path):
    path = parquet(
        tmp_path / "2021 people.parquet",
        ID=["a", "b"],
        Forename=["Ann", "Bob"],
        BirthDate=[date(1990, 1, 2), date(1991, 2, 3)],
        ZipCode=["98101", "98102"],
        ethnicity=["x", "y"],
        imd_decile=["1", "2"],
        pregnant=["0", "1"],
        job=["baker", "smith"],
    )
    config = written(tmp_path, path)
    assert errors(config) == []
    loaded = load(config).config
    assert loaded.linkage.type == "deduplicate"
    (source,) = loaded.sources.values()
    assert source.id == "ID"
    assert source.columns["date_of_birth"].format == ()
    assert source.columns["postcode"].style == "plain"
    assert loaded.groups["ethnicity"].column == "ethnicity"
    text = config.read_text(encoding="utf-8")
    assert "#   job" in text
    nations = "england_and_wales | scotland | northern_ireland"
    assert f"column: ethnicity}} # perhaps  standard: ethnicity, nation: {nations}\n" in text
    assert "column: imd_decile} # perhaps  standard: deprivation.decile\n" in text
    assert "column: pregnant}\n" in text


def test_dates_in_parts(tmp_path):
    path = parquet(
        tmp_path / "p.parquet",
        id=[1, 2],
        by=[1990, 1991],
        bm=[1, 2],
        bd=[3, 4],
        lname_c1=["a", "b"],
    )
    (found,) = guess([path])
    assert found.roles["date_of_birth"].settings == {"day": "bd", "month": "bm", "year": "by"}


def test_identifiers_that_files_share_are_left_out(tmp_path):
    def people(name: str, first: int) -> Path:
        numbers = [f"Z{n}" for n in range(first, first + 100)]
        return parquet(
            tmp_path / name,
            row=[f"{name}{n}" for n in numbers],
            number=numbers,
            nhs_number=numbers,
            surname=["Lee"] * 100,
        )

    for found in guess([people("a.parquet", 0), people("b.parquet", 20)]):
        assert found.id == "row"
        assert set(found.left_out) == {"number"}
        assert set(found.roles) == {"person_number", "surname"}


def test_a_file_without_unique_column_says_so(tmp_path):
    path = parquet(tmp_path / "p.parquet", surname=["a", "a"], town=["b", "b"])
    text = written(tmp_path, path).read_text(encoding="utf-8")
    assert "# NOT unique" in text


def test_a_file_without_any_known_column_still_makes_a_configuration(tmp_path):
    config = written(tmp_path, parquet(tmp_path / "p.parquet", qux=["a", "b"], quux=["c", "d"]))
    assert errors(config) == []


def test_csv_settings_are_guessed_and_written(tmp_path):
    path = tmp_path / "p.csv"
    path.write_bytes("id;surname;sex\n1;Núñez;m\n2;Lee;f\n".encode("latin-1"))
    config = written(tmp_path, path)
    assert errors(config) == []
    csv = load(config).config.sources["p"].csv
    assert (csv.encoding, csv.delimiter) == ("latin-1", ";")


def test_the_only_table_of_a_database_is_taken(tmp_path):
    path = tmp_path / "p.duckdb"
    with duckdb.connect(str(path)) as connection:
        connection.execute("CREATE TABLE people AS SELECT 1 AS id, 'Lee' AS surname")
    config = written(tmp_path, path)
    assert errors(config) == []
    assert load(config).config.sources["p"].table == "people"
    with duckdb.connect(str(path)) as connection:
        connection.execute("CREATE TABLE more AS SELECT 1 AS id")
    with pytest.raises(DataError, match="2 tables"):
        guess([path])


def test_nasty_names_of_files_and_columns(tmp_path):
    path = parquet(
        tmp_path / "O'Brien's 2-file #1.parquet",
        **{'id"': ["1", "2"], "sur name: #x": ["a", "b"], "no": ["c", "d"], "e\nmail": ["e", "f"]},
    )
    config = written(tmp_path, path, path)
    assert errors(config) == []
    assert list(load(config).config.sources) == ["O_Brien_s_2_file_1", "O_Brien_s_2_file_1_2"]


@pytest.mark.parametrize("rows", [0, 1])
def test_an_empty_file_is_a_fault(tmp_path, rows):
    path = parquet(tmp_path / "p.parquet", surname=["a"] * rows)
    if rows:
        assert guess([path])
    else:
        with pytest.raises(DataError, match="holds no row"):
            guess([path])


def test_the_example_is_a_valid_configuration(tmp_path):
    path = tmp_path / "config.yaml"
    path.write_text(example(), encoding="utf-8")
    assert examine(path).faults == ()


@settings(deadline=None)
@given(st.text(alphabet=st.characters(codec="utf-8"), min_size=1))
def test_every_text_survives_being_written(text):
    assert YAML(typ="safe", pure=True).load(f"key: {scalar(text)}\n") == {"key": text}


@pytest.mark.parametrize(
    ("name", "role"),
    [
        ("first_name", "first_name"),
        ("GivenName", "first_name"),
        ("Forename(s)", "first_name"),
        ("last name", "surname"),
        ("SURNAME", "surname"),
        ("lname_c1", "surname"),
        ("DOB", "date_of_birth"),
        ("date-of-birth", "date_of_birth"),
        ("Gender", "sex"),
        ("mailing_address_zipcode", "postcode"),
        ("postcode_fake", "postcode"),
        ("soc_sec_id", "person_number"),
        ("NHS Number", "person_number"),
        ("birth_place", "place_of_birth"),
        ("employer_city", None),
        ("spouse_first_name", None),
        ("occupation", None),
    ],
)
def test_names_that_suggest_a_role(name, role):
    assert role_of(name) == role


def test_lists_that_a_starter_names_are_there():
    names = ("ethnic_group", "religion", "disabled", "gender_identity", "sexuality")
    names += ("marital_status", "deprivation", "region_code", "residence_type")
    listed = [list_of_characteristic(name) for name in names]
    assert set(listed) <= {*STANDARD_NAMES, *LISTS_BY_NATION}
    assert list_of_characteristic("maternity") is None


def test_names_that_suggest_the_truth_or_part_of_a_date():
    assert looks_like_truth("true_id")
    assert looks_like_truth("person_key_LEAK")
    assert looks_like_truth("simulant_id")
    assert not looks_like_truth("truename")
    assert date_part_of("birth_month") == "month"
    assert date_part_of("month") is None
