"""A review on paper or in a spreadsheet, for rooms where no server may run, and back again."""

import csv
import io
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from linkage.errors import ConfigError, DataError, Fault
from linkage.runs.publish import publish
from linkage.runs.storage import storage
from quality.review.answers import WORDS, Answer
from quality.review.cases import Review, read_review, review_folder
from quality.review.decisions import open_log
from quality.review.page.render import sheet
from quality.review.page.session import Session, sitting
from quality.review.page.view import case_view, columns
from quality.review.reviewers import read_roles, require_name, worklist

SHEET, FORM = "sheet.html", "decisions.csv"

COLUMNS = ("unit", "decision", "partner_rank", "note")
_NOTE = "decision: candidate (with partner_rank), none or unsure; empty: left for later"


@dataclass(frozen=True)
class Exported:
    """The two files, and how many records they ask about."""

    sheet: Path
    form: Path
    n_cases: int


@dataclass(frozen=True)
class Imported:
    """How many answers were new, how many stood there already, and how many lines had none."""

    n_new: int
    n_known: int
    n_empty: int


def export_sheet(run: Path, reviewer: str, out: Path, adjudicate: bool = False) -> Exported:
    """Write the records that wait for the reviewer to ``out``: a sheet to read, a CSV to fill.

    Both hold personal data or belong to it, and are for their owner only.

    Raises
    ------
    ConfigError
        R445 when one of the files is there already: it may have been filled. And what
        :func:`quality.review.page.session.sitting` raises.
    """
    paths = Exported(out / SHEET, out / FORM, 0)
    for path in (paths.sheet, paths.form):
        if path.exists():
            raise ConfigError(_there_already(path))
    with sitting(run, reviewer, adjudicate) as session:
        waiting = [p for p in range(1, session.n_cases + 1) if session.answer(p) is None]
        texts = _sheet(session, waiting), _form(session, waiting)
    for path, text in zip((paths.sheet, paths.form), texts, strict=True):
        publish(path, text.encode())
    return Exported(paths.sheet, paths.form, len(waiting))


def import_form(run: Path, form: Path, reviewer: str) -> Imported:
    """Take the answers in a filled form: all of them, or none when a line is wrong.

    Raises
    ------
    DataError
        With every line that is wrong: D380 for the file itself, D381 a unit that the reviewer was
        not given or that stands twice, D382 a decision that is none, D383 a candidate that is none.
    """
    review = read_review(review_folder(run))
    require_name(reviewer)
    role = next((r for r, name in read_roles(review.folder).items() if name == reviewer), None)
    if role is None:
        raise ConfigError(_nothing_exported())
    given = frozenset(worklist(review, role, reviewer))
    with open_log(review, reviewer, role == "adjudicator") as log:
        known = {unit: decision.outcome.answer for unit, decision in log.last.items()}
        read = _answers(form, review, given | known.keys())
        new = {unit: answer for unit, answer in read.items() if answer is not None}
        fresh = [(unit, answer) for unit, answer in new.items() if known.get(unit) != answer]
        if fresh:
            log.append(*fresh)
    return Imported(len(fresh), len(new) - len(fresh), len(read) - len(new))


def _sheet(session: Session, waiting: list[int]) -> str:
    widths = columns(session.fields, session.cases)
    cases = []
    for place in waiting:
        case = session.case(place)
        proposed = session.proposed.get(case.unit.number, ())
        cases.append((case.unit.number, case_view(session.fields, case, None, proposed)))
    shown = {"reviewer": session.reviewer, "cases": cases, "csv": FORM}
    return sheet({**shown, "aligned": widths is not None}, widths)


def _form(session: Session, waiting: list[int]) -> str:
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(COLUMNS)
    writer.writerows([session.case(place).unit.number, "", "", _NOTE] for place in waiting)
    return text.getvalue()


def _answers(path: Path, review: Review, given: frozenset[int]) -> dict[int, Answer | None]:
    """Return the answer of every line, None for a line without; raise all that is wrong at once."""
    answers: dict[int, Answer | None] = {}
    faults: list[Fault] = []
    for line, row in _rows(path):
        number = row["unit"]
        unit = int(number) if number.isascii() and number.isdecimal() else -1
        if unit not in given or unit in answers:
            faults.append(_wrong_unit(path, line, unit in answers))
            continue
        found = _answer(row, len(review.listed[unit]))
        if isinstance(found, Fault):
            found = Fault(found.code, found.message, found.fix, file=path, line=line)
            faults.append(found)
        else:
            answers[unit] = found
    if faults:
        raise DataError(faults)
    return answers


def _answer(row: Mapping[str, str], n_listed: int) -> Answer | Fault | None:
    word, rank = row["decision"].lower(), row["partner_rank"]
    if word not in {"candidate", "none", "unsure", ""}:
        return Fault("D382", "this is not a decision", "write candidate, none or unsure")
    if word != "candidate":
        if rank:
            fix = "write candidate as the decision, or leave partner_rank empty"
            return Fault("D383", "a candidate is named and not decided for", fix)
        return WORDS.get(word)
    if rank.isascii() and rank.isdecimal() and 1 <= int(rank) <= n_listed:
        return int(rank)
    fix = f"write a number from 1 to {n_listed}, as the sheet has it" if n_listed else "write none"
    return Fault("D383", "partner_rank is not the number of a candidate of this unit", fix)


def _rows(path: Path) -> Iterator[tuple[int, dict[str, str]]]:
    """Yield the lines below the header, each with its number; spreadsheets may write ; for ,."""
    if not path.is_file():
        raise DataError(_unreadable(path, "the file does not exist"))
    with storage(path, "reading the decisions"):
        data = path.read_bytes()
    try:
        lines = data.decode("utf-8-sig").splitlines()
        header = lines[0] if lines else ""
        reader = csv.reader(lines, delimiter=";" if ";" in header else ",", strict=True)
        rows = [(reader.line_num, [value.strip() for value in row]) for row in reader]
    except (UnicodeDecodeError, csv.Error):
        raise DataError(_unreadable(path, "the file is not CSV in UTF-8")) from None
    if not rows or tuple(rows[0][1][:3]) != COLUMNS[:3]:
        raise DataError(_unreadable(path, "the file does not begin with the columns of the form"))
    for line, row in rows[1:]:
        if any(row):
            yield line, dict(zip(COLUMNS, [*row, "", "", ""], strict=False))


def _unreadable(path: Path, message: str) -> Fault:
    fix = f"fill the {FORM} that link review export wrote, and save it as CSV in UTF-8"
    return Fault("D380", message, fix, file=path)


def _wrong_unit(path: Path, line: int, twice: bool) -> Fault:
    message = "the unit stands on a line above too" if twice else "not a unit of this reviewer's"
    fix = "keep one of the lines" if twice else "leave the numbers of units as they were exported"
    return Fault("D381", message, fix, file=path, line=line)


def _there_already(path: Path) -> Fault:
    return Fault(
        "R445",
        "the file is there already, and may have been filled",
        "give another folder, or move the file away",
        file=path,
    )


def _nothing_exported() -> Fault:
    return Fault(
        "R442",
        "this person has no part in this review",
        "give the name under which the form was exported",
        path="--reviewer",
    )
