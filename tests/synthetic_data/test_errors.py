import jellyfish
import numpy as np
import pytest

from synthetic_data.arrays import texts
from synthetic_data.errors import (
    misdate,
    mistype,
    mistyped,
    swap,
    swap_day_and_month,
    to_first_of_january,
)

DAYS = np.array(["1980-02-29", "1999-12-31", "2001-05-04", "1950-11-13"], dtype="M8[D]")
ALL = np.ones(4, bool)


@pytest.mark.parametrize("kind", range(4))
@pytest.mark.parametrize("text", ["A", "Al", "Smith", "TS90 0AA", "O'Brien"])
def test_a_slip_is_one_edit(kind, text):
    for place in (0, 0.5, 0.999):
        slipped = mistyped(text, kind, place, 0.3)
        assert slipped
        assert jellyfish.damerau_levenshtein_distance(text, slipped) <= 1


def test_only_what_is_marked_is_mistyped_and_missing_stays_missing():
    values = texts(["Margaret", None, "Margaret", "Margaret"])
    mistype(values, np.array([True, True, False, False]), np.random.default_rng(1))
    assert values[1] is None
    assert values[0] != "Margaret"
    assert list(values[2:]) == ["Margaret", "Margaret"]


def test_day_and_month_change_places_only_where_the_day_can_be_a_month():
    swapped = swap_day_and_month(DAYS, ALL)
    assert list(swapped.astype(str)) == ["1980-02-29", "1999-12-31", "2001-04-05", "1950-11-13"]


def test_first_of_january_keeps_the_year():
    told = to_first_of_january(DAYS, np.array([True, False, True, False]))
    assert list(told.astype(str)) == ["1980-01-01", "1999-12-31", "2001-01-01", "1950-11-13"]


def test_a_wrong_date_is_another_calendar_day_with_two_parts_kept():
    days = np.arange("1950-01-01", "1990-01-01", dtype="M8[D]")
    wrong = misdate(days, np.ones(len(days), bool), np.random.default_rng(2))
    same = [
        sum(a == b for a, b in zip(old.split("-"), new.split("-"), strict=True))
        for old, new in zip(days.astype(str), wrong.astype(str), strict=True)
    ]
    assert (wrong != days).all()
    assert np.mean(np.array(same) == 2) > 0.98  # the 31st gives way where it must


def test_swap_changes_both():
    left, right = texts(["a", "b"]), texts(["x", "y"])
    swap(left, right, np.array([True, False]))
    assert (list(left), list(right)) == (["x", "b"], ["a", "y"])
