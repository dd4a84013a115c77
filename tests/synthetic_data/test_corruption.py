import jellyfish
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from synthetic_data.arrays import texts
from synthetic_data.corruption import KINDS
from synthetic_data.slips import near

LETTERS = st.text("abcdeghilmnoprstuvwyzABCHJKMOST -'éØ", max_size=14)
TEXTS = st.lists(st.one_of(st.none(), LETTERS), min_size=1, max_size=20)
DAYS = st.lists(st.dates(), min_size=1, max_size=20)
SEEDS = st.integers(0, 2**32)
NEAR = near()
OF_TEXTS = sorted(
    name
    for name, kind in KINDS.items()
    if {"surname", "postcode"} & {*kind.roles}
    if not kind.together
)
OF_DAYS = sorted(name for name, kind in KINDS.items() if "date_of_birth" in kind.roles)
CAN_ALWAYS = ("typing", "keyboard", "doubled")


def corrupted(kind, values, befalls, rng):
    """The values with an error where it befalls them, and which of all were changed."""
    rows = np.flatnonzero(befalls)
    new, differs = KINDS[kind].corrupt(values, rows, rng)
    written, changed = values.copy(), np.zeros(len(values), bool)
    written[rows], changed[rows] = new, differs
    return written, changed


def wrong(kind, values, seed=1):
    """All values with the error, and which were changed, of one kind."""
    return corrupted(kind, values, np.ones(len(values), bool), np.random.default_rng(seed))


def forms(kind, text, n=400):
    """Everything that an error of a kind may make of a text."""
    return set(wrong(kind, texts([text] * n))[0]) - {text}


@pytest.mark.parametrize("kind", OF_TEXTS)
@given(values=TEXTS, seed=SEEDS)
def test_what_is_called_changed_differs_and_nothing_else(kind, values, seed):
    new, changed = wrong(kind, texts(values), seed)
    assert [old != now for old, now in zip(values, new, strict=True)] == changed.tolist()
    for old, now in zip(values, new, strict=True):
        assert (now is None) == (old is None)
        assert (now == "") == (old == "")


@pytest.mark.parametrize("kind", OF_TEXTS)
@given(values=TEXTS, seed=SEEDS)
def test_an_error_puts_in_letters_and_digits_and_what_stands_between_them(kind, values, seed):
    new, _ = wrong(kind, texts(values), seed)
    for old, now in zip(values, new, strict=True):
        added = set(now or "") - set(old or "") - set((old or "").upper())
        assert all(letter in NEAR or letter in " -" for letter in added)


@pytest.mark.parametrize("kind", CAN_ALWAYS)
@given(text=st.text("abcXYZ019", min_size=1, max_size=9), seed=SEEDS)
def test_a_slip_that_can_be_made_is_made(kind, text, seed):
    assert wrong(kind, texts([text]), seed)[1].all()


@pytest.mark.parametrize("kind", ["typing", "keyboard", "omitted", "doubled", "transposed"])
@given(text=LETTERS.filter(bool), seed=SEEDS)
def test_a_slip_is_one_edit_of_a_place(kind, text, seed):
    slipped = wrong(kind, texts([text]), seed)[0][0]
    assert jellyfish.damerau_levenshtein_distance(text.lower(), slipped.lower()) <= 1


@pytest.mark.parametrize("kind", OF_DAYS)
@given(dates=DAYS, seed=SEEDS)
def test_a_wrong_date_is_a_day_and_keeps_what_its_kind_leaves_alone(kind, dates, seed):
    days = np.array([*dates, "NaT"], dtype="M8[D]")
    new, changed = wrong(kind, days, seed)
    assert np.isnat(new).tolist() == [False] * len(dates) + [True]
    assert (new[:-1] != days[:-1]).tolist() == changed[:-1].tolist()
    assert not changed[-1]
    if kind in {"misdated", "wrong_day", "wrong_month", "wrong_year"}:
        assert changed[:-1].all()
    if kind not in {"misdated", "wrong_year"}:
        assert (new[:-1].astype("M8[Y]") == days[:-1].astype("M8[Y]")).all()


def test_two_parts_of_a_misdated_day_are_kept():
    days = np.arange("1950-01-01", "1990-01-01", dtype="M8[D]")
    same = [
        sum(a == b for a, b in zip(old.split("-"), new.split("-"), strict=True))
        for old, new in zip(days.astype(str), wrong("misdated", days)[0].astype(str), strict=True)
    ]
    assert np.mean(np.array(same) == 2) > 0.98  # the 31st gives way where it must


@pytest.mark.parametrize(
    ("kind", "days", "expected"),
    [
        ("swapped_day_and_month", ["2001-05-04", "1980-02-29"], ["2001-04-05", "1980-02-29"]),
        ("first_of_january", ["1980-02-29", "2001-01-01"], ["1980-01-01", "2001-01-01"]),
    ],
)
def test_days_that_are_told_in_one_way(kind, days, expected):
    new, changed = wrong(kind, np.array(days, dtype="M8[D]"))
    assert new.astype(str).tolist() == expected
    assert changed.tolist() == [True, False]


@pytest.mark.parametrize(
    ("kind", "text", "among"),
    [
        ("ocr", "Barnes", {"Bames"}),
        ("ocr", "Mclean", {"Mdean"}),
        ("ocr", "SIMON", {"5IMON", "S1MON", "SIM0N"}),
        ("letter_for_digit", "SO15 0AA", {"S015 0AA", "SO15 OAA", "SOI5 0AA"}),
        ("phonetic", "Philip", {"Filip", "Phillip", "Phylip"}),
        ("phonetic", "Sara", {"Sarah"}),
        ("phonetic", "Brown", {"Browne", "Broun"}),
        ("phonetic", "HANNAH", {"ANNAH", "HANAH", "HANNA"}),
        ("keyboard", "a", {"q", "w", "s", "z"}),
        ("keyboard", "5", {"4", "6"}),
        ("transposed", "Ian", {"Ain", "Ina"}),
        ("omitted", "Ian", {"an", "In", "Ia"}),
        ("doubled", "7", {"77"}),
        ("separators", "Smith-Jones", {"SmithJones", "Smith Jones"}),
        ("separators", "O'Brien", {"OBrien", "O Brien"}),
        ("separators", "McDonald", {"MacDonald", "Mc Donald"}),
        ("separators", "MACDONALD", set()),
        ("one_surname_of_two", "de la Cruz Santos", {"Cruz", "Santos"}),
        ("one_surname_of_two", "van Dyk", set()),
        ("truncated", "Smith", {"Smi", "Smit"}),
        ("upper_case", "Zoë", {"ZOË"}),
        ("diacritics_lost", "Zoë Łukasz", {"Zoe Lukasz"}),
    ],
)
def test_what_each_kind_makes_of_a_name(kind, text, among):
    made = forms(kind, text)
    assert made >= among
    if kind not in {"ocr", "phonetic", "letter_for_digit"}:
        assert made == among


@pytest.mark.parametrize("text", ["McKay", "Lee", "O'Neill", "SMITH"])
def test_another_spelling_has_its_capitals_where_the_name_has_them(text):
    made = forms("phonetic", text)
    assert made
    assert all(each.isupper() == text.isupper() and each[0].isupper() for each in made)


def test_first_name_and_surname_change_places():
    names = np.column_stack([texts(["Amy", "Ali", "Kim"]), texts(["Lee", "Ali", None])])
    swapped, changed = corrupted(
        "swapped_names", names, np.array([True, True, True]), np.random.default_rng(1)
    )
    assert swapped.tolist() == [["Lee", "Amy"], ["Ali", "Ali"], [None, "Kim"]]
    assert changed.tolist() == [True, False, True]


def test_a_wrong_sex_is_the_other_one_and_a_missing_one_stays_missing():
    assert wrong("wrong_sex", np.array([0, 1, -1]))[0].tolist() == [1, 0, -1]


@pytest.mark.parametrize("kind", [name for name, kind in KINDS.items() if "surname" in kind.roles])
def test_only_marked_values_change_and_those_given_stay_as_they_were(kind):
    values = texts(["O'Brien-Łee"] * 6)
    values = np.column_stack([values, values[::-1]]) if KINDS[kind].together else values
    before, befalls = values.copy(), np.arange(6) % 2 == 0
    new, changed = corrupted(kind, values, befalls, np.random.default_rng(3))
    assert (values == before).all()
    assert (new[~befalls] == values[~befalls]).all()
    assert not changed[~befalls].any()


@pytest.mark.parametrize("kind", OF_TEXTS)
def test_the_same_random_numbers_make_the_same_errors_whatever_stands_in_other_rows(kind):
    values = texts(["Thornbury-Clarke", "SO15 0AA", "Philippa", "12"] * 10)
    others = values.copy()
    others[1::2] = None
    assert wrong(kind, values)[0].tolist() == wrong(kind, values)[0].tolist()
    assert wrong(kind, values)[0][::2].tolist() == wrong(kind, others)[0][::2].tolist()


def test_keys_beside_each_other_are_so_both_ways():
    assert all(key in NEAR[other] for key, others in NEAR.items() for other in others)
    assert set(NEAR["s"]) == set("awedxz")
    assert set(NEAR["P"]) == set("OL")
