import numpy as np
import pytest

from synthetic_data.seeds import stream
from synthetic_data.sources import CENSUS, REGISTER, SURVEY, coverage, together


@pytest.mark.parametrize("source", ["census", "register"])
def test_coverage_is_recovered_overall_and_by_group_age_and_sex(
    source, population, built, inside, near
):
    people, found = population.people, inside[source]
    expected = coverage(people, source, built)
    near(found.mean(), expected.mean(), len(found), households=3)
    groups = [people["group"].to_numpy() == code for code in range(len(built.codes))]
    ages = [people["age"].is_between(low, low + 9).to_numpy() for low in range(0, 90, 10)]
    sexes = [people["sex"].to_numpy() == sex for sex in "FM"]
    for each in (*groups, *ages, *sexes):
        near(found[each].mean(), expected[each].mean(), each.sum(), households=3)


def test_the_survey_is_a_sample_with_non_response(population, built, inside, near):
    expected = coverage(population.people, "survey", built) * built.survey_sample
    near(inside["survey"].mean(), expected.mean(), len(expected), households=1.5)


def test_groups_differ_as_declared(population, built, inside):
    group = population.people["group"].to_numpy()
    other, british = built.codes.index("17"), built.codes.index("13")
    for source, gap in (("census", 0.06), ("register", 0.08)):
        rate = [inside[source][group == each].mean() for each in (british, other)]
        assert rate[0] - rate[1] > gap


def test_given_the_person_sources_do_not_depend_on_each_other(population, built, inside):
    """Two lists that are independent within strata: what capture-recapture stands on."""
    people = population.people
    both = inside["census"] & inside["register"]
    chance = coverage(people, "census", built) * coverage(people, "register", built)
    assert both.mean() == pytest.approx(chance.mean(), abs=0.006)


def test_households_stand_together_without_changing_the_rate():
    home = np.repeat(np.arange(20_000), 2)
    luck = together(home, 0.6, np.random.default_rng(1)).reshape(-1, 2)
    assert (luck < 0.1).mean() == pytest.approx(0.1, abs=0.006)
    assert (luck < 0.1).all(axis=1).mean() > 0.03  # 0.01 if each stood alone


def test_sources_write_dates_and_sexes_each_in_its_own_way():
    assert len({each.dates for each in (CENSUS, REGISTER, SURVEY)}) == 3
    assert len({tuple(each.sexes.values()) for each in (CENSUS, REGISTER, SURVEY)}) == 3


def test_streams_are_their_own():
    assert stream(1, "a").random() == stream(1, "a").random()
    assert stream(1, "a").random() != stream(1, "b").random()
    assert stream(1, "a").random() != stream(2, "a").random()
