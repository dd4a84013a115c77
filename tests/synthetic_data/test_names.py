import re
import unicodedata
from importlib.resources import files

import numpy as np
import pytest

from synthetic_data.names import background, plain
from synthetic_data.parameters import document_of, parameters
from synthetic_data.pools import Pool

USED = sorted({name for weights in parameters().name_weights for name in weights})
YEAR = {"old": 1935, "middle": 1965, "young": 2017}


def pools(name):
    found = background(name)
    return [*found.first.values(), found.surnames, *found.middle.values(), *found.own.values()]


def shares(pool, year=None):
    row = 0 if len(pool.weights) == 1 else (year - 1900) // 3
    return dict(zip(pool.names, pool.weights[row], strict=True))


def top(pool, n, year=None):
    return sum(sorted(shares(pool, year).values())[-n:])


def test_every_list_is_used_and_every_background_has_one():
    listed = {place.name for place in files("synthetic_data").joinpath("names").iterdir()}
    assert listed == {f"{name}.yaml" for name in USED}


@pytest.mark.parametrize("name", USED)
def test_a_background_has_many_names_and_frequent_ones(name):
    found = background(name)
    for pool in (found.first["F"], found.first["M"], found.surnames):
        assert len(pool.names) > 50
        assert (pool.weights.max(axis=1) > 2 * pool.weights.min(axis=1)).all()


@pytest.mark.parametrize("name", USED)
def test_names_are_distinct_and_of_latin_letters(name):
    for pool in pools(name):
        assert len(set(pool.names)) == len(pool.names)
        for each in pool.names:
            letters = [letter for letter in each if letter not in " -'"]
            assert letters
            assert all(unicodedata.name(letter).startswith("LATIN") for letter in letters), each
            assert each[0].isupper()
            assert not re.search(r"^\W|[ -]$|[ '-]{2}", each), each


@pytest.mark.parametrize("name", USED)
def test_every_list_says_where_it_comes_from(name):
    written = document_of(f"names/{name}.yaml")
    said = " ".join(source["lists"] for source in written["sources"])
    held = {"waves", "percent", "surnames", "female", "male", "more", "first_parts"}
    for listed in held & {key for key, names in written.items() if names}:
        assert listed in said, listed
    assert all(source["of"] and source["frequencies"] for source in written["sources"])


@pytest.mark.parametrize("name", USED)
def test_another_spelling_is_another_and_never_empty(name):
    found = background(name)
    names = [*found.first["F"].names, *found.first["M"].names, *found.surnames.names]
    spelt = [(each, found.respelt(each, chance)) for each in names for chance in (0, 0.5, 0.99)]
    assert all(new.strip(" -'") for _, new in spelt)
    assert all(old != new for old, new in spelt)


@pytest.mark.parametrize("name", USED)
def test_spellings_are_of_each_other(name):
    variants = background(name).variants
    for one, others in variants.items():
        assert len(set(others)) == len(others)
        assert one not in others
        assert all(one in variants[other] for other in others)


@pytest.mark.parametrize("name", USED)
def test_most_variants_are_of_names_that_occur(name):
    found = background(name)
    occur = {each for pool in pools(name) for each in pool.names}
    lines = document_of(f"names/{name}.yaml")["variants"]
    used = [line for line in lines if occur & {word.replace("_", " ") for word in line.split()}]
    assert len(used) >= 0.9 * len(lines), set(lines) - set(used)
    assert found.variants


def test_diacritics_are_taken_off():
    assert plain("Łukasz") == "Lukasz"
    assert plain("Nguyễn") == "Nguyen"
    assert plain("O'Neill-Smith") == "O'Neill-Smith"


def test_a_double_surname_may_lose_its_hyphen_or_a_half():
    found = background("british")
    spelt = {found.respelt("Smith-Jones", chance) for chance in np.linspace(0, 0.999, 30)}
    assert spelt == {"Smith Jones", "Smith", "Jones"}


def test_british_first_names_follow_the_birth_year():
    first = background("british").first
    for name, sex, when in (
        ("Margaret", "F", "old"),
        ("Susan", "F", "middle"),
        ("Olivia", "F", "young"),
        ("Ronald", "M", "old"),
        ("Paul", "M", "middle"),
        ("Noah", "M", "young"),
    ):
        by_year = {each: shares(first[sex], year)[name] for each, year in YEAR.items()}
        assert by_year[when] > 3 * max(by_year[each] for each in YEAR if each != when), name
    assert top(first["F"], 10, 1935) > 2 * top(first["F"], 10, 2017)


# Published figures of docs/explanation/synthetic-names.md, in per cent.
@pytest.mark.parametrize(
    ("name", "n", "published"),
    [
        ("british", 1, 1.15 / 0.78),
        ("british", 10, 5.7 / 0.78),
        ("irish", 1, 1.14),
        ("irish", 10, 7.4),
        ("polish", 1, 0.53),
        ("chinese", 1, 7.2),
        ("chinese", 3, 21.3),
        ("chinese", 100, 85.9),
        ("vietnamese", 1, 38),
    ],
)
def test_surnames_are_as_skewed_as_published(name, n, published):
    assert 100 * top(background(name).surnames, n) == pytest.approx(published, rel=0.2)


@pytest.mark.parametrize(
    ("sex", "year", "n", "published"),
    [("F", 2008, 10, 12.8), ("M", 2008, 10, 16.4), ("F", 2020, 1, 1.2), ("M", 2020, 1, 1.35)],
)
def test_first_names_are_nearly_as_skewed_as_published(sex, year, n, published):
    """Of names that became frequent of late the lists hold few, so that the first stand out."""
    british = 0.78  # of everybody; the published figures are of all births
    assert 100 * british * top(background("british").first[sex], n, year) == pytest.approx(
        published, rel=0.15 if year < 2010 else 0.4
    )


def test_the_head_of_a_small_pool_is_more_frequent():
    largest = {name: top(background(name).surnames, 10) for name in USED}
    assert largest["pakistani"] > 3 * largest["british"]
    assert largest["vietnamese"] == max(largest.values())


def test_a_pool_draws_by_birth_year_and_in_proportion():
    weights = np.zeros((44, 2))
    weights[:30, 0] = 1
    weights[30:] = (1, 3)
    pool = Pool.of(["Old", "Young"], weights)
    rng = np.random.default_rng(1)
    assert set(pool.draw(rng, 1000, np.full(1000, 1950))) == {"Old"}
    assert set(pool.draw(rng, 10, np.full(10, 1850))) == {"Old"}
    drawn = pool.draw(rng, 20_000, np.full(20_000, 2020))
    assert np.mean(drawn == "Young") == pytest.approx(0.75, abs=0.01)


def test_a_woman_has_the_feminine_form():
    polish = background("polish")
    assert polish.feminine_form("Kowalski") == "Kowalska"
    assert polish.feminine_form("Nowak") == "Nowak"
    assert background("british").feminine_form("Kowalski") == "Kowalski"
