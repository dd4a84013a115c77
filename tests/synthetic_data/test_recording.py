import numpy as np
import polars as pl
import pytest

from synthetic_data.recording import record
from synthetic_data.seeds import stream
from synthetic_data.sources import CENSUS, REGISTER


@pytest.fixture(scope="module")
def written(population, built):
    """The records of everybody in each source, beside what is true of them."""
    everybody = np.ones(len(population.people), bool)
    return {
        each.name: record(population, everybody, each, built, stream(5, each.name))
        for each in (CENSUS, REGISTER)
    }


@pytest.mark.parametrize("role", ["first_name", "date_of_birth", "sex", "postcode", "activity"])
def test_missing_values_are_as_many_as_declared(role, written, population, built, near):
    times = built.by_group["missing"][population.people["group"].to_numpy()]
    expected = built.mistakes["census"].missing[role] * times
    missing = written["census"][role].is_null().to_numpy()
    near(missing.mean(), expected.mean(), len(missing), households=1.5)
    often = times >= 1.5
    near(missing[often].mean(), expected[often].mean(), often.sum(), households=1.5)


def test_wrong_first_names_are_as_many_as_declared(written, population, built, near):
    people, rates = population.people, built.mistakes["census"]
    group = people["group"].to_numpy()
    given = written["census"]["first_name"].is_not_null().to_numpy()
    wrong = (written["census"]["first_name"] != people["first_name"]).fill_null(False).to_numpy()
    typing, respelling, swapped = (
        built.by_group[name][group] for name in ("typing", "respelling", "swapped_names")
    )
    expected = (
        rates.typing["first_name"] * typing
        + rates.respelling["first_name"] * respelling
        + rates.swapped_names * swapped
    )
    # two mistakes may meet in a name
    assert 0.88 * expected.mean() < wrong[given].mean() < 1.05 * expected.mean()
    chinese, british = (group == built.codes.index(code) for code in ("2", "13"))
    assert wrong[chinese].mean() > 2 * wrong[british].mean()


def test_old_addresses_are_as_many_as_declared_and_most_at_20_to_29(written, population, built):
    people = population.people
    now = population.addresses["town"].gather(people["address"]).str.to_uppercase()
    was = population.addresses["town"].gather(people["old_address"]).str.to_uppercase()
    moved = (written["register"]["post_town"] == was) & (was != now)
    can = (was != now).to_numpy()
    rate = built.mistakes["register"].old_address
    by_age = {
        low: moved.to_numpy()[can & people["age"].is_between(low, high).to_numpy()].mean()
        for low, high in ((20, 29), (65, 84))
    }
    assert by_age[20] == pytest.approx(3.0 * rate, rel=0.2)
    assert by_age[65] == pytest.approx(0.3 * rate, rel=0.4)


def test_former_surnames_stand_in_the_register_only(written, population, built):
    former = population.people["former_surname"]
    wives = former.is_not_null().to_numpy()
    other = wives & (former != population.people["surname"]).fill_null(False).to_numpy()
    stale = (written["register"]["family_name"] == former.str.to_uppercase()).to_numpy(
        allow_copy=True
    )
    rate = stale[other].astype(float)
    assert np.nanmean(rate) == pytest.approx(built.mistakes["register"].former_surname, rel=0.15)
    in_census = (written["census"]["last_name"] == former).fill_null(False).to_numpy()
    assert in_census[other].mean() < 0.005


def test_mistakes_come_together(written, population):
    census, people = written["census"], population.people
    first = (census["first_name"] != people["first_name"]).fill_null(True).to_numpy()
    last = (census["last_name"] != people["surname"]).fill_null(True).to_numpy()
    assert (first & last).mean() > 2 * first.mean() * last.mean()


def test_each_source_has_its_formats(written):
    dates = {
        name: written[name][column].drop_nulls()
        for name, column in (("census", "date_of_birth"), ("register", "birth_date"))
    }
    assert dates["census"].str.contains(r"^\d{2}/\d{2}/\d{4}$").all()
    assert dates["register"].str.contains(r"^\d{8}$").all()
    assert set(written["census"]["sex"].drop_nulls()) == {"1", "2"}
    assert set(written["register"]["gender"].drop_nulls()) == {"M", "F"}
    names = written["register"]["family_name"].drop_nulls()
    assert names.equals(names.str.to_uppercase())
    assert isinstance(written["census"].schema["postcode"], pl.String)
