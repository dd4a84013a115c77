import os

import pytest

from linkage.errors import DataError

PEOPLE = b"id,surname,event,age\n1,Lee,birth,3\n2,Ray,death,40\n3,Kay,,\n4,May, ,5\n"


def test_drop_keeps_empty_cells(make, read):
    rows, counts = read(make(PEOPLE, drop={"event": "death"}))
    assert [row["id"] for row in rows] == ["1", "3", "4"]
    assert counts == {"read": 4, "outside_keep": 0, "named_in_drop": 1, "kept": 3}


def test_drop_takes_empty_cells_when_null_is_named(make, read):
    rows, _ = read(make(PEOPLE, drop={"event": ["death", None]}))
    assert [row["id"] for row in rows] == ["1"]


def test_keep_leaves_empty_cells_out(make, read):
    rows, counts = read(make(PEOPLE, keep={"event": ["birth", "death"]}))
    assert [row["id"] for row in rows] == ["1", "2"]
    assert counts["outside_keep"] == 2


def test_keep_takes_empty_cells_when_null_is_named(make, read):
    rows, _ = read(make(PEOPLE, keep={"event": [None]}))
    assert [row["id"] for row in rows] == ["3", "4"]


def test_filters_compare_as_text_and_work_together(make, read):
    rows, counts = read(make(PEOPLE, keep={"age": [3, 40]}, drop={"event": "death"}))
    assert [row["id"] for row in rows] == ["1"]
    assert counts == {"read": 4, "outside_keep": 2, "named_in_drop": 1, "kept": 1}


def test_a_value_that_is_sql_is_a_value(make, read):
    rows, _ = read(make(PEOPLE, drop={"event": "death' OR '1'='1"}))
    assert len(rows) == 4


def test_repeated_and_blank_ids_are_counted_and_never_shown(make, read):
    with pytest.raises(DataError) as caught:
        read(make(b"id,surname\nQ7,a\nQ7,b\nQ7,c\n,d\n  ,e\n"))
    assert [fault.code for fault in caught.value.faults] == ["D315", "D320"]
    assert "2 rows have no value" in str(caught.value)
    assert "2 rows repeat" in str(caught.value)
    assert "Q7" not in str(caught.value)


def test_ids_repeated_only_in_dropped_rows_are_fine(make, read):
    rows, _ = read(make(b"id,surname,e\n1,a,x\n1,a,death\n", drop={"e": "death"}))
    assert len(rows) == 1


def test_unknown_and_ambiguous_columns_are_all_named(make, read):
    source = make(b"id,sur name,x,x\n1,a,b,c\n", columns={"surname": "surname", "town": "x"})
    with pytest.raises(DataError) as caught:
        read(source)
    unknown, ambiguous = caught.value.faults
    assert (unknown.code, unknown.fix) == ("D308", "did you mean sur name?")
    assert (ambiguous.code, "2 columns" in ambiguous.message) == ("D309", True)


def test_a_missing_file(make, faults):
    assert faults(make(file="nowhere.csv")) == [("D301", None)]


def test_a_folder(make, faults, tmp_path):
    (tmp_path / "folder.parquet").mkdir()
    assert faults(make(file="folder.parquet")) == [("D302", None)]


def test_a_file_that_may_not_be_read(make, faults, monkeypatch):
    monkeypatch.setattr(os, "access", lambda *_: False)
    assert faults(make(PEOPLE)) == [("D303", None)]


@pytest.mark.parametrize("file", ["p.csv", "p.parquet", "p.arrow", "p.duckdb"])
def test_an_empty_file(make, faults, tmp_path, file):
    (tmp_path / file).touch()
    assert faults(make(file=file)) == [("D304", None)]


def test_an_unknown_kind_of_file(make, faults):
    assert faults(make(b"x", file="people.sas7bdat")) == [("D305", None)]


def test_a_header_without_rows(make, faults):
    assert faults(make(b"id,surname\n")) == [("D316", None)]


def test_filters_that_leave_nothing(make, faults):
    assert faults(make(PEOPLE, keep={"event": "marriage"})) == [("D317", None)]
