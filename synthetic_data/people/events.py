"""Arrivals, marriages, deaths and emigration: each on a day at which it can have happened."""

from dataclasses import dataclass

import numpy as np

from synthetic_data.arrays import Codes, Day, Days, Durations, Flags, Floats, Whole
from synthetic_data.bands import YEARS
from synthetic_data.characteristic_fits import REFERENCE_YEAR
from synthetic_data.codes import codes
from synthetic_data.distributions import Distributions
from synthetic_data.people.figures import YEAR, spread, table
from synthetic_data.people.households import Members
from synthetic_data.people.vocabulary import (
    CHILD,
    FEMALE,
    HEAD,
    MALE,
    NAMES,
    OTHER,
    PARENT,
    PARTNER,
    RESIDENT,
    SHARERS,
    STUDENTS,
)

NEVER = np.datetime64("NaT", "D")
_LONG_AGO = np.datetime64("1000-01-01", "D")
_MAY_MARRY = 18.0
_ENGLAND = codes("country_of_birth").index("england")
_BY_LAW = [NAMES["marital_status"].index(code) for code in ("2", "3", "4", "5")]
_SURVIVOR = np.arange(len(NAMES["marital_status"]), dtype=np.int8)
_SURVIVOR[_BY_LAW] = [NAMES["marital_status"].index(code) for code in ("10", "10", "11", "11")]


@dataclass(frozen=True)
class Period:
    """The day of the population, and the first and the last day on which things happen."""

    day: Day
    start: Day
    end: Day

    @classmethod
    def around(cls, day: Day, before: int, after: int) -> "Period":
        """Return the period of so many years before and after a day."""
        return cls(day, day - round(before * YEAR), day + round(after * YEAR))


def draw_arrivals(
    who: Members, ages: Floats, country: Codes, years: Whole, rng: np.random.Generator
) -> tuple[Codes, Floats]:
    """Return countries of birth, and how many days ago people arrived, NaN for who was born here.

    Most partners came with the first of their household. A child was born abroad, and came along,
    if that one came after the birth; what is drawn for children does not count.

    Parameters
    ----------
    who, ages
        The members of the households, and their ages in days on the day.
    country
        Codes of the countries of birth.
    years
        Years of arrival, of a population of ``REFERENCE_YEAR``.
    """
    abroad = country >= len(codes("uk_country"))
    ago = (REFERENCE_YEAR - years + rng.random(len(ages))) * YEAR
    ago = np.where(ago < ages, ago, ages * rng.random(len(ages)))
    together = rng.random(len(ages)) < table("events")["arrived_on_one_day"]
    along = abroad[who.head] & (ago[who.head] < ages)
    partner = np.isin(who.role, (PARTNER, PARENT)) & together & abroad & along
    child = who.role == CHILD
    abroad = np.where(child, along, abroad)
    here = np.where(country < len(codes("uk_country")), country, _ENGLAND)
    country = np.where(child, np.where(along, country[who.head], here), country)
    ago = np.where(partner | child, ago[who.head], ago)
    return country, np.where(abroad, np.floor(ago), np.nan)


def as_days(day: Day, ago: Floats) -> Days:
    """Return the days that were so many days ago, never where NaN."""
    return np.where(np.isnan(ago), NEVER, day - np.nan_to_num(ago).astype("m8[D]"))


def draw_weddings(
    who: Members, ages: Floats, status: Codes, period: Period, rng: np.random.Generator
) -> Days:
    """Return the days on which couples by law became such; never for everybody else.

    Parameters
    ----------
    who, ages
        The members of the households, and their ages in days on the day.
    status
        Codes of the marital status on the day.
    """
    second = np.flatnonzero((who.role == PARTNER) & np.isin(status, _BY_LAW))
    younger = np.minimum(ages[second - 1], ages[second]) / YEAR
    drawn = np.maximum(rng.normal(*spread("events", "age_at_marriage"), len(younger)), _MAY_MARRY)
    earlier = _MAY_MARRY + rng.random(len(younger)) * np.maximum(younger - _MAY_MARRY, 0.0)
    at = np.where(drawn < younger, drawn, earlier)
    days = np.full(len(ages), NEVER)
    days[second] = period.day - np.floor(np.maximum(younger - at, 0.0) * YEAR).astype("m8[D]")
    days[second - 1] = days[second]
    return days


@dataclass(frozen=True)
class Lives:
    """What is known of people before it is drawn when they die or leave, one entry each."""

    who: Members
    single: Flags
    female: Flags
    born: Days
    arrived: Days
    married: Days


def draw_exits(
    lives: Lives, period: Period, given: Distributions, rng: np.random.Generator
) -> tuple[Days, Days]:
    """Return the days on which people died and left the country, from a year before the day on.

    Nobody goes before they arrived, married, or before the birth of a child in their household;
    nor does a parent die who is ``single``, alone with children. Families leave together.
    """
    who, born = lives.who, lives.born
    start = period.day - round(YEAR)
    years = np.clip((period.day - born).astype(float) / YEAR, 0, YEARS - 1).astype(np.int64)
    since = np.maximum(_or_long_ago(lives.arrived), _or_long_ago(lives.married))
    youngest = _latest(np.where(who.role == CHILD, born, _LONG_AGO), who)
    adult = np.isin(who.role, (HEAD, PARTNER))
    rate = given.deaths[np.where(lives.female, FEMALE, MALE), years]
    died = np.asarray(np.maximum(born, start) + _days_to_wait(rate, rng), dtype="M8[D]")
    died[(who.role == HEAD) & lives.single] = NEVER
    floor = np.where(adult, np.maximum(since, youngest), since)
    died[~((died > floor) & (died <= period.end))] = NEVER
    left = np.asarray(start + _departures(lives, years, given, rng), dtype="M8[D]")
    alone = goes_alone(who)
    floor = np.maximum(_latest(since, who), youngest)
    floor = np.where(alone, np.maximum(since, born), floor)
    left[~((left > floor) & (left <= period.end))] = NEVER
    left[died < left] = NEVER
    died[left <= died] = NEVER
    return died, left


def _departures(
    lives: Lives, years: Whole, given: Distributions, rng: np.random.Generator
) -> Durations:
    """Return after how long people leave: families by the age of the first person."""
    times = np.where(np.isnat(lives.arrived), 1.0, table("events")["left_of_born_abroad"])
    wait = _days_to_wait(given.emigration[years] * times, rng)
    unit = np.where(goes_alone(lives.who), np.arange(len(years)), lives.who.head)
    return wait[unit]


def _days_to_wait(rate: Floats, rng: np.random.Generator) -> Durations:
    """Return times to wait at rates a year, at least a day, and at most 200 years."""
    years = rng.exponential(1.0, len(rate)) / np.maximum(-np.log1p(-np.minimum(rate, 0.99)), 1e-9)
    return (1 + np.minimum(years, 200.0) * YEAR).astype("m8[D]")


def goes_alone(who: Members) -> Flags:
    """Return who moves on their own, not with their household."""
    alone = np.isin(who.kind, (SHARERS, STUDENTS))
    return np.asarray(alone | np.isin(who.role, (OTHER, RESIDENT)))


def widowed(status: Codes, who: Members, married: Days, died: Days, day: Day) -> Codes:
    """Return the marital status after deaths up to the day."""
    found = status.copy()
    second = np.flatnonzero((who.role == PARTNER) & ~np.isnat(married))
    for one, other in ((second - 1, second), (second, second - 1)):
        survivor = one[died[other] <= day]
        found[survivor] = _SURVIVOR[status[survivor]]
    return found


def _latest(days: Days, who: Members) -> Days:
    """Return for each person the latest day of anybody in the household."""
    of_home = np.full(int(who.household.max(initial=-1)) + 1, _LONG_AGO.astype(np.int64))
    np.maximum.at(of_home, who.household, days.astype("M8[D]").astype(np.int64))
    return of_home.astype("M8[D]")[who.household]


def _or_long_ago(days: Days) -> Days:
    return np.where(np.isnat(days), _LONG_AGO, days)
