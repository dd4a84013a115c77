"""When people were born: children some time apart, parents old enough, everybody of an age."""

from dataclasses import dataclass

import numpy as np

from synthetic_data.arrays import Day, Days, Flags, Floats, Whole
from synthetic_data.bands import YEARS, by_band, by_year
from synthetic_data.distributions import Distributions
from synthetic_data.parameters import Parameters
from synthetic_data.people.figures import YEAR, ages_in_bands, drawn_ages, spread, table
from synthetic_data.people.households import PRIVATE, Households, Members
from synthetic_data.people.vocabulary import (
    ALONE,
    CHILD,
    COUPLE,
    HEAD,
    KINDS,
    LODGERS,
    LONE_PARENT,
    MULTI_GENERATION,
    NO_FIXED_ABODE,
    OTHER,
    PARENT,
    PARTNER,
    RESIDENT,
    SHARERS,
    STUDENTS,
)

_FIRST = (ALONE, COUPLE, SHARERS, MULTI_GENERATION, LODGERS, STUDENTS, NO_FIXED_ABODE)
"""The kinds of household whose first person has an age that no child says."""
_YOUNGEST_PARENT = 16.2
"""In years; who was born in an unknown part of the year may become one year older."""
_OLDEST_MOTHER = 45.0
_OLDEST = 104.0
_OLDER = 65.0
_RARE = 1e-9
_GROWN = 18.2
_PREGNANCY = 290.0


@dataclass(frozen=True)
class Timing:
    """One entry a household, in years on the day.

    ``first`` is the age of the first person as long as no child says otherwise; ``youngest`` that
    of the youngest child; ``birth`` says after how many years the next is born, NaN if none is,
    and ``newborn`` whether that is in the period; the two oldest children of ``lookalikes`` are
    twins.
    """

    first: Floats
    youngest: Floats
    birth: Floats
    newborn: Flags
    lookalikes: Flags

    def upto(self, homes: Households) -> "Timing":
        """Return what is said of the first households, no births where none can be."""
        n = len(homes.kind)
        written = [KINDS.index(name) for name in table("households")["births"]]
        can = np.isin(homes.kind, written)
        return Timing(
            self.first[:n],
            self.youngest[:n],
            np.where(can, self.birth[:n], np.nan),
            self.newborn[:n] & can,
            self.lookalikes[:n] & (homes.children > 0),
        )


def draw_timing(
    homes: Households, years_after: int, given: Distributions, rng: np.random.Generator
) -> Timing:
    """Return ages and births of the households: one birth at most in the years after."""
    row = np.full(len(homes.kind), _FIRST.index(SHARERS))
    for position, kind in enumerate(_FIRST):
        row[homes.kind == kind] = position
    first = _drawn(tuple(KINDS[kind] for kind in _FIRST), row, homes.group, given, rng)
    three = (homes.kind == MULTI_GENERATION).astype(np.int64)
    youngest = _drawn(
        ("youngest_child", "youngest_of_three_generations"), three, homes.group, given, rng
    )
    youngest[homes.children == 0] = np.nan
    birth = _births(homes, first, youngest, rng)
    newborn = np.asarray(birth <= years_after)
    return Timing(first, youngest, birth, newborn, np.zeros_like(newborn))


def _drawn(
    names: tuple[str, ...], row: Whole, group: Whole, given: Distributions, rng: np.random.Generator
) -> Floats:
    """Return ages from the tables ``names``, which one each, as ethnic groups are older or not."""
    written = table("households")["ages"]
    shares = np.stack([ages_in_bands(written[name]) for name in names])
    return drawn_ages(_of_groups(shares, given), row * len(given.ethnicity) + group, rng)


def _of_groups(shares: Floats, given: Distributions) -> Floats:
    """Return distributions of ages for each ethnic group, one row a table and group."""
    overall = given.ethnicity @ given.age
    tilt = given.age / np.maximum(overall, _RARE)
    found = shares[:, None, :] * np.maximum(tilt, _RARE)
    return found.reshape(-1, shares.shape[1])


def _births(homes: Households, first: Floats, youngest: Floats, rng: np.random.Generator) -> Floats:
    """Return after how many years the next child is born; a pregnancy takes its time."""
    after = np.full(len(first), np.nan)
    wait = rng.exponential(1.0, len(first))
    for name, each in table("households")["births"].items():
        here = homes.kind == KINDS.index(name)
        here &= ~(first >= each.get("head_until", np.inf))
        here &= ~(youngest >= each.get("youngest_until", np.inf))
        after[here] = wait[here] / each["rate"]
    after[after * YEAR + youngest * YEAR < _PREGNANCY] = np.nan
    return after


def draw_sexes(
    who: Members, first: Floats, given: Distributions, rng: np.random.Generator
) -> Flags:
    """Return who is female: partners are of the other sex but for a few."""
    share = table("households")["female"]
    older = first[who.household] >= _OLDER
    chance = np.where(who.role == HEAD, share["head"], share["other"])
    chance[who.role == CHILD] = share["child"]
    chance[(who.role == HEAD) & (who.kind == LONE_PARENT)] = share["lone_parent"]
    chance[(who.role == HEAD) & (who.kind == ALONE) & older] = share["alone_from_65"]
    chance[who.kind == NO_FIXED_ABODE] = share["no_fixed_abode"]
    chance[who.role == PARENT] = share["parent"]
    resident = who.establishment != PRIVATE
    of_kinds = given.tables["outside_households.communal_female"].values
    chance[resident] = of_kinds[who.establishment[resident]]
    female = np.asarray(rng.random(len(chance)) < chance)
    of_age = given.same_sex[np.clip(first[who.household], 0, YEARS - 1).astype(np.int64)]
    same = rng.random(len(chance)) < of_age
    for role in (PARTNER, PARENT):  # each stands after the person they live with
        second = np.flatnonzero(who.role == role)
        second = second[(role == PARTNER) | (who.role[second - 1] == PARENT)]
        female[second] = female[second - 1] == same[second]
    return female


def draw_ages(
    homes: Households,
    who: Members,
    group: Whole,
    female: Flags,
    timing: Timing,
    given: Distributions,
    rng: np.random.Generator,
) -> tuple[Floats, Flags]:
    """Return ages on the day in whole numbers of days, and who is a twin of the one before.

    Parameters
    ----------
    homes, who, group, female
        Households, their members, the ethnic groups and sexes of these.
    timing
        What is drawn of the households' ages: a child born after the day has a negative one.
    given
        The distributions of ages.
    """
    ages = _as_first(who, group, timing, given, rng)
    child = np.flatnonzero(who.role == CHILD)
    ages[child], twin = _children(homes, who, child, timing, given, rng)
    _put_parents(ages, homes, who, female, rng)
    _put_grandparents(ages, who, rng)
    grown = (who.role != CHILD) & (who.role != RESIDENT)
    ages[grown] = np.minimum(ages[grown], _OLDEST)
    twins = np.zeros(len(ages), bool)
    twins[child] = twin
    return np.floor(ages * YEAR), twins


def _as_first(
    who: Members, group: Whole, timing: Timing, given: Distributions, rng: np.random.Generator
) -> Floats:
    """Return the ages of all who are not children nor parents, in years."""
    ages = timing.first[who.household]
    partner = np.flatnonzero(who.role == PARTNER)
    mean, deviation = spread("households", "parents", "partner_older")
    ages[partner] += rng.normal(mean, deviation, len(partner))
    ages[partner] = np.maximum(ages[partner], _GROWN)
    for kind, name in ((SHARERS, "sharers"), (STUDENTS, "students"), (LODGERS, "lodger")):
        here = np.flatnonzero((who.role == OTHER) & (who.kind == kind))
        ages[here] = _drawn((name,), np.zeros_like(here), group[here], given, rng)
    resident = np.flatnonzero(who.role == RESIDENT)
    ages[resident] = drawn_ages(
        _of_residents(given), who.establishment[resident].astype(np.int64), rng
    )
    return ages


def _of_residents(given: Distributions) -> Floats:
    """Return shares by year of age in each kind of communal establishment."""
    of_bands = given.tables["outside_households.communal_ages"]
    overall = given.ethnicity @ given.age
    within = overall / by_year(by_band(overall, of_bands.ages()), of_bands.ages())
    return by_year(of_bands.values, of_bands.ages()) * within


def _children(
    homes: Households,
    who: Members,
    child: Whole,
    timing: Timing,
    given: Distributions,
    rng: np.random.Generator,
) -> tuple[Floats, Flags]:
    """Return ages in years of the children, and who is a twin: ages add up from the youngest."""
    nth, home = who.nth_child[child], who.household[child]
    lookalikes = timing.lookalikes[home]
    gaps = rng.uniform(*spread("households", "gaps"), len(child)) / YEAR
    twin = (nth > 0) & (rng.random(len(child)) < given.tables["births.twins"].values)
    last = nth == homes.children[home] - 1
    before_last = nth == homes.children[home] - 2
    twin = np.where(lookalikes, last, twin)
    since = (nth == 1) & timing.newborn[home] & ~(lookalikes & last)
    twin &= ~since & ~(lookalikes & before_last)
    twin[1:] &= ~twin[:-1]  # no three at once
    gaps[since] = (timing.youngest + timing.birth)[home[since]]
    gaps[twin] = 0.0
    first = nth == 0
    youngest = np.where(timing.newborn, -timing.birth, timing.youngest)
    gaps[first] = youngest[home[first]]
    reached = np.cumsum(gaps)
    before = (reached - gaps)[first]
    return reached - before[np.cumsum(first) - 1], twin


def _put_parents(
    ages: Floats,
    homes: Households,
    who: Members,
    female: Flags,
    rng: np.random.Generator,
) -> None:
    """Put in the ages of the parents of the children, from those of the children, in place."""
    n = len(homes.kind)
    oldest, youngest = np.full(n, -np.inf), np.full(n, np.inf)
    child = who.role == CHILD
    np.maximum.at(oldest, who.household[child], ages[child])
    np.minimum.at(youngest, who.household[child], ages[child])
    homes_with = np.flatnonzero(np.isfinite(oldest))
    oldest, span = oldest[homes_with], (oldest - youngest)[homes_with]
    at_first = rng.normal(*spread("households", "parents", "at_first_birth"), len(homes_with))
    latest = np.maximum(_OLDEST_MOTHER - span, _YOUNGEST_PARENT)
    mother = oldest + np.clip(at_first, _YOUNGEST_PARENT, latest)
    father = mother + rng.normal(*spread("households", "parents", "father_older"), len(homes_with))
    father = np.maximum(father, oldest + _YOUNGEST_PARENT)
    head = np.flatnonzero(who.position == 0)[homes_with]
    ages[head] = mother
    two = homes.partners[homes_with] > 0
    head, mother, father = head[two], mother[two], father[two]
    other_way = ~female[head] & female[head + 1]
    ages[head] = np.where(other_way, father, mother)
    ages[head + 1] = np.where(other_way, mother, father)


def _put_grandparents(ages: Floats, who: Members, rng: np.random.Generator) -> None:
    """Put in the ages of the heads' and partners' parents, in place."""
    mean, deviation = spread("households", "parents", "before_head")
    parent = np.flatnonzero(who.role == PARENT)
    head = who.head[parent]
    second = np.where(who.role[head + 1] == PARTNER, head + 1, head)
    older = np.maximum(ages[head], ages[second])
    ages[parent] = older + np.maximum(
        rng.normal(mean, deviation, len(parent)), _YOUNGEST_PARENT + 1
    )


def dates_of_birth(
    ages: Floats, day: Day, who: Members, group: Whole, built: Parameters, rng: np.random.Generator
) -> Days:
    """Return days of birth; 1 January for adults whose papers say so, as the day is not known."""
    born = day - ages.astype("m8[D]")
    unknown = rng.random(len(born)) < built.first_of_january[group]
    unknown &= (who.role != CHILD) & (ages > 20 * YEAR)
    return np.where(unknown, born.astype("M8[Y]").astype("M8[D]"), born)
