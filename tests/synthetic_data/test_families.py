import numpy as np
import polars as pl
import pytest

from synthetic_data.families import Family, Kin, distinct_first_names
from synthetic_data.names import background
from synthetic_data.seeds import stream

N = 4000  # families of a couple and two children


@pytest.fixture(scope="module")
def families():
    """Families of one background each, by its name: a row a household."""
    return {name: _families(name) for name in ("british", "sikh", "somali", "polish", "spanish")}


def _families(name):
    rng = stream(1, "names")
    home, place = np.divmod(np.arange(4 * N), 4)
    father, mother = 4 * home, 4 * home + 1
    nobody, child = np.full(4 * N, -1), place > 1
    kin = Kin(
        family=home,
        husband=np.where(place == 1, father, nobody),
        father=np.where(child, father, nobody),
        mother=np.where(child, mother, nobody),
        line=np.arange(4 * N),
    )
    sex = np.tile(np.asarray(["M", "F", "F", "M"], dtype=object), N)
    born = np.tile([1970, 1972, 2005, 2008], N)
    backgrounds = np.full(4 * N, name, dtype=object)
    first = distinct_first_names(home, backgrounds, sex, born, rng)
    family = Family(kin, backgrounds, sex, first, rng)
    surname, former = family.surnames(np.full(4 * N, 0.8))
    middle = family.middle_names(born, surname)
    columns = {
        "first_name": first,
        "middle_name": middle,
        "surname": surname,
        "former_surname": former,
    }
    drawn = pl.DataFrame(
        {key: pl.Series(key, values.tolist(), pl.String) for key, values in columns.items()}
    )
    return [drawn[each::4] for each in range(4)]


def rate(flags):
    return flags.fill_null(False).mean()


def test_a_child_has_the_fathers_surname_or_both(families):
    father, _, daughter, son = families["british"]
    both = daughter["surname"].str.contains("-") & ~father["surname"].str.contains("-")
    assert rate(daughter["surname"] == father["surname"]) == pytest.approx(0.95, abs=0.02)
    assert rate(both) == pytest.approx(0.05, abs=0.015)
    assert rate(daughter["surname"] == son["surname"]) == 1
    assert not daughter["surname"].str.contains("-.*-").any()


def test_a_kaur_is_no_singh(families):
    _, mother, daughter, son = families["sikh"]
    expected = background("sikh").own_rates
    assert rate(son["surname"] == "Singh") == pytest.approx(expected["M"], abs=0.03)
    assert rate(daughter["surname"] == "Kaur") == pytest.approx(expected["F"], abs=0.03)
    assert rate(mother["former_surname"].is_not_null() & (mother["surname"] == "Kaur")) == 0
    assert rate(mother["middle_name"] == mother["surname"]) == 0


def test_a_somali_child_has_the_fathers_first_name(families):
    father, mother, daughter, _ = families["somali"]
    chain = rate(daughter["surname"] == father["first_name"])
    assert chain == pytest.approx(background("somali").patronymic, abs=0.04)
    known = daughter["middle_name"].is_not_null()
    assert rate(daughter["middle_name"].filter(known) == father["first_name"].filter(known)) == 1
    assert rate(mother["former_surname"].is_null()) > 0.75


def test_a_polish_daughter_has_the_feminine_form(families):
    father, _, daughter, son = families["polish"]
    here = father["surname"].str.ends_with("ski") & ~father["surname"].str.contains("-")
    hers = daughter["surname"].filter(here).str.ends_with("ska")
    assert hers.mean() == pytest.approx(0.85, abs=0.04)
    assert son["surname"].filter(here).str.ends_with("ski").all()


def test_a_spanish_child_has_the_first_surname_of_each_parent(families):
    father, _, daughter, _ = families["spanish"]
    two = daughter["surname"].str.count_matches(" ") == 1
    assert rate(two) == pytest.approx(0.8, abs=0.05)
    first = pl.Series([name.split(" ")[0] for name in father["surname"]])
    assert rate(daughter["surname"].str.starts_with(first)) == 1


def test_middle_names_are_more_frequent_among_the_young(families):
    father, _, daughter, _ = families["british"]
    has = [rate(each["middle_name"].is_not_null()) for each in (father, daughter)]
    assert has == pytest.approx([0.61, 0.76], abs=0.04)
    assert not (daughter["middle_name"] == daughter["first_name"]).any()


def test_nobody_at_home_has_the_same_first_name(families):
    for people in families.values():
        names = [each["first_name"].to_list() for each in people]
        assert np.mean([len(set(four)) == 4 for four in zip(*names, strict=True)]) > 0.999
