"""Whether a report's page, its record and the estimates beside them say the same, number by number.

Every number that the page prints, in sentences, cells and figures, stands in the same section of
``report.json``; every cell of a table is the record's cell; and every figure of the record is, to
the digits printed, one that ``estimates.csv`` holds for the same group.
"""

import re
from collections import defaultdict
from html.parser import HTMLParser

import pytest

from quality.report.page import anchor
from quality.report.wording import group_label

_NUMBER = re.compile(r"\d[\d,.]*\d|\d")
_COLUMNS = "estimate lower upper level n_records n_reviewed n_effective p_adjusted".split()
_SAID_OF = "measure method other variable stage reference".split()
_NOT_ESTIMATES = re.compile(r"^(m-u|blocking|weights|gates|dependence|calibration|expected|flow)")
"""Tables of the model and its parameters, of limits, and of differences between two estimates."""
_PARAMETERS = {"threshold"}
"""Columns that say what was tried, and estimate nothing."""


class Shown(HTMLParser):
    """The words of a page by the chapter or section they stand in, and the cells of its tables."""

    def __init__(self, html):
        super().__init__()
        self.words, self.tables = defaultdict(list), {}
        self._place, self._hidden, self._cell, self._rows = "page", False, False, []
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        said = dict(attrs)
        self._hidden = tag == "style"
        if tag in {"h2", "h3"} and "id" in said:
            self._place = said["id"]
        elif tag == "caption":
            self._rows = self.tables[said["id"].removesuffix("-caption")] = []
        elif tag == "tr":
            self._rows.append([])
        elif tag in {"td", "th"}:
            self._rows[-1].append("")
            self._cell = True

    def handle_endtag(self, tag):
        self._cell = self._cell and tag not in {"td", "th"}

    def handle_data(self, data):
        data = data.replace("\N{NO-BREAK SPACE}", " ")  # an interval keeps to one line
        if not self._hidden:
            self.words[self._place].append(data)
        if self._cell:
            self._rows[-1][-1] += data


def numbers(text):
    return set(_NUMBER.findall(text))


def places(record):
    """Return the record of the page, of each chapter and of each section by its anchor."""
    found = {"page": {k: v for k, v in record.items() if k != "chapters"}, "contents": record}
    for chapter in record["chapters"]:
        found[chapter["id"]] = {k: v for k, v in chapter.items() if k != "sections"}
        found |= {section["id"]: section for section in chapter["sections"]}
    return found


def tables(record):
    for chapter in record["chapters"]:
        for section in chapter["sections"]:
            yield from (part["table"] for part in section["parts"] if "table" in part)


def check_agreement(rows):
    """Check that what a run says of a group is said once, and that one row follows from another."""
    keys, bases, rates = set(), {}, {}
    for row in rows:
        place = tuple(row[name] for name in ("source", "characteristic", "group"))
        key = (*place, *(row[name] for name in _SAID_OF))
        assert key not in keys, key
        keys.add(key)
        if row["source"]:
            assert bases.setdefault(place, row["n_records"]) == row["n_records"], key
        rates[row["measure"], row["method"], row["other"], *place] = row
    compared = 0
    for row in rows:
        rate = row["measure"].removesuffix("_gap")
        of = (row["method"], row["other"], row["source"], row["characteristic"])
        pair = [rates.get((rate, *of, row[name])) for name in ("group", "reference")]
        if row["method"] == "truth" and row["reference"] and row["estimate"] and None not in pair:
            mine, theirs = (float(each["estimate"]) for each in pair)
            assert float(row["estimate"]) == pytest.approx(mine - theirs, abs=1e-6)
            compared += 1
    assert compared


def check_page(html, record):
    """Check that the page prints no number and no cell that its record does not hold."""
    shown, known = Shown(html), places(record)
    for place, words in shown.words.items():
        beyond = numbers(" ".join(words)) - numbers(str(known[place]))
        assert not beyond, (place, beyond)
    recorded = {table["id"]: table for table in tables(record)}
    assert shown.tables
    for identity, (_, *rows) in shown.tables.items():
        cells = [[cell["text"] for cell in row.values()] for row in recorded[identity]["rows"]]
        assert rows == cells, identity


def check_estimates(record, rows):
    """Check that every figure of the record's tables is one of the same group; return how many.

    ``rows`` are those of ``estimates.csv``, as ``csv.DictReader`` gives them.
    """
    of_group = defaultdict(list)
    characteristics = set()
    for row in rows:
        characteristics.add(row["characteristic"])
        found = [float(row[column]) for column in _COLUMNS if row[column]]
        for place in (row["characteristic"], None):
            label = group_label(row["group"]) if row["group"] else None
            of_group[place, label] += found
            of_group[place, None] += found if label else []
    checked = 0
    for table in tables(record):
        if _NOT_ESTIMATES.match(table["id"]):
            continue
        at = [name for name in characteristics if name and table["id"].endswith(anchor(name))]
        place = max(at, key=len, default=None)
        for row in table["rows"]:
            texts = [cell["text"] for cell in row.values()]
            group = next((text for text in texts if (place, text) in of_group), None)
            known = of_group[place, group] + (of_group["", None] if group is None else [])
            for column, cell in row.items():
                if "value" in cell and column not in _PARAMETERS:
                    assert _holds(known, cell), (table["id"], texts[0], column, cell)
                    checked += 1
    return checked


def _holds(known, cell):
    value, text = cell["value"], cell["text"]
    if text.startswith(("over ", "under ")):
        return True
    step = 0.5 * 10 ** -len(text.partition(".")[2].partition(" ")[0].strip("%"))
    printed = float(re.sub(r"[^\d.]", "", text.split(" (")[0]) or 0)
    if value and abs(printed / value) > 50:  # per cent, or percentage points
        step /= 100
    return any(abs(abs(each) - abs(value)) <= step * 1.01 for each in known)
