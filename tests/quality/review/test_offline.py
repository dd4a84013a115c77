import csv
import re

import pytest

from linkage.errors import LinkageError
from quality.review.decisions import open_log, read_lines
from quality.review.offline import export_sheet, import_form
from quality.review.page.session import sitting


@pytest.fixture
def form(run, tmp_path):
    """The form of anna, exported."""
    return export_sheet(run, "anna", tmp_path / "out").form


def rows(path):
    with path.open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def fill(path, answers, delimiter=",", encoding="utf-8"):
    """Fill the form with {unit: (decision, partner_rank)}."""
    filled = [row | dict(zip(("decision", "partner_rank"), answers.get(int(row["unit"]), ("", "")),
                             strict=True)) for row in rows(path)]  # fmt: skip
    with path.open("w", newline="", encoding=encoding) as file:
        writer = csv.DictWriter(file, list(filled[0]), delimiter=delimiter)
        writer.writeheader()
        writer.writerows(filled)


def told(error):
    return [(fault.code, fault.line) for fault in error.value.faults]


def test_the_round_trip(run, review, form):
    fill(form, {3: ("candidate", "2"), 0: ("none", ""), 1: ("Unsure", "")})
    found = import_form(run, form, "anna")
    assert (found.n_new, found.n_known, found.n_empty) == (3, 0, 17)
    last = {each.unit: each.outcome.answer for each in read_lines(review, "anna")}
    assert last == {3: 2, 0: "none", 1: "unsure"}


@pytest.mark.parametrize(("delimiter", "encoding"), [(";", "utf-8"), (",", "utf-8-sig")])
def test_what_spreadsheets_write_is_read(run, review, form, delimiter, encoding):
    fill(form, {3: ("candidate", "2")}, delimiter, encoding)
    assert import_form(run, form, "anna").n_new == 1


def test_the_same_form_again_adds_nothing_and_a_changed_answer_counts(run, review, form):
    fill(form, {3: ("candidate", "2"), 4: ("none", "")})
    import_form(run, form, "anna")
    fill(form, {3: ("candidate", "1"), 4: ("none", "")})
    found = import_form(run, form, "anna")
    assert (found.n_new, found.n_known) == (1, 1)
    assert [each.unit for each in read_lines(review, "anna")].count(4) == 1
    with sitting(run, "anna") as session:
        assert session.n_answered == 2


def test_all_that_is_wrong_is_told_and_nothing_is_taken(run, review, form):
    units = [int(row["unit"]) for row in rows(form)]
    wrong = {
        units[0]: ("none", ""),
        units[1]: ("match", ""),
        units[2]: ("candidate", ""),
        units[3]: ("candidate", "31"),
        units[4]: ("unsure", "2"),
    }
    fill(form, wrong)
    text = form.read_text() + f"99,none,,\n{units[0]},none,,\n"
    form.write_text(text)
    with pytest.raises(LinkageError) as error:
        import_form(run, form, "anna")
    assert told(error) == [
        ("D382", 3),
        ("D383", 4),
        ("D383", 5),
        ("D383", 6),
        ("D381", 22),
        ("D381", 23),
    ]
    assert list(read_lines(review, "anna")) == []


@pytest.mark.parametrize("text", ["", "a,b\n1,2\n", '"unit,decision', "\udcff"])
def test_what_is_not_the_form_is_refused(run, form, text):
    form.write_bytes(text.encode("utf-8", "surrogateescape"))
    with pytest.raises(LinkageError) as error:
        import_form(run, form, "anna")
    assert [code for code, _ in told(error)] == ["D380"]


def test_who_has_no_part_is_refused(run, form):
    with pytest.raises(LinkageError) as error:
        import_form(run, form, "dora")
    assert [code for code, _ in told(error)] == ["R442"]


def test_a_second_reviewer_decides_only_on_the_units_given(run, review, form, tmp_path):
    second = export_sheet(run, "ben", tmp_path / "ben")
    assert second.n_cases == 5
    with pytest.raises(LinkageError) as error:
        import_form(run, _filled(form), "ben")
    assert {code for code, _ in told(error)} == {"D381"}
    assert len(told(error)) == 15


def _filled(form):
    fill(form, {int(row["unit"]): ("none", "") for row in rows(form)})
    return form


def test_nothing_is_written_over(run, form):
    with pytest.raises(LinkageError) as error:
        export_sheet(run, "anna", form.parent)
    assert [code for code, _ in told(error)] == ["R445"]


def test_what_is_answered_is_not_asked_again(run, review, tmp_path):
    with sitting(run, "anna") as session:
        session.save(1, "none")
    assert export_sheet(run, "anna", tmp_path / "out").n_cases == 19


def test_the_sheet_holds_no_script_and_asks_for_nothing(run, form):
    text = (form.parent / "sheet.html").read_text()
    assert "<script" not in text
    assert not re.search(r"(?:src|href)=|url\(", text)
    assert text.count('<section class="case') == 20
    assert text.count("<li>\n<p class") == 20 * 30
    assert not re.search("weight|probab|stratum", text.partition("<body>")[2])
    for path in form.parent.iterdir():
        assert path.stat().st_mode & 0o777 == 0o600


def test_the_adjudicator_can_work_offline(run, review, form, tmp_path):
    export_sheet(run, "ben", tmp_path / "ben")
    for name, answer in (("anna", 1), ("ben", 2)):
        with open_log(review, name, False) as log:
            log.append((1, answer), (2, 1))
    written = export_sheet(run, "chris", tmp_path / "chris", adjudicate=True)
    assert written.n_cases == 2  # one on which they differ, one that both call an error
    assert written.sheet.read_text().count('class="tag"') == 2
    fill(written.form, {1: ("candidate", "1"), 2: ("candidate", "1")})
    assert import_form(run, written.form, "chris").n_new == 2
    assert [each.adjudicated for each in read_lines(review, "chris")] == [True, True]
