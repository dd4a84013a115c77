from types import SimpleNamespace

import numpy as np
import pytest
from scipy.stats import chi2

from synthetic_data.bands import YEARS
from synthetic_data.characteristic_fits import last_years
from synthetic_data.codes import NOT_APPLICABLE, codes
from synthetic_data.distributions import distributions
from synthetic_data.people.characteristics import draw_characteristics
from synthetic_data.people.partners import CHILD, HEAD, OTHER, PARTNER, couples, head_of
from synthetic_data.people.picking import pick
from synthetic_data.seeds import stream

N = 200_000
ADULTS = ("sexual_orientation", "gender_identity", "marital_status", "nssec")


@pytest.fixture(scope="module")
def given():
    return distributions()


@pytest.fixture(scope="module")
def singles(given):
    """People who live alone, of the population's ages, sexes and ethnic groups."""
    return alone(given, N, 5)


@pytest.fixture(scope="module")
def drawn(singles, given):
    return draw_characteristics(singles, given, streams(5))


@pytest.fixture(scope="module")
def pairs(given):
    """Adults of the population; who lives with a partner is put beside one of the same age."""
    block = alone(given, N, 6)
    rng = np.random.default_rng(60)  # not the numbers that the people were drawn with
    age = np.minimum(block.age, YEARS - 1)
    with_partner = np.flatnonzero((age >= 16) & (rng.random(N) < given.with_partner[age]))
    with_partner = with_partner[np.argsort(block.age[with_partner], kind="stable")]
    head, partner = with_partner[0:-1:2], with_partner[1::2]
    block.role[partner] = PARTNER
    block.household[partner] = block.household[head]
    block.ethnicity[partner] = block.ethnicity[head]
    same = rng.random(len(head)) < given.same_sex[age[head]]
    block.sex[partner] = np.where(same, block.sex[head], 1 - block.sex[head])
    return block


@pytest.fixture(scope="module")
def of_pairs(pairs, given):
    return draw_characteristics(pairs, given, streams(6))


def streams(seed):
    return lambda purpose: stream(seed, purpose)


def alone(given, n, seed):
    rng = np.random.default_rng(seed)
    joint = (given.ethnicity[:, None] * given.age).ravel()
    ethnicity, age = np.divmod(rng.choice(joint.size, n, p=joint / joint.sum()), YEARS)
    return SimpleNamespace(
        ethnicity=ethnicity,
        age=age,
        sex=(rng.random(n) >= given.female[age]).astype(np.int64),
        household=np.arange(n),
        role=np.full(n, HEAD),
    )


def fits(found, shares):
    """Check counts by a chi-square test with a bound that chance passes once in a million."""
    counts = np.bincount(found, minlength=len(shares))
    shares = np.asarray(shares) / np.sum(shares)
    assert counts[shares == 0].sum() == 0
    counts, expected = counts[shares > 0], len(found) * shares[shares > 0]
    statistic = ((counts - expected) ** 2 / expected).sum()
    assert statistic < chi2.ppf(1 - 1e-6, len(expected) - 1), (counts, expected.round())


@pytest.mark.parametrize("name", ["religion", "disability"])
def test_everybody_has_what_is_published(name, drawn, given):
    fits(drawn[name], given.tables[f"{name}.shares"].values)


@pytest.mark.parametrize("name", ["gender_identity", "nssec"])
def test_adults_have_what_is_published(name, drawn, singles, given):
    fits(drawn[name][singles.age >= 16], given.tables[f"{name}.shares"].values)


@pytest.mark.parametrize("group", range(19))
def test_each_ethnic_group_has_its_religions(group, drawn, singles, given):
    fits(drawn["religion"][singles.ethnicity == group], given.religion[group])


def test_people_were_born_where_is_published(drawn, given):
    region = np.asarray([0, 0, 0, 0, 1, 1, 2, 2, 2, 2, 2, 3, 4, 5])[drawn["country_of_birth"]]
    fits(region, given.tables["country_of_birth.shares"].values)


def test_people_came_when_is_published(drawn, given):
    year = drawn["arrived"][drawn["country_of_birth"] >= 4]
    fits(np.searchsorted(last_years(), year), given.tables["country_of_birth.arrived"].values)


def test_nobody_came_before_birth_and_who_was_born_here_did_not_come(drawn, singles):
    abroad = drawn["country_of_birth"] >= len(codes("uk_country"))
    assert (drawn["arrived"][~abroad] == 0).all()
    assert (drawn["arrived"][abroad] >= 2021 - singles.age[abroad]).all()
    assert drawn["arrived"].max() == 2021


def test_pregnancies_are_as_many_as_births_say(drawn, singles, given):
    pregnant = drawn["pregnant"] == 1
    assert (singles.sex[pregnant] == 0).all()
    assert singles.age[pregnant].min() >= 15
    assert singles.age[pregnant].max() < 45
    expected = (
        given.tables["births.total"].values * given.tables["births.pregnant_years"].values * N
    )
    assert abs(pregnant.sum() - expected) < 6 * np.sqrt(expected)


@pytest.mark.parametrize("name", ADULTS)
def test_some_questions_are_not_for_children(name, drawn, singles):
    assert ((drawn[name] == NOT_APPLICABLE) == (singles.age < 16)).all()


def test_marital_status_of_all_is_near_what_is_published(of_pairs, pairs, given):
    found = np.bincount(of_pairs["marital_status"][pairs.age >= 16], minlength=11)
    shares = given.tables["marital_status.shares"].values
    assert np.abs(found / found.sum() - shares).max() < 0.012


def test_orientation_of_all_is_near_what_is_published(of_pairs, pairs, given):
    found = np.bincount(of_pairs["sexual_orientation"][pairs.age >= 16], minlength=7)
    found = np.append(found[:3], found[3:].sum()) / found.sum()
    shares = given.tables["sexual_orientation.shares"].values
    assert np.abs(found - shares).max() < 0.002


def test_a_couple_by_law_has_one_status_that_fits_their_sexes(of_pairs, pairs):
    both = couples(pairs)
    head = of_pairs["marital_status"][both.head]
    partner = of_pairs["marital_status"][both.partner]
    by_law = np.isin(head, [1, 2, 3, 4])
    assert (np.isin(partner, [1, 2, 3, 4]) == by_law).all()
    assert (head == partner)[by_law].all()
    assert (np.isin(head, [2, 4]) == both.same_sex)[by_law].all()
    assert 0.7 < by_law.mean() < 0.85
    others = np.setdiff1d(np.arange(N), [both.head, both.partner])
    assert not np.isin(of_pairs["marital_status"][others], [1, 2, 3, 4]).any()


def test_couples_of_the_same_sex_are_not_straight(of_pairs, pairs):
    both = couples(pairs)
    for rows in (both.head, both.partner):
        assert (of_pairs["sexual_orientation"][rows[both.same_sex]] != 0).all()


def test_partners_mostly_share_a_religion(of_pairs, pairs, given):
    both = couples(pairs)
    same = of_pairs["religion"][both.head] == of_pairs["religion"][both.partner]
    group = given.religion[pairs.ethnicity[both.head]]
    shared = given.tables["religion.shared"].values[0]
    by_chance = (group**2).sum(axis=1).mean()
    expected = shared + (1 - shared) * by_chance
    assert abs(same.mean() - expected) < 0.01
    fits(of_pairs["religion"][both.partner], group.mean(axis=0))


def test_the_same_streams_draw_the_same(singles, given, drawn):
    again = draw_characteristics(singles, given, streams(5))
    other = draw_characteristics(singles, given, streams(7))
    for name, values in drawn.items():
        assert (values == again[name]).all()
        assert (values != other[name]).any()


def test_a_stream_serves_one_characteristic(singles, given, drawn):
    def others(purpose):
        return stream(5 if purpose == "disability" else 9, purpose)

    found = draw_characteristics(singles, given, others)
    assert (found["disability"] == drawn["disability"]).all()


def test_heads_and_partners_are_found_in_any_order():
    block = SimpleNamespace(
        age=np.asarray([40, 9, 41, 70, 15, 30]),
        sex=np.asarray([0, 0, 1, 0, 1, 1]),
        household=np.asarray([7, 7, 7, 2, 9, 9]),
        role=np.asarray([PARTNER, CHILD, HEAD, OTHER, PARTNER, HEAD]),
    )
    assert head_of(block).tolist() == [2, 2, 2, 3, 5, 5]
    both = couples(block)
    assert (both.head.tolist(), both.partner.tolist()) == ([2], [0])
    assert not both.same_sex.any()


def test_an_empty_block_is_an_empty_answer(given):
    none = np.zeros(0, dtype=np.int64)
    block = SimpleNamespace(ethnicity=none, sex=none, age=none, household=none, role=none)
    assert {len(each) for each in draw_characteristics(block, given, streams(1)).values()} == {0}


def test_what_cannot_be_is_never_picked():
    chances = np.asarray([[0.0, 0.3, 0.0, 0.7, 0.0]])
    drawn = np.asarray([0.0, 0.29999, 0.3, 0.5, np.nextafter(1, 0)])
    rows = (np.zeros(5, dtype=np.int64),)
    assert pick(chances, rows, drawn).tolist() == [1, 1, 3, 3, 3]
