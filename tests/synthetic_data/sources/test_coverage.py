import numpy as np
import polars as pl
import pytest

from synthetic_data.sources.record import record

DAY = np.datetime64("2021-03-21", "D")


def households(people):
    return np.unique(people.household, return_inverse=True)[1]


def test_the_population_of_a_source_lives_in_the_country_and_has_its_ages_and_groups(people, spec):
    who = {"ages": [16, 64], "only": {"sex": ["F"], "ethnicity": ["1", "13"]}}
    found = record(people, "tax", spec(who=who), 1, 0).eligible
    ages = people.age(DAY)
    assert np.array_equal(
        found,
        people.resident(DAY)
        & (ages >= 16)
        & (ages <= 64)
        & (people.codes["sex"] == 0)
        & np.isin(people.codes["ethnicity"], [0, 12]),
    )


def test_births_and_deaths_are_of_the_year_up_to_the_day(people, spec):
    births = record(people, "births", spec(who={"event": "birth"}), 1, 0).eligible
    assert births.sum() > 100
    assert people.born[births].min() >= np.datetime64("2020-03-22")
    assert people.born[births].max() <= DAY
    assert np.isnat(people.arrived[births]).all()
    deaths = record(people, "deaths", spec(who={"event": "death"}), 1, 0).eligible
    assert deaths.sum() > 100
    assert people.died[deaths].min() >= np.datetime64("2020-03-22")
    assert people.died[deaths].max() <= DAY
    assert not (people.left[deaths] <= people.died[deaths]).any()


COVERAGE = {
    "rate": 0.8,
    "by": {"ethnicity": {"1": 0.5, "13": 1.1}, "sex": {"M": 0.9}, "age": {"20": 0.7}},
}


def test_coverage_is_the_rate_times_the_factors(people, spec, as_expected):
    source = spec(coverage=COVERAGE)
    found = record(people, "census", source, 3, 0)
    tally = as_expected(found.tally, ["ethnicity", "sex", "age"], stage="covered")
    groups = {
        (name, code): people.group(name, DAY) == at
        for name, code, at in (("ethnicity", "1", 0), ("sex", "M", 1), ("age", "20", 4))
    }
    chance = 0.8 * np.prod(
        [np.where(groups[key], COVERAGE["by"][key[0]][key[1]], 1) for key in groups]
        + [np.where(people.codes["ethnicity"] == 12, 1.1, 1)],
        axis=0,
    )
    for (name, code), members in groups.items():
        row = tally.row(by_predicate=(pl.col("characteristic") == name) & (pl.col("group") == code))
        about = members & found.eligible
        counted = dict(zip(tally.columns, row, strict=True))
        assert counted["n"] == about.sum()
        assert counted["chances"] == pytest.approx(chance[about].sum())
        assert counted["variance"] == pytest.approx((chance * (1 - chance))[about].sum())
        assert counted["happened"] == (about & found.covered).sum()
    assert not (found.covered & ~found.eligible).any()


def test_households_stand_or_fall_together(people, spec):
    home = households(people)

    def alike(share):
        coverage = {"rate": 0.5, "together": share}
        found = record(people, "census", spec(coverage=coverage), 5, 0)
        rows = np.flatnonzero(found.eligible)
        n, inside = np.bincount(home[rows]), np.bincount(home[rows], found.covered[rows])
        row = found.tally.table().row(
            by_predicate=(pl.col("stage") == "covered") & (pl.col("group") == "all"), named=True
        )
        residual = inside - 0.5 * n
        assert row["clustered"] == pytest.approx((residual**2).sum())
        return np.mean((inside == 0) | (inside == n)), row["clustered"] / row["variance"]

    all_alike, wide = alike(1.0)
    some_alike, narrow = alike(0.0)
    assert all_alike == 1
    assert some_alike < 0.7
    assert wide > 2
    assert narrow == pytest.approx(1, abs=0.1)


SURVEY = {
    "kind": "survey",
    "sample": {
        "share": 0.3,
        "by": {"region": {"london": 2.0}},
        "proxy": 0.2,
        "online": 0.4,
    },
    "coverage": {"rate": 0.6, "by": {"sex": {"M": 0.8}}},
    "columns": {
        "first_name": "first_name",
        "weight": "design_weight",
        "answered_by": "by",
        "mode": "mode",
        "region": "region",
    },
}


def test_a_survey_asks_households_and_weights_them_by_their_chance(
    people, spec, joined, as_expected
):
    source = spec(**SURVEY)
    found = record(people, "lfs", source, 2, 0)
    as_expected(found.tally, ["region", "sex"], stage="sampled")
    as_expected(found.tally, ["region", "sex"], stage="covered")
    table, person = joined(found, source, people)
    london = people.codes["region"][person] == 6
    weight = table["weight"].cast(float).to_numpy()
    assert np.allclose(weight, np.where(london, 1 / 0.6, 1 / 0.3), atol=1e-4)
    response = np.where(people.codes["sex"][person] == 1, 0.48, 0.6)
    total = (weight / response).sum()
    assert total == pytest.approx(found.eligible.sum(), rel=0.06)


def test_others_answer_for_children_and_for_some_adults(people, spec, joined, as_expected):
    source = spec(**SURVEY)
    found = record(people, "lfs", source, 2, 0)
    as_expected(found.tally, stage="answered", kind="proxy")
    as_expected(found.tally, stage="answered", kind="online")
    table, person = joined(found, source, people)
    adult = people.age(DAY)[person] >= 16
    by = table["answered_by"].to_numpy()
    assert set(by[~adult]) == {"other"}
    assert 0.05 < (by[adult] == "other").mean() < 0.2
    home = people.household[person]
    mode = dict(zip(home, table["mode"], strict=True))
    assert all(mode[h] == m for h, m in zip(home, table["mode"], strict=True))
    assert set(mode.values()) == {"online", "interview"}


def test_a_chance_over_one_is_refused_with_whose_it_is(people, spec):
    with pytest.raises(ValueError, match=r"coverage of census: .* 1.2, over 1, for ethnicity 3"):
        record(people, "census", spec(coverage={"by": {"ethnicity": {"3": 1.2}}}), 1, 0)
    # not of those whom the source is not about
    only = {"only": {"ethnicity": ["1"]}}
    record(people, "census", spec(who=only, coverage={"by": {"ethnicity": {"3": 1.2}}}), 1, 0)


@pytest.mark.parametrize(
    ("by", "said"),
    [
        ({"colour": {"red": 1}}, "no characteristic colour"),
        ({"ethnicity": {"20": 1}}, "ethnicity has no group 20"),
    ],
)
def test_unknown_groups_are_refused(people, spec, by, said):
    with pytest.raises(ValueError, match=said):
        record(people, "census", spec(coverage={"by": by}), 1, 0)
