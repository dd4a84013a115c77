import numpy as np
import polars as pl
import pytest

from linkage.standardise.postcodes import uk_postcode
from synthetic_data.population import draw_population


@pytest.mark.parametrize("n", [100, 200, 201, 202, 203, 1000])
def test_there_are_as_many_people_as_asked_for(n, built):
    people = draw_population(n, n, built).people
    assert people["person"].to_list() == list(range(n))
    assert people.null_count().drop("former_surname", "middle_name").row(0) == (0,) * (
        people.width - 2
    )


def test_shares_of_the_groups_are_those_declared(population, built, near):
    group = population.people["group"].to_numpy()
    for index, share in enumerate(built.shares):
        near((group == index).mean(), share, len(group), households=6)


def test_a_household_shares_one_address(population):
    homes = population.people.group_by("household").agg(pl.col("address").n_unique())
    assert homes["address"].max() == 1
    assert (
        population.people.group_by("address").agg(pl.col("household").n_unique())["household"].max()
        == 1
    )


def test_children_have_a_surname_of_the_home_and_parents_old_enough(population):
    grown = population.people.filter(pl.col("age") >= 18).group_by("household")
    adults = grown.agg(names="surname", oldest=pl.col("age").max())
    young = population.people.filter(pl.col("age") < 16).join(adults, on="household")
    assert len(young) > 1000
    of_the_home = young.select(pl.col("names").list.contains(pl.col("surname"))).to_series()
    assert of_the_home.mean() > 0.85  # the others have both parents', or a name of their own
    british = young["background"] == "british"
    assert of_the_home.filter(british & ~young["surname"].str.contains("-")).mean() > 0.98
    assert young.select((pl.col("oldest") - pl.col("age")).min()).item() >= 17


def test_nobody_lives_with_their_namesake_but_by_rare_chance(population):
    same = population.people.select(
        pl.struct("household", "first_name").is_duplicated().mean()
    ).item()
    assert same < 0.002


def test_wives_may_have_changed_their_surname_and_nobody_else(population):
    changed = population.people.filter(pl.col("former_surname").is_not_null())
    assert len(changed) > 1000
    assert set(changed["sex"]) == {"F"}


def test_ages_and_dates_agree(population, built):
    people = population.people
    assert people["date_of_birth"].max() <= built.reference_day.item()
    assert (people["age"].to_numpy() == built.age(people["date_of_birth"].to_numpy())).all()
    assert people["age"].max() <= 105


def test_papers_say_the_first_of_january_as_often_as_declared(population, built, near):
    people = population.people
    first = people.select(pl.col("date_of_birth").dt.ordinal_day() == 1).to_series().to_numpy()
    expected = built.by_group["first_of_january"][people["group"].to_numpy()]
    near(first.mean(), (expected + (1 - expected) / 365.25).mean(), len(people), households=1.5)
    often = expected >= 0.03
    assert first[often].mean() > 5 * first[expected <= 0.001].mean()


def test_twins_are_born_on_one_day(population):
    children = population.people.filter(pl.col("age") < 16)
    twins = children.select(pl.struct("household", "date_of_birth").is_duplicated().mean()).item()
    assert 0.003 < twins < 0.05


def test_postcodes_pass_the_rules_and_lie_in_one_street(population):
    addresses = population.addresses
    codes = addresses["postcode"].unique().to_list()
    assert all(uk_postcode(code).values[0] == code for code in codes)
    streets = addresses.group_by("postcode").agg(pl.struct("street", "town").n_unique())
    assert streets["street"].max() == 1
    assert addresses.is_duplicated().sum() == 0


def test_some_activity_for_all_of_working_age(population):
    shares = dict(population.people.group_by("activity").agg(pl.col("age").min()).iter_rows())
    assert shares["-8"] == 0
    assert shares["retired"] == 65
    assert np.all([age >= 16 for name, age in shares.items() if name != "-8"])
