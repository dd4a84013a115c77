"""What ``comparisons: auto`` makes of encodings, and what a rule may ask of them."""

import numpy as np
import pytest

from linkage.config.privacy_settings import Privacy
from linkage.config.source_settings import Column
from linkage.model.encoded_columns import Held
from linkage.model.encoded_roles import by_encoding
from linkage.model.encoded_terms import encoded_terms
from linkage.model.rule_terms import combined
from linkage.privacy.profiles import schema_for
from linkage.privacy.schema import Filter

TYPES = {"first_name": "BLOB", "surname": "BLOB"}


def filter_of(*on):
    bits = np.zeros(512, bool)
    bits[list(on)] = True
    return np.packbits(bits).tobytes()


NAME, NEAR, FAR = filter_of(*range(100)), filter_of(*range(10, 110)), filter_of(*range(200, 300))
DATE, OTHER_DATE, SWAPPED = 1, 2, 3
BORN, HOME = ("birth_year", "birth_month", "birth_day"), ("postcode",)
COLUMNS = {
    "surname_by_birth": Column(
        column="x", kind="filter", of=("surname",), salt=BORN, levels=(0.8,)
    ),
    "surname_by_home": Column(column="x", kind="filter", of=("surname",), salt=HOME, levels=(0.8,)),
    "born": Column(column="x", kind="token", of=BORN),
    "born_swapped": Column(column="x", kind="token", of=(BORN[0], BORN[2], BORN[1])),
    "home": Column(column="x", kind="token", of=HOME),
    "names": Column(column="x", kind="token", of=("first_name", "surname")),
    "names_turned": Column(column="x", kind="token", of=("surname", "first_name")),
    "sounds_year_day": Column(
        column="x", kind="token", of=("first_name_phonetic", "surname_phonetic", BORN[0], BORN[2])
    ),
    "sex": Column(column="x", kind="coarse_token", of=("sex",)),
    "band_0": Column(column="x", kind="band", of=("surname", "birth_year")),
}
KINDS = {n: "BLOB" if c.kind == "filter" else "UBIGINT" for n, c in COLUMNS.items()}


def comparison(name):
    return next(each for each in by_encoding(COLUMNS) if each.name == name)


def record(birth=NAME, home=NAME, born=DATE, postcode=5, names=9, turned=8, sounds=7):
    return {
        "surname_by_birth": birth,
        "surname_by_home": home,
        "born": born,
        "born_swapped": {DATE: SWAPPED, SWAPPED: DATE}.get(born, 99),
        "home": postcode,
        "names": names,
        "names_turned": turned,
        "sounds_year_day": sounds,
    }


@pytest.mark.parametrize(
    ("other", "label"),
    [
        (record(), "equal"),
        (record(birth=FAR, home=FAR, names=9), "equal"),
        (record(birth=NAME, home=FAR, names=1, born=OTHER_DATE), "equal"),
        (record(birth=NEAR, home=FAR, names=1, sounds=1), "Dice 0.8"),
        (record(birth=FAR, home=NEAR, names=1, sounds=1, born=OTHER_DATE), "Dice 0.8"),
        (record(birth=FAR, home=FAR, names=1, sounds=1), "different"),
        (record(birth=FAR, home=FAR, names=1, sounds=1, postcode=6), "different"),
        (record(birth=FAR, home=FAR, names=1, sounds=1, postcode=6, born=OTHER_DATE), "missing"),
        (record(birth=FAR, home=None, names=1, sounds=1, born=OTHER_DATE), "missing"),
        (record(birth=FAR, home=FAR, names=1, postcode=6, born=OTHER_DATE), "names sound alike"),
        (record(birth=FAR, home=FAR, names=8, turned=9, sounds=1), "swapped with the first name"),
    ],
)
def test_names_are_compared_where_a_salt_agrees(label_of, other, label):
    assert label_of(comparison("surname"), record(), other, KINDS) == label


@pytest.mark.parametrize(
    ("salt", "postcode", "label"),
    [
        ((*HOME, "first_initial"), 5, "different"),  # an initial is mostly the same of one person
        ((*HOME, "first_initial"), 6, "missing"),
        (("first_initial",), 5, "missing"),
    ],
)
def test_what_differs_tells_something_where_a_part_of_its_salt_agrees(
    label_of, salt, postcode, label
):
    said = Column(column="x", kind="filter", of=("surname",), salt=salt, levels=(0.8,))
    (made,) = (
        each
        for each in by_encoding({"surname_salted": said, "home": COLUMNS["home"]})
        if each.name == "surname"
    )
    kinds = {"surname_salted": "BLOB", "home": "UBIGINT"}
    left, right = {"surname_salted": NAME, "home": 5}, {"surname_salted": FAR, "home": postcode}
    assert label_of(made, left, right, kinds) == label
    assert label_of(made, left, left | {"home": postcode}, kinds) == "equal"


def test_how_often_names_agree_by_chance_is_asked_of_those_born_on_one_day():
    assert comparison("surname").given == "born"
    assert comparison("surname").family
    assert not any(level.term_frequency for level in comparison("surname").levels)


@pytest.mark.parametrize(
    ("other", "label"),
    [
        (record(born=OTHER_DATE), "two parts of three"),
        (record(born=OTHER_DATE, sounds=1), "different"),
        (record(born=OTHER_DATE, names=1, sounds=1), "missing"),
        (record(), "missing"),
        (record(born=SWAPPED), "missing"),
    ],
)
def test_parts_of_dates_are_told_of_people_whose_names_are_the_same(label_of, other, label):
    assert label_of(comparison("parts_of_date_of_birth"), record(), other, KINDS) == label


@pytest.mark.parametrize(
    ("born", "label"),
    [(DATE, "equal"), (SWAPPED, "day and month swapped"), (OTHER_DATE, "different")],
)
def test_dates_are_equal_swapped_or_different(label_of, born, label):
    assert label_of(comparison("date_of_birth"), record(), record(born=born), KINDS) == label


def test_no_rule_asks_coarse_tokens_alone_or_a_salted_column():
    terms = encoded_terms(Held(COLUMNS))
    asked = {column for _, term in terms for column in term}
    assert asked == {"born", "home", "names", "sounds_year_day", "band_0"}
    coarse = [("sex", ("sex",)), ("born", ("born",))]
    rules = {rule.rule.terms for rule in combined(coarse, ["sex"])}
    assert rules == {("born",), ("sex", "born")}


@pytest.mark.parametrize("profile", ["standard", "high", "keys"])
def test_every_column_of_a_profile_is_compared_blocked_on_or_tells_a_salt(profile):
    fields = ("first_name", "middle_name", "surname", "date_of_birth", "sex", "postcode")
    schema = schema_for(Privacy(project="P-1", profile=profile, fields=fields))
    columns = {
        each.name: Column(
            column=each.name,
            kind="band"
            if each.kind == "band"
            else "filter"
            if isinstance(each, Filter)
            else "token",
            of=(each.of,) if isinstance(each.of, str) else each.of,
            salt=getattr(each, "salt", ()),
            levels=getattr(each, "levels", ()),
        )
        for each in schema.columns
    }
    read = {column for each in by_encoding(columns) for column in each.columns}
    read |= {column for _, term in encoded_terms(Held(columns)) for column in term}
    assert set(columns) <= read
