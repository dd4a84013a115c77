"""Dates that are written down wrong and are days of the calendar all the same."""

import numpy as np

from synthetic_data.arrays import Days, Whole

_YEARS = np.array([-10, -1, 1])


def day_and_month_swapped(days: Days) -> Days:
    """Return the days with day and month swapped, where that is a day at all."""
    year, month, day = _parts(days)
    can = day < 13
    return _days(year, np.where(can, day, month), np.where(can, month, day))


def first_of_january(days: Days) -> Days:
    """Return 1 January of the same year."""
    return np.asarray(days.astype("M8[Y]").astype("M8[D]"), dtype="M8[D]")


def another_day(days: Days, rng: np.random.Generator) -> Days:
    """Return days of the same months: one to three further on, or at the start."""
    year, month, day = _parts(days)
    return _days(year, month, day % 28 + rng.integers(1, 4, len(days)))


def another_month(days: Days, rng: np.random.Generator) -> Days:
    """Return the days in another month of the year, any as likely."""
    year, month, day = _parts(days)
    return _days(year, (month + rng.integers(0, 11, len(days))) % 12 + 1, day)


def another_year(days: Days, rng: np.random.Generator) -> Days:
    """Return the days ten years or one earlier, one later, or with the year's last digits swapped.

    Digits are swapped where that makes the year earlier, and it is one earlier where not: a later
    year may not have come yet.
    """
    year, month, day = _parts(days)
    tens, units = year // 10 % 10, year % 10
    swapped = np.where(units < tens, 9 * (units - tens), -1)
    slip = rng.integers(0, 4, len(days))
    return _days(year + np.where(slip == 3, swapped, _YEARS[slip % 3]), month, day)


def another_part(days: Days, rng: np.random.Generator) -> Days:
    """Return the days with another day, month or year, each as likely."""
    part = rng.integers(0, 3, len(days))
    ways = [change(days, rng) for change in (another_day, another_month, another_year)]
    return np.asarray(np.choose(part, ways), dtype="M8[D]")


def _parts(days: Days) -> tuple[Whole, Whole, Whole]:
    months = days.astype("M8[M]")
    number = months.astype(np.int64)
    day = (days - months).astype(np.int64) + 1
    return number // 12 + 1970, number % 12 + 1, np.asarray(day, dtype=np.int64)


def _days(year: Whole, month: Whole, day: Whole) -> Days:
    """Return the days; one that its month does not have becomes the last of the month."""
    months = ((year - 1970) * 12 + month - 1).astype("M8[M]")
    first, last = months.astype("M8[D]"), (months + 1).astype("M8[D]") - 1
    return np.asarray(np.minimum(first + (day - 1).astype("m8[D]"), last), dtype="M8[D]")
