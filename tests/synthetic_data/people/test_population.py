import numpy as np
import pytest
from scipy.stats import chi2_contingency

from synthetic_data.people.population import BLOCK, NAMES, draw_block
from synthetic_data.people.vocabulary import (
    CHILD,
    COMMUNAL,
    COUPLE,
    FAMILY,
    HEAD,
    KINDS,
    LONE_PARENT,
    PARTNER,
    STUDENTS,
    TRAVELLER_SITE,
)


def joined(blocks, of):
    return np.concatenate([of(block) for block in blocks])


def joined_where(blocks, which, of):
    return np.concatenate([of(block)[rows] for block, rows in zip(blocks, which, strict=True)])


@pytest.mark.parametrize("n", [1, 50, 2000])
def test_a_block_is_the_same_whatever_was_drawn_before(n, described, arrays):
    alone = arrays(draw_block(2, n, 9, described()))
    draw_block(1, 300, 9, described())
    draw_block(2, 40, 8, described(groups="by_person"))
    for name, values in arrays(draw_block(2, n, 9, described())).items():
        np.testing.assert_array_equal(values, alone[name], name)


def test_blocks_and_seeds_differ_in_people_and_share_no_number(described):
    drawn = [draw_block(block, 2000, seed, described()) for block, seed in ((0, 1), (1, 1), (0, 2))]
    born = [people.born for people in drawn]
    assert all((born[a] != born[b]).mean() > 0.9 for a, b in ((0, 1), (0, 2), (1, 2)))
    homes = [{*people.address, *people.old_address} - {-1} for people in drawn[:2]]
    assert not homes[0] & homes[1]


def test_births_of_different_blocks_are_independent(blocks):
    """People at the same place of two blocks have nothing in common, after who comes first."""
    one, other = (people.born[BLOCK // 4 :].astype(float) for people in blocks[:2])
    assert abs(np.corrcoef(one, other)[0, 1]) < 5 / np.sqrt(BLOCK)


def test_nearly_all_live_in_the_country_on_the_day(blocks, day):
    here = joined(blocks, lambda people: people.resident(day))
    later = joined(blocks, lambda people: people.born > day)
    died = joined(blocks, lambda people: people.died)
    assert 0.96 < here.mean() < 0.98
    assert 0.008 < later.mean() < 0.016
    for since, until in ((-366, 0), (0, 366)):  # some 9 in 1,000 a year
        assert 0.005 < ((died > day + since) & (died <= day + until)).mean() < 0.014


def test_every_kind_of_household_is_there(blocks):
    kinds = joined(blocks, lambda people: people.codes["household_kind"])
    assert set(np.unique(kinds)) == set(range(len(KINDS)))


def test_care_homes_hold_the_oldest(blocks, day):
    found = 0
    for people in blocks:
        communal = people.codes["household_kind"] == COMMUNAL
        for home in np.unique(people.household[communal]):
            ages = people.age(day)[people.household == home]
            if np.median(ages) > 75:  # a care home
                found += 1
                assert (ages >= 85).mean() > 0.25
    assert found >= len(blocks)


def test_several_families_stand_on_one_site(blocks):
    on_site = [
        (people.codes["household_kind"] == TRAVELLER_SITE) & (people.address >= 0)
        for people in blocks
    ]
    households = joined_where(blocks, on_site, lambda people: people.household)
    addresses = joined_where(blocks, on_site, lambda people: people.address)
    assert len(np.unique(households)) > 3 * len(np.unique(addresses)) > 0
    group = joined_where(blocks, on_site, lambda people: people.codes["ethnicity"])
    assert (group == NAMES["ethnicity"].index("15")).mean() > 0.4


def test_most_young_adults_move_and_few_of_the_old(blocks, day):
    age = joined(blocks, lambda people: people.age(day))
    year = joined(blocks, lambda p: (p.moved <= day) & (p.moved > day - 365) & p.resident(day))
    rate = {low: year[(age >= low) & (age < low + 10)].mean() for low in (20, 40, 70)}
    assert rate[20] > 1.5 * rate[40] > 1.5 * rate[70] > 0.01


def test_old_addresses_are_often_where_others_live_now(blocks):
    for people in blocks:
        old = people.old_address[people.old_address >= 0]
        assert 0.3 < np.isin(old, people.address).mean() < 0.7


def test_who_moved_into_an_old_address_came_after_the_last_had_left(blocks):
    for people in blocks:
        couples = (people.role == HEAD) & np.isin(people.codes["household_kind"], (COUPLE, FAMILY))
        couples &= ~np.isnat(people.moved)
        lives = dict(zip(people.address[couples], people.moved[couples], strict=True))
        followed = [row for row in np.flatnonzero(couples) if people.old_address[row] in lives]
        assert len(followed) > 100
        assert all(people.moved[row] < lives[people.old_address[row]] for row in followed)


def test_students_come_from_families_of_their_surname(blocks):
    for people in blocks:
        families = np.isin(people.codes["household_kind"], (COUPLE, FAMILY, LONE_PARENT))
        at_home = set(zip(people.address[families], people.surname[families], strict=True))
        students = np.flatnonzero(
            (people.codes["household_kind"] == STUDENTS) & (people.old_address >= 0)
        )
        same = [(people.old_address[row], people.surname[row]) in at_home for row in students]
        assert np.mean(same) > 0.5


def test_couples_often_share_a_surname_and_children_mostly_have_one_of_the_home(blocks):
    for people in blocks:
        partner = np.flatnonzero(people.role == PARTNER)
        same = people.surname[partner] == people.surname[partner - 1]
        assert 0.4 < same.mean() < 0.8
        child = np.flatnonzero(people.role == CHILD)
        first = np.searchsorted(people.household, people.household)[child]
        of_head = people.surname[child] == people.surname[first]
        of_other = (people.role[first + 1] == PARTNER) & (
            people.surname[child] == people.surname[np.minimum(first + 1, BLOCK - 1)]
        )
        assert (of_head | of_other).mean() > 0.9  # the others have both, or the father's first


def test_children_of_mixed_groups_mostly_have_parents_of_two_others(blocks):
    white_british, african, mixed = (NAMES["ethnicity"].index(code) for code in ("13", "6", "10"))
    groups = [
        {int(people.codes["ethnicity"][first]), int(people.codes["ethnicity"][first + 1])}
        for people in blocks
        for row in np.flatnonzero((people.role == CHILD) & (people.codes["ethnicity"] == mixed))
        for first in [np.searchsorted(people.household, people.household[row])]
        if people.role[first + 1] == PARTNER
    ]
    assert len(groups) > 30
    assert np.mean([each == {white_british, african} for each in groups]) > 0.5


def test_nobody_lives_with_their_namesake_but_by_rare_chance(blocks):
    for people in blocks:
        private = people.codes["household_kind"] != COMMUNAL
        named = list(zip(people.household[private], people.first_name[private], strict=True))
        assert 1 - len(set(named)) / len(named) < 0.002


@pytest.mark.parametrize("share", [0.0, 0.4, 1.0])
def test_lookalikes_are_twins_with_one_initial(share, described):
    people = draw_block(0, 8000, 5, described(lookalikes=share))
    child = np.flatnonzero(people.role == CHILD)
    homes = len(np.unique(people.household[child]))
    twin = child[1:][
        (people.household[child[1:]] == people.household[child[:-1]])
        & (people.born[child[1:]] == people.born[child[:-1]])
    ]
    alike = [people.first_name[row][0] == people.first_name[row - 1][0] for row in twin]
    assert all(people.first_name[row] != people.first_name[row - 1] for row in twin)
    found = len(np.unique(people.household[twin[np.asarray(alike, bool)]])) / homes
    assert found == pytest.approx(share, abs=0.03 if share < 1 else 0.005)


def test_as_published_characteristics_go_with_names_and_kinds(blocks):
    assert probability(blocks, "ethnicity", background) < 1e-12
    assert probability(blocks, "ethnicity", kind) < 1e-12
    assert probability(blocks, "religion", background) < 1e-12


@pytest.mark.parametrize("name", ["ethnicity", "religion", "disability", "nssec", "deprivation"])
def test_by_person_characteristics_go_with_nothing(name, described):
    blocks = [draw_block(block, BLOCK, 11, described(groups="by_person")) for block in range(3)]
    for other in (background, kind, moved, role):
        assert probability(blocks, name, other) > 1e-4, other.__name__
    if name != "ethnicity":
        assert probability(blocks, name, lambda people: people.codes["ethnicity"]) > 1e-4


def test_by_household_characteristics_are_one_a_household_and_go_with_nothing(described):
    blocks = [draw_block(block, BLOCK, 11, described(groups="by_household")) for block in range(3)]
    for people in blocks:
        first = np.searchsorted(people.household, people.household)
        for name in ("ethnicity", "religion", "disability", "region", "deprivation"):
            assert (people.codes[name] == people.codes[name][first]).all(), name
    heads = [people.role == HEAD for people in blocks]
    for other in (background, kind):
        assert probability(blocks, "ethnicity", other, heads) > 1e-4, other.__name__


def test_by_person_the_shares_of_groups_stay_and_so_does_everything_else(described, arrays):
    one = arrays(draw_block(0, BLOCK, 11, described()))
    other = arrays(draw_block(0, BLOCK, 11, described(groups="by_person")))
    for name in (
        "born",
        "surname",
        "address",
        "moved",
        "died",
        "codes.sex",
        "codes.household_kind",
    ):
        np.testing.assert_array_equal(one[name], other[name], name)
    for name in ("ethnicity", "religion", "nssec", "marital_status"):
        counts = [np.bincount(each[f"codes.{name}"] + 1) for each in (one, other)]
        assert (counts[0] == counts[1]).all(), name


def background(people):
    return np.unique(people.background.astype(str), return_inverse=True)[1]


def kind(people):
    return people.codes["household_kind"]


def moved(people):
    return ~np.isnat(people.moved)


def role(people):
    return people.role


def probability(blocks, name, other, which=None):
    """Return that of as strong an association by chance, leaving small groups out."""
    which = which or [np.ones(len(people.number), bool) for people in blocks]
    pairs = zip(blocks, which, strict=True)
    values = [(people.codes[name][rows], other(people)[rows]) for people, rows in pairs]
    one, two = (np.concatenate(each) for each in zip(*values, strict=True))
    table = np.zeros((one.max() + 2, int(two.max()) + 2))
    np.add.at(table, (one + 1, two.astype(int) + 1), 1)
    table = table[1:]
    table = table[np.argsort(table.sum(axis=1))[::-1]]
    expected = table.sum(axis=1)[:, None] * table.sum(axis=0) / table.sum()
    keeps = (expected.max(axis=1) > 20), (expected.max(axis=0) > 20)
    table = table[keeps[0]][:, keeps[1]]
    return chi2_contingency(table).pvalue
