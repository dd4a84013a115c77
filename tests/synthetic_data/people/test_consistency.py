"""What can be true of people at all, in every population."""

from datetime import date

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from synthetic_data.people.places import deprivation, region
from synthetic_data.people.population import BLOCK, NAMES, ROLES, draw_block
from synthetic_data.people.vocabulary import (
    CHILD,
    COMMUNAL,
    HEAD,
    NO_FIXED_ABODE,
    PARENT,
    PARTNER,
    RESIDENT,
)
from synthetic_data.spec.schema import Population

YEAR = np.timedelta64(365, "D")
NONE = -1
SPECIFICATIONS = st.builds(
    Population,
    day=st.dates(date(2001, 1, 1), date(2035, 12, 31)),
    years_before=st.integers(1, 30),
    years_after=st.integers(0, 10),
    groups=st.sampled_from(["as_published", "by_person", "by_household"]),
    lookalikes=st.sampled_from([0.0, 0.5, 1.0]),
)


@given(SPECIFICATIONS, st.integers(1, 400), st.integers(0, 2**40), st.integers(0, 500))
@settings(max_examples=60, deadline=None)
def test_whatever_is_asked_for_is_possible(population, n, seed, block):
    check(draw_block(block, n, seed, population), population, n, block)


@pytest.mark.parametrize("years_after", [0, 10])
def test_so_is_a_whole_block(years_after):
    population = Population(day=date(2021, 3, 21), years_before=30, years_after=years_after)
    check(draw_block(1, BLOCK, 3, population), population, BLOCK, 1)


def check(people, population, n, block):
    day = np.datetime64(population.day)
    check_shape(people, n, block)
    check_codes(people, day)
    check_days(people, day, population)
    check_addresses(people)
    check_families(people)
    check_names(people)


def check_shape(people, n, block):
    assert (people.number == block * BLOCK + np.arange(n)).all()
    assert (np.diff(people.household) >= 0).all()
    assert people.household[0] == block * BLOCK
    assert people.household[-1] < (block + 1) * BLOCK
    for values in (*people.codes.values(), *people.outcomes.values(), people.moved):
        assert values.shape == (n,)


def check_codes(people, day):
    assert set(people.codes) == set(NAMES) - {"age"}
    assert set(np.unique(people.role)) <= set(range(len(ROLES)))
    for name, codes in people.codes.items():
        assert codes.dtype == np.int8, name
        assert codes.min() >= -1, name
        assert codes.max() < len(NAMES[name]), name
    age = people.age(day)
    for name in ("marital_status", "sexual_orientation", "gender_identity", "nssec"):
        assert ((people.codes[name] == -1) == (age < 16)).all(), name
    mothers = people.codes["pregnant"] == 1
    assert (people.codes["sex"][mothers] == 0).all()
    assert ((age[mothers] >= 16) & (age[mothers] < 50)).all()
    assert (age[people.codes["looked_after"] == 1] < 18).all()
    assert ((people.group("age", day) == -1) == (people.born > day)).all()


def check_days(people, day, population):
    before, after = population.years_before * 366, population.years_after * 366
    assert not (people.died < people.born).any()
    assert not (people.arrived < people.born).any()
    assert not (people.left <= people.arrived).any()
    assert not ((people.died <= people.arrived) | (people.died >= people.left)).any()
    assert not (people.moved <= people.born).any()
    assert not (people.moved <= people.arrived).any()
    assert not ((people.moved >= people.died) | (people.moved >= people.left)).any()
    assert not (people.renamed < people.born + 16 * YEAR).any()
    assert not ((people.renamed >= people.died) | (people.renamed > day)).any()
    assert (people.born <= day + after).all()
    for days in (people.moved, people.renamed):
        assert not (days < day - before).any()
    for days in (people.died, people.left):
        assert not ((days < day - 366) | (days > day + after)).any()
    assert not (people.resident(day) & (people.died <= day)).any()
    assert not (people.resident(day) & (people.born > day)).any()


def check_addresses(people):
    assert (np.isnat(people.moved) <= (people.old_address == NONE)).all()
    assert not ((people.address == people.old_address) & (people.address != NONE)).any()
    homeless = people.codes["household_kind"] == NO_FIXED_ABODE
    assert (people.address[homeless & ~np.isnat(people.moved)] == NONE).all()
    stays = np.isnat(people.died) & np.isnat(people.left) & ~homeless
    assert (people.address[stays] != NONE).all()
    _, home = np.unique(people.household[stays], return_inverse=True)
    first = np.searchsorted(home, home)
    assert (people.address[stays] == people.address[stays][first]).all()
    for addresses in (people.address, people.old_address):
        assert (region(addresses) < len(NAMES["region"])).all()
        assert (deprivation(addresses) < 10).all()


def check_families(people):
    heads = np.flatnonzero(people.role == HEAD)
    first = np.searchsorted(people.household, people.household)
    assert (people.role[first] == np.where(people.role == RESIDENT, RESIDENT, HEAD)).all()
    assert len(np.unique(people.household[heads])) == len(heads)
    partner = np.flatnonzero(people.role == PARTNER)
    assert (partner - 1 == first[partner]).all()
    parents = {int(people.household[row]): [row] for row in heads}
    for row in partner:
        parents[int(people.household[row])].append(row)
    for row in np.flatnonzero(people.role == CHILD):
        for parent in parents[int(people.household[row])]:
            assert people.born[row] - people.born[parent] >= 15 * YEAR
            assert not people.died[parent] <= people.born[row] - 300
    for row in np.flatnonzero(people.role == PARENT):
        assert people.born[first[row]] - people.born[row] >= 15 * YEAR
    residents = people.household[people.codes["household_kind"] == COMMUNAL]
    assert not len(residents) or np.unique(residents, return_counts=True)[1].min() >= 20


def check_names(people):
    for names in (people.first_name, people.surname, people.background):
        assert all(isinstance(name, str) and name for name in names)
    former = np.asarray([name is not None for name in people.former_surname])
    assert (former == ~np.isnat(people.renamed)).all()
    assert not (people.former_surname == people.surname)[former].any()
