"""The configuration against real files: columns, date formats, codes, filters; never a value."""

from datetime import date
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from linkage.config import source_profile
from linkage.config.against_data import check, require
from linkage.config.check_columns import wrong_format
from linkage.config.check_values import rounded
from linkage.config.date_formats import formats_for, order_is_open, unread
from linkage.config.diagnostics import CATALOGUE, render
from linkage.config.loader import examine, load
from linkage.errors import ConfigError, DataError
from linkage.sources import columnar
from linkage.standardise.dates import date_of_birth

VALID = (Path(__file__).parent / "cases" / "valid.yaml").read_text(encoding="utf-8")
ROWS = 40
US = [f"{n % 12 + 1:02d}/{n % 28 + 1:02d}/{1950 + n}" for n in range(ROWS)]
UK = [f"{n % 28 + 1:02d}/{n % 12 + 1:02d}/{1950 + n}" for n in range(ROWS)]
ISO = [f"{1950 + n}-{n % 12 + 1:02d}-{n % 28 + 1:02d}" for n in range(ROWS)]
SECRET = "ZEBEDEE"
MISSINGNESS = "missingness: {variables: [{source: census, column: se}]}"


@pytest.fixture
def files(tmp_path):
    """Write both sources and a configuration, changed as a test asks, and return the path."""

    def write(text: str = VALID, census: dict | None = None, register: dict | None = None) -> Path:
        shared = {"fn": [SECRET] * ROWS, "sn": ["X"] * ROWS, "sex": ["F", "M"] * (ROWS // 2)}
        table = {"id": [*range(ROWS)], **shared, "dob": UK, **(census or {})}
        pq.write_table(pa.table(table), tmp_path / "census.parquet")
        columns = {
            "number": [str(n) for n in range(ROWS)],
            "forename": [SECRET] * ROWS,
            "family_name": ["X"] * ROWS,
            "born": ISO,
            "sex": ["female", "male"] * (ROWS // 2),
            **(register or {}),
        }
        rows = [",".join(columns), *(",".join(row) for row in zip(*columns.values(), strict=True))]
        (tmp_path / "register.csv").write_text("\n".join(rows) + "\n")
        path = tmp_path / "config.yaml"
        path.write_text(text)
        return path

    return write


def found(path: Path) -> list[tuple[str, str, int]]:
    """Return code, severity and line of everything that is wrong, having seen that no value is."""
    loaded = examine(path).loaded
    faults = check(loaded)
    for fault in faults:
        assert fault.code in CATALOGUE
        assert SECRET not in render(fault)
        assert not set(UK + ISO + US) & set(render(fault).replace('"', " ").split())
    return [(fault.code, fault.severity, fault.line) for fault in faults]


def test_a_configuration_that_fits(files):
    path = files()
    assert found(path) == []
    assert require(load(path)) == ()


@pytest.mark.parametrize(
    ("old", "new", "line", "meant"),
    [
        ("id: id", "id: idd", 6, "write  id"),
        ("surname: sn", "surname: Sn", 10, "write  sn"),
        ("first_name: forename", "first_name: {column: forname}", 18, "write  forename"),
        ("column: sex, standard", "column: sexx, standard", 33, "write  sex"),
        ("id: number", "id: number\n    drop: {kinds: [a]}", 16, "the file has: number, forename"),
        ("id: number", "id: number\n    weight: w", 16, "the file has: number, forename"),
        ("id: number", "id: number\n    findable: {alive: y}", 16, "the file has: number"),
        ("{column: dob, format: ", "{day: sex, month: m, year: sex, format: ", 11, "the file has"),
        ("intersections: ", f"{MISSINGNESS}\nintersections: ", 35, "write  sex"),
    ],
)
def test_an_unknown_column_is_found_wherever_it_is_named(files, old, new, line, meant):
    path = files(VALID.replace(old, new, 1))
    (fault,) = [each for each in check(load(path)) if each.code == "C201"]
    assert fault.line == line
    assert meant in fault.fix


def test_a_review_that_is_not_there_is_found_before_anything_is_linked(files, tmp_path):
    path = files(VALID + "quality: {review: nowhere}\n")
    with pytest.raises(DataError) as raised:
        require(load(path))
    (fault,) = raised.value.faults
    assert (fault.code, fault.line) == ("D370", VALID.count("\n") + 1)
    (tmp_path / "nowhere").mkdir()
    (tmp_path / "nowhere" / "design.json").write_text("{}")
    assert require(load(path)) == ()


def test_several_unknown_columns_and_a_wrong_format_are_named_at_once(files):
    text = VALID.replace("id: id", "id: x").replace("surname: family_name", "surname: y")
    path = files(text, census={"dob": US})
    assert [code for code, _, _ in found(path)] == ["C201", "C202", "C201"]
    with pytest.raises(ConfigError):
        require(load(path))


def test_a_wrong_format_says_for_how_many_rows_and_which_fits(files):
    path = files(census={"dob": US})
    (fault,) = check(load(path))
    assert (fault.code, fault.severity, fault.path) == (
        "C202",
        "error",
        "sources.census.columns.date_of_birth.format",
    )
    assert "of 40 dates" in fault.message
    assert fault.fix == 'write  format: "%m/%d/%Y"'


def test_a_second_format_in_the_column_is_an_error_that_names_it(files):
    path = files(census={"dob": UK[:30] + ISO[30:]})
    (fault,) = check(load(path))
    assert (fault.code, fault.severity) == ("C202", "error")
    assert fault.fix == 'write  format: ["%d/%m/%Y", "%Y-%m-%d"]'


def test_slips_are_a_warning(files):
    path = files(census={"dob": [*UK[:39], "31/02/1990"]})
    (fault,) = check(load(path))
    assert (fault.code, fault.severity) == ("C202", "warning")
    assert "fewer than 10 of 40 dates" in fault.message


def test_blanks_and_stand_ins_are_no_slips(files):
    dates = [*UK[:34], "", " ", None, "01/01/1900", "unknown", "N/A"]
    assert found(files(census={"dob": dates})) == []


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        (ISO, []),
        ([date(1990, 1, 1)] * ROWS, []),
        (UK, [("C205", "error", 11)]),
        ([int(text.replace("-", "")) for text in ISO], []),
    ],
)
def test_a_date_without_a_format(files, values, expected):
    text = VALID.replace('date_of_birth: {column: dob, format: "%d/%m/%Y"}', "date_of_birth: dob")
    assert found(files(text, census={"dob": values})) == expected


def test_real_dates_need_no_format_even_when_one_is_given(files):
    assert found(files(census={"dob": [date(1990, 1, 1)] * ROWS})) == []


@pytest.mark.parametrize("codes", [[1, 2], ["1", "2"], [1.0, 2.0], ["M", "2"]])
def test_digits_for_sex_must_be_explained(files, codes):
    path = files(census={"sex": pa.array(codes * (ROWS // 2))})
    assert found(path) == [("C204", "error", 12)]
    explained = VALID.replace("sex: sex", "sex: {column: sex, codes: {1: F, 2: M}}", 1)
    assert found(files(explained, census={"sex": pa.array(codes * (ROWS // 2))})) == []


def test_a_sex_that_is_not_understood_is_a_warning(files):
    assert found(files(census={"sex": ["F", "Q"] * (ROWS // 2)})) == [("C207", "warning", 12)]


def test_an_empty_column_that_blocks(files):
    path = files(census={"sn": [None, " "] * (ROWS // 2)})
    assert found(path) == [("C203", "error", 10)]
    unused = VALID.replace("[first_name, surname]", "[first_name, sex]")
    assert found(files(unused, census={"sn": [None] * ROWS})) == []


def test_what_stands_in_no_early_row_is_looked_for_in_all(files, monkeypatch):
    monkeypatch.setattr(source_profile, "ENOUGH_ROWS", 10)
    monkeypatch.setattr(columnar, "_ROWS", 10)
    late = {"sn": [""] * (ROWS - 1) + ["X"], "dob": UK[:10] + US[10:]}
    assert [code for code, *_ in found(files(census=late))] == ["C202"]
    seen = {"dob": UK[:10] + US[10:]}
    assert found(files(census=seen)) == []


def test_filters_that_fit_no_row_are_doubtful(files):
    text = VALID.replace("id: id", "id: id\n    keep: {sex: [F, M, Z, null]}")
    assert found(files(text)) == [("C206", "warning", 7), ("C206", "warning", 7)]


def test_rows_that_a_filter_leaves_out_are_not_judged(files):
    text = VALID.replace("id: id", "id: id\n    drop: {event: death}")
    events = {"event": ["birth"] * 20 + ["death"] * 20, "dob": UK[:20] + ["x"] * 20}
    assert found(files(text, census=events)) == []
    assert found(files(text.replace("drop", "keep"), census=events)) == [("C202", "error", 12)]


def test_a_file_that_is_not_there_is_shown_where_it_is_named(files, tmp_path):
    path = files()
    (tmp_path / "register.csv").unlink()
    assert found(path) == [("D301", "error", 14)]
    with pytest.raises(DataError) as caught:
        require(load(path))
    assert caught.value.exit_code == 3


def test_a_damaged_file_is_shown_and_the_others_still_checked(files, tmp_path):
    path = files(census={"dob": US})
    (tmp_path / "register.csv").write_bytes(b"")
    assert found(path) == [("C202", "error", 11), ("D304", "error", 14)]


def test_what_the_file_does_not_say_is_not_looked_for(files):
    path = files(VALID.replace("    id: id\n", "").replace("format: ", "fromat: ", 1), {"dob": US})
    assert [fault.code for fault in examine(path).faults] == ["C112", "C111"]
    assert [code for code, _, _ in found(path)] == ["C202"]


def test_awkward_column_names_are_only_names(files):
    name = 'a") FROM t; DROP TABLE x; --'
    text = VALID.replace("first_name: fn", f"first_name: '{name}'")
    assert found(files(text, census={name: ["A"] * ROWS})) == []


@pytest.mark.parametrize(
    ("n", "said"),
    [
        (1, "fewer than 10"),
        (9, "fewer than 10"),
        (10, "about 10"),
        (99, "about 99"),
        (1234, "about 1,200"),
        (98_765, "about 99,000"),
    ],
)
def test_counts_are_rounded(n, said):
    assert rounded(n) == said


def test_formats_are_chosen_by_what_they_read():
    counts = {**dict.fromkeys(UK, 3), **dict.fromkeys(ISO, 1)}
    assert formats_for(counts) == (("%d/%m/%Y", "%Y-%m-%d"), pytest.approx(1.0))
    assert unread(counts, ("%d/%m/%Y", "%Y-%m-%d")) == {}
    assert formats_for({"nothing": 4}) == ((), 0.0)


@pytest.mark.parametrize("code", ["%e/%m/%Y", "%#d/%-m/%Y", "%d/%h/%Y", "%d/%m/%Y%", "%d/%m/%Y%%"])
def test_a_format_that_the_database_does_not_know_is_read_as_a_run_reads_it(code):
    texts = ["5/3/2001", "05/03/2001", "5/Mar/2001", "5/3/2001%", "31/2/x"]
    assert wrong_format(code) == ""
    read = {text for text in texts if date_of_birth(text, (code,)).values[-1] != "invalid"}
    assert read
    assert unread(dict.fromkeys(texts, 1), (code,)).keys() == set(texts) - read


def test_an_order_of_day_and_month_that_cannot_be_told():
    assert order_is_open({"01/02/1990": 1, "11/12/1985": 2}, ("%d/%m/%Y",))
    assert not order_is_open({"01/02/1990": 1, "31/12/1985": 2}, ("%d/%m/%Y",))


def with_group(group: str) -> tuple[str, int]:
    """Return the configuration with another group, and the line that it begins on."""
    text = VALID.replace("groups:\n", f"groups:\n{group}")
    return text, text[: text.index(group)].count("\n") + 1


def test_a_look_up_is_there_and_has_its_columns(files):
    text, line = with_group("""  area:
    source: census
    column: sn
    lookup:
      path: areas.csv
      key: lsoa
      value: decil
""")
    path = files(text)
    assert found(path) == [("D301", "error", line + 4)]
    (path.parent / "areas.csv").write_text("lsoa,decile\nE1,1\n")
    assert found(path) == [("C201", "error", line + 6)]
    path.write_text(text.replace("decil\n", "decile\n"))
    assert found(path) == []


def test_one_name_for_all_ethnic_minorities_is_seen_in_the_first_rows(files):
    text, line = with_group("""  race:
    source: census
    column: eth
""")
    eth = {"eth": ["White", "bame"] * (ROWS // 2)}
    assert found(files(text, census=eth)) == [("D322", "error", line + 2)]
    allowed = text.replace("column: eth\n", "column: eth\n    allow_binary: no more is held\n")
    assert found(files(allowed, census=eth)) == []
    mapped = text.replace("column: eth\n", "column: eth\n    values: {BAME: Asian}\n")
    assert found(files(mapped, census=eth)) == []


def test_the_column_of_another_holder_is_looked_for_where_it_is_named(files):
    text, line = with_group("""  gender:
    source: census
    column: sex
    also:
      - source: register
        column: sexx
""")
    assert found(files(text)) == [("C201", "error", line + 5)]
