from pathlib import Path

import numpy as np
import pytest

from linkage.errors import ConfigError
from synthetic_data.bands import YEARS
from synthetic_data.codes import codes
from synthetic_data.distributions import distributions
from synthetic_data.fitting import fitted, normalised
from synthetic_data.tables import SUBJECTS, document

ALL = [(subject, name) for subject in SUBJECTS for name in document(subject)]
PAGE = Path(__file__).parents[2] / "docs" / "explanation" / "synthetic-population.md"


@pytest.fixture(scope="module")
def given():
    return distributions()


def faults(overrides, place=None):
    with pytest.raises(ConfigError) as caught:
        distributions(overrides, place)
    return [(fault.code, fault.path) for fault in caught.value.faults]


def people_by_group(found):
    """Shares of the ethnic groups among people in households, whom heads bring with them."""
    size = (found.household_kind[:, :, None] * found.household_size).sum(axis=1)
    people = found.heads * (size @ np.arange(1, 9))
    return people / people.sum()


@pytest.mark.parametrize(("subject", "name"), ALL)
def test_every_table_says_where_it_comes_from(subject, name):
    table = document(subject)[name]
    if table.get("status") == "illustrative":
        assert table["note"]
        assert not {"source", "url", "year", "read"} & set(table)
    else:
        assert table["source"]
        assert table["url"].startswith("https://")
        assert table["year"] >= 2011
        assert table["read"] in ("whole", "figures quoted on the page")


@pytest.mark.parametrize(("subject", "name"), ALL)
def test_the_page_names_every_table(subject, name):
    line = next(
        line for line in PAGE.read_text("utf-8").splitlines() if f"| `{subject}.{name}` |" in line
    )
    table = document(subject)[name]
    assert table.get("source", "illustrative") in line


def test_distributions_sum_to_one(given):
    for name in (
        "age religion disability sexual_orientation orientation_by_partner gender_identity "
        "couple_status cohabiting without_partner country_of_birth arrived nssec household_kind "
        "household_size region deprivation ethnicity heads"
    ).split():
        assert getattr(given, name).sum(axis=-1) == pytest.approx(1), name


def test_rates_are_rates(given):
    for name in "female with_partner same_sex moved births pregnant deaths emigration".split():
        assert getattr(given, name).shape[-1] == YEARS
        assert ((getattr(given, name) >= 0) & (getattr(given, name) <= 1)).all(), name


def test_what_is_published_is_met(given):
    tables, people = given.tables, given.ethnicity[:, None] * given.age
    assert people.sum(axis=0) == pytest.approx(tables["age.by_year"].values)
    adults = people * (np.arange(YEARS) >= 16)
    nssec = np.einsum("ea,eak->k", adults, given.nssec) / adults.sum()
    assert nssec == pytest.approx(tables["nssec.shares"].values)
    assert given.ethnicity @ given.religion == pytest.approx(tables["religion.shares"].values)
    moved = tables["moves.one_year_ago"].values[1:3].sum()
    assert (people.sum(axis=0) * given.moved).sum() == pytest.approx(moved)


def test_sizes_of_households_are_those_published(given):
    shares = given.heads[:, None] * given.household_kind
    sizes = (shares[:, :, None] * given.household_size).sum(axis=(0, 1))
    assert sizes == pytest.approx(given.tables["households.sizes"].values, abs=1e-5)


def test_people_in_households_are_of_the_groups_asked_for(given):
    assert people_by_group(given) == pytest.approx(given.ethnicity, abs=1e-12)


def test_deaths_come_to_about_those_registered(given):
    age = given.ethnicity @ given.age
    women = age * given.female
    deaths = women @ given.deaths[0] + (age - women) @ given.deaths[1]
    assert deaths == pytest.approx(given.tables["deaths.total"].values, rel=0.05)


def test_children_are_looked_after_as_often_as_published(given):
    people = given.ethnicity[:, None] * given.age
    cared_for = people * given.looked_after
    assert cared_for.sum() / people[:, :18].sum() == pytest.approx(71e-4)
    broad = np.bincount([0] * 5 + [1] * 3 + [2] * 4 + [3] * 5 + [4] * 2, cared_for.sum(axis=1))
    published = given.tables["looked_after.ethnic_groups"].values
    assert broad / broad.sum() == pytest.approx(published)
    assert given.looked_after[:, 18:].max() == 0


def test_a_row_of_the_user_is_taken_as_it_is_and_changes_no_other(given):
    row = {"1": 50, "2": 50, **dict.fromkeys("345678", 0)}
    own = distributions({"religion": {"by_ethnicity": {"values": {"4": row}}}})
    assert own.religion[3].tolist() == [0.5, 0.5, 0, 0, 0, 0, 0, 0]
    others = np.arange(19) != 3
    assert (own.religion[others] == given.religion[others]).all()
    assert own.tables["religion.by_ethnicity"].origin.status == "given by the user"


def test_what_is_true_within_a_group_stays_whatever_groups_there_are(given):
    equal = {"unit": "share", "values": dict.fromkeys(codes("ethnicity"), 1 / 19)}
    own = distributions({"ethnicity": {"shares": equal}})
    assert own.ethnicity == pytest.approx(1 / 19)
    for name in "age religion country_of_birth nssec household_kind household_size".split():
        assert (getattr(own, name) == getattr(given, name)).all(), name
    assert people_by_group(own) == pytest.approx(own.ethnicity)


def test_our_shapes_are_fitted_to_the_totals_of_a_user():
    half = {"1": 0.5, "2": 0.5, **dict.fromkeys("345678", 0)}
    own = distributions({"religion": {"shares": {"unit": "share", "values": half}}})
    ethnicity = distributions().ethnicity
    assert ethnicity @ own.religion == pytest.approx([0.5, 0.5, 0, 0, 0, 0, 0, 0])


def test_kinds_of_households_of_a_user_keep_their_shares(given):
    kinds = dict(zip(codes("private_household"), (20, 80, 0, 0, 0, 0, 0, 0), strict=True))
    own = distributions({"households": {"kinds": {"values": {"2": kinds}}}})
    assert own.household_kind[1] == pytest.approx([0.2, 0.8, 0, 0, 0, 0, 0, 0])
    assert own.household_size.sum(axis=2) == pytest.approx(1)
    assert own.household_kind[2] == pytest.approx(given.household_kind[2])


def test_a_user_may_replace_one_rate(given):
    own = distributions(
        {
            "moves": {"by_age": {"values": {20: 90}}},
            "emigration": {"rates": {"values": {20: 100}}},
        }
    )
    assert own.moved[20:25] == pytest.approx(0.9)
    assert own.moved[30] == given.moved[30]
    assert own.emigration[20] == pytest.approx(0.1)
    assert own.emigration[40] == given.emigration[40]


def test_all_faults_are_found_at_once_with_their_places():
    def place(way):
        return Path("spec.yaml"), len(way), 3

    with pytest.raises(ConfigError) as caught:
        distributions(
            {
                "religon": {},
                "disability": {"shares": {"values": {"1": 1, "2": -1, "3": 0, "5": 1}}},
                "moves": {"by_age": {"values": {"20": 250}}},
            },
            place,
        )
    found = [(fault.code, fault.path) for fault in caught.value.faults]
    assert found == [
        ("S151", "religon"),
        ("S151", "disability.shares.values.5"),
        ("S155", "disability.shares.values"),
        ("S154", "disability.shares.values.2"),
        ("S157", "moves.by_age.values.20"),
    ]
    first = caught.value.faults[0]
    assert (first.file, first.line, first.column) == (Path("spec.yaml"), 1, 3)
    assert first.fix == "write  religion"


@pytest.mark.parametrize(
    ("overrides", "expected"),
    [
        ({"religion": {"share": {}}}, ("S151", "religion.share")),
        ({"religion": {"shares": {"vals": {}}}}, ("S151", "religion.shares.vals")),
        ({"religion": []}, ("S152", "religion")),
        ({"religion": {"shares": 4}}, ("S152", "religion.shares")),
        ({"religion": {"shares": {"values": 4}}}, ("S152", "religion.shares.values")),
        ({"moves": {"by_age": {"unit": "weight"}}}, ("S153", "moves.by_age.unit")),
        ({"births": {"twins": {"values": True}}}, ("S154", "births.twins.values")),
        ({"births": {"twins": {"values": "many"}}}, ("S154", "births.twins.values")),
        ({"births": {"twins": {"values": float("nan")}}}, ("S154", "births.twins.values")),
        ({"births": {"twins": {"values": 1001}}}, ("S157", "births.twins.values")),
        (
            {"households": {"other": {"values": dict.fromkeys(codes("other_household"), 20)}}},
            ("S156", "households.other.values"),
        ),
        (
            {"ethnicity": {"shares": {"values": dict.fromkeys(codes("ethnicity"), 0)}}},
            ("S156", "ethnicity.shares.values"),
        ),
        (
            {"region": {"by_ethnicity": {"values": {"20": {}}}}},
            ("S151", "region.by_ethnicity.values.20"),
        ),
    ],
)
def test_what_does_not_hold_is_refused(overrides, expected):
    assert faults(overrides) == [expected]


def test_fitting_finds_the_marginal_and_keeps_noughts():
    seed = np.asarray([[1.0, 2.0, 0.0], [3.0, 1.0, 1.0]])
    rows, columns = np.asarray([0.25, 0.75]), np.asarray([0.5, 0.3, 0.2])
    found = fitted(seed, rows, columns)
    assert found.sum(axis=1) == pytest.approx(1)
    assert rows @ found == pytest.approx(columns)
    assert found[0, 2] == 0
    odds = (found[0, 0] * found[1, 1]) / (found[0, 1] * found[1, 0])
    assert odds == pytest.approx((1 * 1) / (2 * 3))  # fitting keeps the odds ratios of the seed


def test_fitting_to_groups_of_columns_keeps_shares_within_them():
    seed = np.asarray([[1.0, 2.0, 3.0], [2.0, 4.0, 1.0]])
    found = fitted(seed, np.ones(2), np.asarray([0.8, 0.2]), np.asarray([0, 0, 1]))
    assert found[:, :2].sum() / 2 == pytest.approx(0.8)
    assert found[:, 1] / found[:, 0] == pytest.approx(2)


def test_rows_of_nobody_stay_as_guessed():
    found = fitted(np.asarray([[1.0, 3.0], [1.0, 1.0]]), np.asarray([0.0, 1.0]), np.ones(2))
    assert found.tolist() == [[0.25, 0.75], [0.5, 0.5]]
    assert normalised(np.zeros((1, 2))).tolist() == [[0, 0]]


def test_a_population_of_one_household_size_is_possible():
    sizes = {code: float(code == "1") for code in codes("size")}
    alone = {"one_person": 1, **dict.fromkeys(codes("composition")[1:], 0)}
    own = distributions(
        {"households": {"sizes": {"values": sizes}, "composition": {"values": alone}}}
    )
    assert own.household_kind[:, 0] == pytest.approx(1)
    assert own.heads == pytest.approx(own.ethnicity)
