import json
import os
from multiprocessing import get_context

import pytest

from linkage.errors import LinkageError
from linkage.tables import REVIEWS, check
from quality.review.answers import Decided, decided
from quality.review.cases import read_cases
from quality.review.decisions import open_log, read_decisions, read_lines


def path_of(review, name="anna"):
    return review.folder / "decisions" / f"{name}.jsonl"


def save(review, *answers, name="anna", adjudicated=False):
    with open_log(review, name, adjudicated) as log:
        for answer in answers:
            log.append(answer)


def answers(review, name="anna"):
    return [(each.unit, each.outcome.answer) for each in read_lines(review, name)]


def codes(error):
    return [fault.code for fault in error.value.faults]


@pytest.mark.parametrize(
    ("unit", "answer", "wanted"),
    [
        ("link", "shown", ("match", True)),
        ("link", "other", ("non_match", True)),
        ("link", "none", ("non_match", False)),
        ("link", "unsure", ("unsure", False)),
        ("unlinked", "shown", ("match", True)),
        ("unlinked", "none", ("non_match", False)),
        ("unlinked", "unsure", ("unsure", False)),
    ],
)
def test_what_an_answer_decides(review, unit, answer, wanted):
    number = 0 if unit == "link" else 1
    listed = review.listed[number]
    shown = listed.index(review.units[0].partner_shown) + 1 if unit == "link" else 1
    given = {"shown": shown, "other": 3}.get(answer, answer)
    found = decided(review.units[number], listed, given)
    partner = listed[given - 1] if wanted[1] else None
    assert found == Decided(wanted[0], partner, given if wanted[1] else None)
    assert found.answer == given


def test_each_decision_is_a_line_of_the_form_agreed(review):
    save(review, (1, 2))
    (line,) = path_of(review).read_bytes().splitlines()
    record = json.loads(line)
    assert record.pop("reviewed_at").endswith("Z")
    assert record == {
        "unit": 1, "decision": "match", "partner": 1002, "partner_rank": 2,
        "reviewer": "anna", "adjudicated": False,
    }  # fmt: skip
    assert path_of(review).stat().st_mode & 0o777 == 0o600


def test_the_last_decision_on_a_unit_counts_and_none_is_lost(review):
    save(review, (3, 1), (4, "none"))
    save(review, (3, "unsure"))
    assert answers(review) == [(3, 1), (4, "none"), (3, "unsure")]
    table = read_decisions(review.folder)
    check(REVIEWS, table)
    rows = table.to_pylist()
    assert [(row["unit"], row["decision"]) for row in rows] == [(3, "unsure"), (4, "non_match")]
    assert rows[0] | {"reviewed_at": None} == {
        "run": "run", "unit": 3, "unit_type": "unlinked", "source": "census", "record": 3,
        "other": "health_register", "partner_shown": None, "group": None, "stratum": 1,
        "n_stratum": 500, "n_sampled": 10, "reviewer": "anna", "reviewed_at": None,
        "decision": "unsure", "partner": None, "partner_rank": None, "adjudicated": False,
    }  # fmt: skip


@pytest.mark.parametrize("kept", [1, 20, 60])
def test_a_torn_last_line_is_ignored_and_the_next_starts_fresh(review, kept):
    save(review, (1, 1), (2, 2))
    whole = path_of(review).read_bytes()
    first = whole.index(b"\n") + 1
    path_of(review).write_bytes(whole[: first + kept])
    assert answers(review) == [(1, 1)]
    save(review, (2, "none"), (3, 1))
    assert answers(review) == [(1, 1), (2, "none"), (3, 1)]


def test_a_line_that_lacks_only_its_end_was_decided(review):
    save(review, (1, 1))
    path_of(review).write_bytes(path_of(review).read_bytes().rstrip(b"\n"))
    save(review, (2, 2))
    assert answers(review) == [(1, 1), (2, 2)]


@pytest.mark.parametrize(
    "change",
    [
        {"unit": 99},
        {"decision": "yes"},
        {"partner": 7},
        {"partner_rank": 31},
        {"partner_rank": None},
        {"reviewer": "ben"},
        {"unit": "1"},
        {"more": 1},
    ],
)
def test_a_line_that_we_cannot_have_written_is_named(review, change):
    save(review, (2, "none"), (1, 1))
    first, second = path_of(review).read_text().splitlines()
    path_of(review).write_text(f"{first}\n{json.dumps(json.loads(second) | change)}\n")
    with pytest.raises(LinkageError) as error:
        answers(review)
    assert codes(error) == ["R443"]
    assert error.value.faults[0].line == 2


@pytest.mark.parametrize("answer", [(99, "none"), (1, 31), (1, 0)])
def test_unknown_units_and_candidates_are_refused(review, answer):
    with open_log(review, "anna", False) as log, pytest.raises(ValueError, match="no "):
        log.append((1, 1), answer)
    assert answers(review) == []


def test_two_cannot_write_under_one_name(review):
    with open_log(review, "anna", False):
        with pytest.raises(LinkageError) as error, open_log(review, "anna", False):
            pass
        with open_log(review, "ben", False):
            pass
    assert codes(error) == ["R444"]


def test_an_answer_to_a_review_that_was_taken_away_is_not_taken_for_saved(review):
    with open_log(review, "anna", False) as log:
        log.append((1, 1))
        path_of(review).unlink()
        with pytest.raises(LinkageError) as error:
            log.append((2, 1))
    assert codes(error) == ["R446"]
    assert 2 not in log.last


def _die(folder, name):
    from quality.review.cases import read_review

    review = read_review(folder)
    with open_log(review, name, False) as log:
        for number in range(20):
            log.append((number, 1))
            if number == 12:
                os._exit(9)


def test_what_was_appended_outlives_the_process(review):
    process = get_context("fork").Process(target=_die, args=(review.folder, "anna"))
    process.start()
    process.join()
    assert answers(review) == [(number, 1) for number in range(13)]


def test_sheets_that_do_not_fit_are_refused(review):
    names, cases = read_cases(review)
    assert names[0] == "first_name"
    assert len(cases[0].candidates) == 30
    (review.folder / "sheets.parquet").write_bytes(b"PAR1")
    with pytest.raises(LinkageError) as error:
        read_cases(review)
    assert codes(error) == ["R443"]
