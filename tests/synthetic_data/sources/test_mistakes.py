import numpy as np
import polars as pl
import pytest

from synthetic_data.people import places
from synthetic_data.sources.corrupting import ROLES
from synthetic_data.sources.mistakes import other_group
from synthetic_data.sources.record import record

DAY = np.datetime64("2021-03-21", "D")
KINDS = {
    kind: {role: 0.03 for role in (roles[:1] if kind == "swapped_names" else roles)}
    for kind, roles in ROLES.items()
}
BY = {
    kind: {"ethnicity": {"1": 2.5}, "sex": {"M": 0.5}}
    for kind in (*KINDS, "missing", "wrong_group", "old_address", "duplicates", "merged")
}


@pytest.fixture(scope="module")
def everything(people, spec):
    """A source with every kind of mistake, more of each in some groups."""
    source = spec(
        errors={
            "kinds": KINDS,
            "by": BY,
            "missing": {
                "ethnicity": {"not_stated": 0.05, "prefer_not_to_say": 0.02},
                "date_of_birth": {"not_answered": 0.03, "invalid": 0.01, "placeholder": 0.01},
                "first_name": 0.04,
            },
            "wrong_group": {"ethnicity": 0.1, "religion": 0.05},
            "old_address": 0.2,
            "former_surname": 0.3,
            "duplicates": 0.1,
            "merged": 0.05,
            "unlinkable": 0.04,
        }
    )
    return source, record(people, "health", source, 17, 0)


def test_every_kind_happens_as_often_as_stated_in_every_group(everything, as_expected):
    tally = as_expected(everything[1].tally, ["ethnicity", "sex"], stage="mistake")
    assert set(tally["kind"]) == {
        *KINDS,
        "wrong_group",
        "old_address",
        "former_surname",
        "duplicates",
        "merged",
        "unlinkable",
    }
    with_factors = tally.filter(pl.col("characteristic") == "ethnicity", kind="typing")
    rates = with_factors.select("group", rate=pl.col("chances") / pl.col("n"))
    rate = dict(rates.group_by("group").agg(pl.mean("rate")).iter_rows())
    assert rate["1"] / rate["13"] == pytest.approx(2.5, rel=0.1)


def test_rates_are_those_stated_whatever_the_carelessness(everything):
    tally = everything[1].tally.table().filter(kind="wrong_group", column="religion")
    row = {(c, g): r for _, _, _, c, g, *r in tally.iter_rows()}
    for sex, factor in (("F", 1), ("M", 0.5)):
        n, chances, *_ = row["sex", sex]
        times = factor * (1 + 1.5 / 19)  # one ethnic group of 19 has 2.5 times the chance
        assert chances / n == pytest.approx(0.05 * times, rel=0.06)


def test_missing_values_by_reason(everything, as_expected):
    tally = as_expected(everything[1].tally, ["ethnicity", "sex"], stage="missing")
    assert set(tally.select("column", "kind").unique().iter_rows()) == {
        ("ethnicity", "not_stated"),
        ("ethnicity", "prefer_not_to_say"),
        ("date_of_birth", "not_answered"),
        ("date_of_birth", "invalid"),
        ("date_of_birth", "placeholder"),
        ("first_name", "not_answered"),
    }


def test_the_list_of_errors_agrees_with_the_tally(everything):
    tally = everything[1].tally.table().filter(pl.col("characteristic") == "all")
    listed = pl.from_arrow(everything[1].errors).group_by("stage", "column", "kind").len()
    both = listed.join(tally, on=["stage", "column", "kind"])
    assert (both["len"] <= both["happened"]).all()
    certain = both.filter(
        (pl.col("stage") == "missing")
        | pl.col("kind").is_in(["wrong_group", "old_address", "former_surname", "merged"])
    )
    assert certain.height == 11
    assert (certain["len"] == certain["happened"]).all()


def test_mistakes_come_together(people, spec):
    def both(careless):
        errors = {"missing": {"first_name": 0.1, "surname": 0.1}, "careless": careless}
        found = record(people, "census", spec(errors=errors), 4, 0)
        gone = pl.from_arrow(found.table).select(pl.col("forename", "surname").is_null())
        first, second = gone.to_numpy().T
        assert first.mean() == pytest.approx(0.1, abs=0.01)
        return (first & second).mean() / (first.mean() * second.mean())

    assert both({"share": 0.05, "times": 10}) > 2
    assert both({"share": 0, "times": 10}) == pytest.approx(1, abs=0.25)


def test_a_careless_record_has_at_most_all_mistakes_and_the_rate_stays(people, spec, as_expected):
    errors = {"missing": {"first_name": 0.6}, "careless": {"share": 0.1, "times": 20}}
    found = record(people, "census", spec(errors=errors), 4, 0)
    row = as_expected(found.tally, stage="missing").row(0, named=True)
    assert row["chances"] / row["n"] == pytest.approx(0.6, abs=0.01)
    assert row["happened"] / row["n"] == pytest.approx(0.6, abs=0.015)


def test_a_chance_over_one_is_refused(people, spec):
    errors = {"missing": {"sex": 0.6}, "by": {"missing": {"sex": {"M": 2}}}}
    with pytest.raises(ValueError, match=r"missing of sex in census: .* over 1, for .*sex M"):
        record(people, "census", spec(errors=errors), 4, 0)


@pytest.mark.parametrize(
    ("errors", "said"),
    [
        ({"kinds": {"mumbling": {"surname": 0.1}}}, "no kind of mistake mumbling"),
        ({"kinds": {"typing": {"sex": 0.1}}}, "typing is not of sex, only of first_name"),
        ({"missing": {"nssec": 0.1}}, "missing is stated of nssec, which the source does not hold"),
        ({"wrong_group": {"surname": 0.1}}, "surname cannot be another group's"),
    ],
)
def test_what_cannot_go_wrong_is_refused(people, spec, errors, said):
    with pytest.raises(ValueError, match=said):
        record(people, "census", spec(errors=errors), 4, 0)


def test_another_group_is_never_the_own_and_as_frequent_as_among_the_records():
    codes = np.repeat(np.arange(4, dtype=np.int8), [50_000, 30_000, 20_000, 0])
    rows = np.arange(0, 100_000, 2)
    new = other_group(codes, rows, 4, np.random.default_rng(1))
    assert (new != codes[rows]).all()
    of_first = new[codes[rows] == 0]
    assert np.bincount(of_first, minlength=4)[1:3] / len(of_first) == pytest.approx(
        [0.6, 0.4], abs=0.02
    )


def test_old_addresses_and_former_surnames_are_of_those_who_have_them(people, spec, joined):
    source = spec(errors={"old_address": 1.0, "former_surname": 1.0})
    table, person = joined(record(people, "gp", source, 4, 0), source, people)
    moved = (people.moved[person] <= DAY) & (people.old_address[person] >= 0)
    number = np.where(moved, people.old_address[person], people.address_on(DAY)[person])
    assert table["postcode"].to_list() == places.addresses(number)["postcode"].tolist()
    former = people.former_surname[person]
    expected = np.where(former != np.array(None), former, people.surname[person])
    assert table["surname"].to_list() == expected.tolist()


def test_households_stand_at_an_old_address_together(people, spec):
    errors = {"old_address": 0.5}
    source = spec(errors=errors, coverage={"together": 1.0})
    found = record(people, "gp", source, 4, 0)
    row = found.tally.table().filter(kind="old_address", group="all").row(0, named=True)
    assert row["clustered"] > 1.2 * row["variance"]


def test_second_records_are_of_the_same_people_with_mistakes_of_their_own(people, spec, joined):
    errors = {"duplicates": 0.3, "kinds": {"typing": {"surname": 0.3}}}
    source = spec(errors=errors, coverage={"rate": 0.9})
    found = record(people, "gp", source, 4, 0)
    table, person = joined(found, source, people)
    number, times = np.unique(person, return_counts=True)
    assert np.array_equal(number, np.flatnonzero(found.covered))
    assert set(times) == {1, 2}
    row = found.tally.table().filter(kind="duplicates", group="all").row(0, named=True)
    assert (times == 2).sum() == row["happened"]
    twice = table.with_columns(person=person).filter(pl.Series(np.isin(person, number[times == 2])))
    differs = twice.group_by("person").agg(pl.col("surname").n_unique() == 2)["surname"].mean()
    assert differs == pytest.approx(1 - 0.7**2, abs=0.05)


def test_merged_records_have_name_and_birthday_of_somebody_at_home(people, spec, joined):
    source = spec(errors={"merged": 1.0})
    table, person = joined(record(people, "gp", source, 4, 0), source, people)
    born = people.born <= DAY
    home = {}
    for at in np.flatnonzero(born):
        key = (people.first_name[at], str(people.born[at]))
        home.setdefault(people.household[at], {}).setdefault(key, at)
    for at, first, day in zip(person, table["first_name"], table["date_of_birth"], strict=True):
        others = home[people.household[at]]
        if len(others) > 1:
            assert (first, day) in others
            assert others[first, day] != at
        else:
            assert (first, day) == (people.first_name[at], str(people.born[at]))
    assert table["surname"].to_list() == people.surname_on(DAY)[person].tolist()


def test_unlinkable_records_share_nothing_with_the_truth(people, spec, joined):
    source = spec(errors={"unlinkable": 1.0})
    table, person = joined(record(people, "gp", source, 4, 0), source, people)
    true = {
        "first_name": people.first_name,
        "middle_name": people.middle_name,
        "surname": people.surname_on(DAY),
        "date_of_birth": people.born.astype(str).astype(object),
        **places.addresses(people.address_on(DAY)),
    }
    for role, values in true.items():
        same = table[role].to_numpy() == values[person]
        assert not (same & (values[person] != np.array(None))).any(), role
    assert table["surname"].null_count() == 0


def test_nobody_else_to_take_values_from_leaves_nothing(draw, spec, joined):
    alone = draw(0, 1, 5)
    source = spec(errors={"unlinkable": 1.0, "merged": 1.0})
    table, _ = joined(record(alone, "gp", source, 4, 0), source, alone)
    assert table.height <= 1
    for role in ("first_name", "surname", "date_of_birth", "postcode"):
        assert table[role].null_count() == table.height


def test_deliveries_hold_each_record_once_and_drift_in_one_group(people, spec):
    errors = {"missing": {"surname": 0.05}, "kinds": {"typing": {"first_name": 0.05}}}
    deliveries = {"number": 6, "drift_from": 4, "drift": {"ethnicity": {"13": 3.0}}}
    source = spec(errors=errors, deliveries=deliveries)
    found = record(people, "wave", source, 4, 0)
    counts = np.bincount(found.delivery, minlength=7)
    assert counts[0] == 0
    assert counts[1:] == pytest.approx(np.full(6, counts.sum() / 6), rel=0.1)
    person = found.truth["person"].to_numpy()
    hit = people.codes["ethnicity"][person] == 12
    gone = np.asarray(found.table["surname"].is_null())
    late = found.delivery >= 4
    assert gone[hit & late].mean() == pytest.approx(0.15, abs=0.04)
    assert gone[hit & ~late].mean() == pytest.approx(0.05, abs=0.03)
    assert gone[~hit & late].mean() == pytest.approx(0.05, abs=0.012)


def test_a_source_in_one_part_has_no_deliveries(people, spec):
    assert record(people, "census", spec(), 4, 0).delivery is None
