"""The workbook: no merged and no blank cell, real tables, text that stays text, the same bytes."""

import io
import re
import zipfile
from xml.etree import ElementTree

import pytest

from quality.documents.cells import COLUMNS, MARKS
from quality.documents.table_names import TITLES
from quality.documents.workbook import sheet_name, workbook
from quality.release.counts import COLUMNS as COUNTED
from quality.release.files import TABLES
from tests.quality.report.conftest import config

MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
FORMULA = '=HYPERLINK("http://e.org")'


def row(**cells):
    return dict.fromkeys(TABLES["rates"][1], "") | {"measure": "link_rate", "status": "ok"} | cells


TABLE = [
    row(source="a", other="b", estimate="0.95", lower="0.9", upper="0.97", grade="A"),
    row(source="a", characteristic="race", group=f"'{FORMULA}", estimate="0.5"),
    row(characteristic="race", group="x", status="suppressed"),
    row(characteristic="race", group="'quoted", status="not_identified"),
    row(characteristic="race", group="y", lower="0.1", upper="0.9", status="too_few_to_tell"),
]


class Book:
    """The parts of a workbook that a test looks at."""

    def __init__(self, data):
        self.archive = zipfile.ZipFile(io.BytesIO(data))
        self.shared = [
            "".join(part.itertext()) for part in self.part("xl/sharedStrings.xml").iter(f"{MAIN}si")
        ]
        self.names = [
            each.get("name") for each in self.part("xl/workbook.xml").iter(f"{MAIN}sheet")
        ]

    def part(self, name):
        return ElementTree.fromstring(self.archive.read(name))

    def sheet(self, name):
        return self.part(f"xl/worksheets/sheet{self.names.index(name) + 1}.xml")

    def cells(self, name):
        """Return what each cell holds, by its place; a cell without anything is None."""
        found = {}
        for cell in self.sheet(name).iter(f"{MAIN}c"):
            value = cell.find(f"{MAIN}v")
            text = None if value is None else value.text
            found[cell.get("r")] = self.shared[int(text)] if cell.get("t") == "s" else text
        return found

    def tables(self):
        parts = (each for each in self.archive.namelist() if each.startswith("xl/tables/"))
        return [self.part(each) for each in parts]


@pytest.fixture(scope="module")
def book():
    return Book(workbook({"rates": TABLE, "gaps": []}, config()))


def by_heading(book, name, number):
    """Return the cells of a row of a table by their column's heading, counted from 1."""
    cells = book.cells(name)
    headings = {re.match(r"[A-Z]+", at)[0]: text for at, text in cells.items() if at.endswith("4")}
    return {text: cells[f"{letter}{4 + number}"] for letter, text in headings.items()}


def test_cover_contents_and_notes_come_first(book):
    assert book.names == ["Cover", "Contents", "Notes", "Rates"]
    assert book.cells("Cover")["A4"] == "Producer: not supplied"
    contents = list(book.cells("Contents").values())
    assert {"Rates", TITLES["rates"], "no rows in this run"} <= set(contents)
    notes = list(book.cells("Notes").values())
    assert {f"[{mark}]" for mark in MARKS} <= set(notes)


def test_no_cell_is_merged_or_blank_and_headers_stay(book):
    for name in book.names:
        sheet = book.sheet(name)
        assert sheet.find(f"{MAIN}mergeCells") is None
        assert None not in book.cells(name).values()
        assert "" not in book.cells(name).values()
        if name != "Cover":
            pane = next(sheet.iter(f"{MAIN}pane"))
            assert (pane.get("ySplit"), pane.get("state")) == ("4", "frozen")


def test_every_sheet_but_the_cover_is_one_named_table(book):
    names = {table.get("name"): table.get("ref") for table in book.tables()}
    assert set(names) == {"table_contents", "table_notes", "table_rates"}
    assert names["table_rates"] == "A4:O9"
    headers = [
        each.get("name") for table in book.tables() for each in table.iter(f"{MAIN}tableColumn")
    ]
    assert all(headers)


def test_shorthand_stands_where_nothing_may_or_can_be_shown(book):
    shown = [by_heading(book, "Rates", number) for number in range(1, 6)]
    assert [each["Estimate"] for each in shown] == ["0.95", "0.5", "[c]", "[x]", "[u]"]
    assert [each["Lower limit"] for each in shown] == ["0.9", "[z]", "[c]", "[x]", "0.1"]
    assert shown[0]["Group"] == "all records"
    assert shown[0]["Measure"] == "Link rate"


def test_text_that_looks_like_a_formula_is_text(book):
    assert by_heading(book, "Rates", 2)["Group"] == FORMULA
    assert by_heading(book, "Rates", 4)["Group"] == "'quoted"
    assert not list(book.sheet("Rates").iter(f"{MAIN}f"))


def test_the_same_tables_make_the_same_bytes():
    assert workbook({"rates": TABLE}, config()) == workbook({"rates": TABLE}, config())


def test_every_table_and_column_of_a_release_has_its_words():
    assert set(TITLES) == {*TABLES, "counts"}
    columns = {column for _, columns in TABLES.values() for column in columns}
    assert columns | set(COUNTED) <= set(COLUMNS)
    assert len({sheet_name(name) for name in TITLES}) == len(TITLES)


@pytest.mark.parametrize("name", TABLES)
def test_lower_and_upper_stand_beside_every_estimate(name):
    columns = list(TABLES[name][1])
    at = columns.index("estimate")
    assert columns[at : at + 3] == ["estimate", "lower", "upper"]
