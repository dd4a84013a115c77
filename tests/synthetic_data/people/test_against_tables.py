"""The people come out as the distributions say that they are drawn from."""

import numpy as np
import pytest

from synthetic_data.distributions import distributions
from synthetic_data.people.households import draw_households
from synthetic_data.people.population import BLOCK, NAMES, draw_block
from synthetic_data.people.vocabulary import CHILD, COMMUNAL, HEAD, KINDS
from synthetic_data.seeds import stream

PRIVATE = COMMUNAL  # the kinds before it


@pytest.fixture(scope="module")
def given():
    return distributions()


@pytest.fixture(scope="module")
def here(blocks, day):
    """Return what is true of those who live in the country on the day."""

    def of(people_to_values):
        return np.concatenate([people_to_values(each)[each.resident(day)] for each in blocks])

    return of


def near(observed, expected, n, households=1.0):
    spread = np.sqrt(np.maximum(expected * (1 - expected), 1 / n) / n * households)
    assert (np.abs(observed - expected) < 4.5 * spread).all(), (observed, expected, spread)


def test_households_are_of_the_sizes_and_kinds_of_the_tables(given):
    homes = draw_households(400_000, given, stream(5, "test"))
    private = homes.kind < PRIVATE
    n = private.sum()
    kinds = np.bincount(homes.kind[private], minlength=PRIVATE) / n
    near(kinds, given.heads @ given.household_kind, n)
    sizes = np.bincount(homes.size[private], minlength=9)[1:] / n
    table = np.einsum("g,gk,gks->s", given.heads, given.household_kind, given.household_size)
    near(sizes, table, n)


def test_a_size_is_that_of_the_people_of_the_household(blocks, day, given):
    sizes = np.zeros(9)
    for people in blocks:
        lived = (people.codes["household_kind"] < PRIVATE) & (people.born <= day)
        count = np.bincount(people.household[lived] % BLOCK)
        sizes += np.bincount(np.minimum(count[count > 0], 8), minlength=9)
    table = np.einsum("g,gk,gks->s", given.heads, given.household_kind, given.household_size)
    near(sizes[1:] / sizes.sum(), table, sizes.sum())


def test_ethnic_groups_are_as_frequent_as_published(here, given):
    group = here(lambda people: people.codes["ethnicity"])
    shares = np.bincount(group, minlength=19) / len(group)
    np.testing.assert_allclose(shares, given.ethnicity, rtol=0.25, atol=0.001)


def test_ages_come_near_those_published(here, day, given):
    limits = np.asarray([0, 5, 10, 16, 20, 25, 30, 35, 40, 45, 50, 55, 60, 65, 70, 75, 80, 85])
    age = here(lambda people: people.age(day))
    found = np.bincount(np.searchsorted(limits, age, side="right") - 1) / len(age)
    published = np.add.reduceat(given.ethnicity @ given.age, limits)
    np.testing.assert_allclose(found, published, rtol=0.25)
    female = here(lambda people: people.codes["sex"] == 0)
    assert female.mean() == pytest.approx(0.51, abs=0.01)


@pytest.mark.parametrize("name", ["religion", "disability", "nssec", "marital_status", "region"])
def test_characteristics_come_near_their_shares(name, here, given):
    codes = here(lambda people: people.codes[name])
    found = np.bincount(codes[codes >= 0], minlength=len(NAMES[name])) / (codes >= 0).sum()
    if name == "region":
        published = given.ethnicity @ given.region
    else:
        published = given.tables[f"{name}.shares"].values
    np.testing.assert_allclose(found, published, rtol=0.25, atol=0.02)


def test_births_deaths_and_care_are_about_as_many_as_published(blocks, here, day, given):
    n = len(here(lambda people: people.number))
    born = np.concatenate([people.born for people in blocks])
    died = np.concatenate([people.died for people in blocks])
    births = float(given.tables["births.total"].values)
    assert (born > day).sum() / n == pytest.approx(births, rel=0.25)
    assert ((born <= day) & (born > day - 365)).sum() / n == pytest.approx(births, rel=0.25)
    of_age = given.ethnicity @ given.age
    deaths = of_age @ (given.female * given.deaths[0] + (1 - given.female) * given.deaths[1])
    assert (died > day).sum() / n == pytest.approx(deaths, rel=0.3)
    young = here(lambda people: people.age(day) < 18)
    care = here(lambda people: people.codes["looked_after"])[young].mean()
    assert care == pytest.approx(float(given.tables["looked_after.rate"].values), rel=0.35)


def test_children_born_abroad_came_with_the_first_of_the_household(blocks):
    for people in blocks:
        first = np.searchsorted(people.household, people.household)
        child = np.flatnonzero((people.role == CHILD) & ~np.isnat(people.arrived))
        assert len(child) > 20
        assert (people.arrived[child] == people.arrived[first[child]]).all()
        born_here = np.flatnonzero((people.role == CHILD) & np.isnat(people.arrived))
        assert not (people.born[born_here] < people.arrived[first[born_here]]).any()


def test_a_specification_lays_its_own_figures_over(described):
    kinds = {str(code): dict.fromkeys(KINDS[:PRIVATE], 0) for code in NAMES["ethnicity"]}
    for row in kinds.values():
        row["alone"] = 1
    alone = described(tables={"households": {"kinds": {"values": kinds}}})
    people = draw_block(0, 3000, 1, alone)
    private = people.codes["household_kind"] < PRIVATE
    assert (people.role[private] == HEAD).mean() > 0.99
