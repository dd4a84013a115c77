"""The tables of a run as one workbook that everybody can use.

After the Analysis Function's guidance on statistics in spreadsheets: a cover, contents, notes and
one table a sheet; real tables with names; no merged and no blank cell; shorthand is explained.
"""

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from pathlib import Path

import xlsxwriter
from xlsxwriter.worksheet import Worksheet

from linkage.config.schema import Config
from linkage.runs.workspace import Workspace
from quality.documents.cells import COLUMNS, MARKS, cell, label, width
from quality.documents.items import ABSENT
from quality.documents.table_names import NOTES, TITLES
from quality.report.build import STATE

FOLDER = Path("for_release")
WORKBOOK = FOLDER / "tables.xlsx"
_TABLES = FOLDER / "tables"

_CREATED = datetime(2000, 1, 1)
"""One day for every workbook: the same tables make the same bytes."""

_OPTIONS = {
    "in_memory": True,  # no scratch file holds what is in the tables
    "strings_to_formulas": False,
    "strings_to_numbers": False,
    "strings_to_urls": False,
}
_STYLE = "Table Style Light 1"

Rows = Sequence[Mapping[str, str]]


def write_workbook(workspace: Workspace, config: Config) -> None:
    """Write ``tables.xlsx`` from the CSV files of ``tables/``: what passed control, no more."""
    paths = sorted((workspace.root / _TABLES).glob("*.csv"))
    workspace.publish(WORKBOOK, workbook({path.stem: _read(path) for path in paths}, config))


def _read(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def workbook(tables: Mapping[str, Rows], config: Config) -> bytes:
    """Return the workbook of these tables: rows of text by column, as their CSV files hold them."""
    data = io.BytesIO()
    filled = {name: rows for name, rows in tables.items() if rows}
    with xlsxwriter.Workbook(data, _OPTIONS) as book:
        book.set_properties({"title": _title(config), "author": _producer(config),
                             "created": _CREATED, "language": "en-GB"})  # fmt: skip
        styles = {
            "title": book.add_format({"bold": True, "font_size": 15}),
            "wrapped": book.add_format({"text_wrap": True, "valign": "top"}),
            "plain": book.add_format({"valign": "top"}),
        }
        _text_sheet(book.add_worksheet("Cover"), _title(config), _cover(config), styles)
        contents = [
            (name, TITLES.get(name, label(name)), len(rows)) for name, rows in tables.items()
        ]
        _contents(book.add_worksheet("Contents"), contents, styles)
        _notes(book.add_worksheet("Notes"), config, styles)
        for name, rows in filled.items():
            _table_sheet(book.add_worksheet(sheet_name(name)), name, rows, styles)
    return data.getvalue()


def sheet_name(table: str) -> str:
    """Return what the sheet of a table is called."""
    return label(table)[:31]


def _title(config: Config) -> str:
    return f"Tables of the linkage {config.name}"


def _producer(config: Config) -> str:
    return config.documentation.producer or ABSENT


def _cover(config: Config) -> list[str]:
    said = config.documentation
    return [
        f"{STATE}.",
        f"Purpose: {config.purpose.strip() or ABSENT}",
        f"Producer: {_producer(config)}",
        f"Contact: {said.contact or said.email or ABSENT}",
        "Every figure passed disclosure control and stands beside its lower and upper limit.",
        "The sheet Contents lists the tables; the sheet Notes explains columns and shorthand.",
        "The same tables stand beside this workbook as CSV files, in the folder tables.",
    ]


Styles = Mapping[str, xlsxwriter.format.Format]


def _text_sheet(sheet: Worksheet, title: str, lines: Iterable[str], styles: Styles) -> None:
    sheet.set_column(0, 0, 100, styles["wrapped"])
    sheet.write_string(0, 0, title, styles["title"])
    for at, line in enumerate(lines, start=1):
        sheet.write_string(at, 0, line, styles["wrapped"])


def _contents(sheet: Worksheet, tables: list[tuple[str, str, int]], styles: Styles) -> None:
    rows: list[list[str | float]] = [
        [sheet_name(name) if n else "no sheet", title, n or "no rows in this run"]
        for name, title, n in tables
    ] or [["no sheet", "This run left no table", "none"]]
    _table(sheet, "Contents", "contents", ["Sheet", "What it shows", "Rows"], rows, styles)
    for at, (name, _, n) in enumerate(tables, start=_FIRST):
        if n:
            sheet.write_url(at, 0, f"internal:'{sheet_name(name)}'!A1", string=sheet_name(name))
    sheet.set_column(0, 0, 24)
    sheet.set_column(1, 1, 80)
    sheet.set_column(2, 2, 20)


def _notes(sheet: Worksheet, config: Config, styles: Styles) -> None:
    rules = config.disclosure
    rows = [
        *(["Shorthand", f"[{mark}]", meaning] for mark, meaning in MARKS.items()),
        *(["Column", each.label, each.means] for each in COLUMNS.values()),
        *(["Note", about, text.format(threshold=rules.threshold, rounding=rules.rounding)]
          for about, text in NOTES.items()),
    ]  # fmt: skip
    _table(sheet, "Notes", "notes", ["Kind", "Name", "Meaning"], rows, styles)
    sheet.set_column(0, 0, 14)
    sheet.set_column(1, 1, 30)
    sheet.set_column(2, 2, 100, styles["wrapped"])


_HEADER, _FIRST = 3, 4  # the rows of a sheet above its table: title, what it holds, where to go


def _table(
    sheet: Worksheet,
    title: str,
    name: str,
    columns: list[str],
    rows: Sequence[Sequence[str | float]],
    styles: Styles,
) -> None:
    """Write a sheet that holds one table, its header under three lines of text."""
    sheet.write_string(0, 0, title, styles["title"])
    sheet.write_string(1, 0, "This sheet holds one table.")
    sheet.write_string(2, 0, "What columns and shorthand mean is on the sheet Notes.")
    for at, row in enumerate(rows, start=_FIRST):
        for column, value in enumerate(row):
            if isinstance(value, str):
                sheet.write_string(at, column, value, styles["plain"])
            else:
                sheet.write_number(at, column, value, styles["plain"])
    headers = [{"header": column} for column in columns]
    last = _FIRST + len(rows) - 1
    options = {"name": f"table_{name}", "columns": headers, "style": _STYLE}
    sheet.add_table(_HEADER, 0, last, len(columns) - 1, options)
    sheet.freeze_panes(_FIRST, 0)


def _table_sheet(sheet: Worksheet, name: str, rows: Rows, styles: Styles) -> None:
    columns = list(rows[0])
    made = [[cell(column, row) for column in columns] for row in rows]
    title = TITLES.get(name, label(name))
    _table(sheet, title, name, [label(column) for column in columns], made, styles)
    for at, column in enumerate(columns):
        sheet.set_column(at, at, width(label(column), (row[at] for row in made)))
