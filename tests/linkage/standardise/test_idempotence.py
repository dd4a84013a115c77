"""Cleaning what is clean changes nothing: clean(clean(x)) = clean(x), for every text rule."""

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from linkage.standardise import address, contact, names, person_number, plain, postcodes, text

LETTERS = st.text(alphabet=st.characters(codec="utf-8"), max_size=30)
WORDS = (
    "mc mac o o' fitz DR Sir jr II van St. Ñuñez ß x unknown n/a baby of Łódź 7 - , 不明 محمد "
    "ﬁ ŉ st apt n ave NE no 0012 a"
).split()
NAMES = st.lists(st.sampled_from(WORDS), max_size=6).map(" ".join)
ANY = st.one_of(LETTERS, NAMES)

CLEANERS = [
    names.first_name,
    names.middle_name,
    names.surname,
    address.street,
    address.house_number,
    address.place,
    contact.email,
    contact.phone,
    person_number.plain_number,
    person_number.nhs_number,
    postcodes.uk_postcode,
    postcodes.plain_postcode,
    plain.text,
]


@pytest.mark.parametrize("clean", CLEANERS, ids=lambda clean: clean.__name__)
@settings(deadline=None)
@given(raw=ANY)
@example(raw="\u00b4 ¨ ǰ ŉ ß İ ｱﾞ ά̓")
@example(raw="MC MC DONALD")
@example(raw="X.X.X")
def test_cleaning_twice_is_cleaning_once(clean, raw):
    once = clean(raw)
    if once.values[0] is None:
        assert once.values[-1] is not None
        return
    twice = clean(once.values[0])
    assert twice.values == once.values
    assert twice.fired in ((), ("malformed_address",))


@settings(deadline=None)
@given(raw=ANY)
def test_each_rule_of_a_name_leaves_what_it_made(raw):
    for rule in text.TEXT_RULES:
        once = rule.change(raw)
        assert rule.change(once) == once


@settings(deadline=None)
@given(raw=ANY)
def test_names_hold_capital_letters_and_single_spaces(raw):
    name = names.surname(raw).values[0]
    if name is not None:
        assert name == name.strip()
        assert "  " not in name
        assert not any(each.isdigit() or each in "'.,-" for each in name)
        assert name.upper() == name


@settings(deadline=None)
@given(raw=ANY)
def test_a_full_name_is_taken_apart_and_nothing_is_repeated(raw):
    first, _, _, _, middle, _, _, last, _, _, _ = names.full_name(raw).values
    if first is None and middle is None and last is None:
        return
    put_together = " ".join(part for part in (first, middle, last) if part)
    assert len(put_together) <= 2 * len(" ".join(raw.upper().split())) + 10
