from dataclasses import replace

import numpy as np
import polars as pl
import pytest

from linkage.characteristics.crosswalks import crosswalk
from linkage.characteristics.standards import standard
from linkage.standardise.grouping import by_standard
from synthetic_data.sources.record import record

DAY = np.datetime64("2021-03-21", "D")
EW = "ethnicity.census_2021_19"
SCOTLAND = "ethnicity.scotland_2022"


@pytest.fixture(scope="module")
def written(people, spec, joined):
    """Return how to write some settings: the table by role, and the person of each record."""

    def write(**settings):
        source = spec(**settings)
        return joined(record(people, "source", source, 8, 0), source, people)

    return write


def test_dates_codes_and_capitals_are_those_of_the_source(people, written):
    table, person = written(dates="%d/%m/%Y", codes={"sex": {"F": "1", "M": "2"}}, upper_case=True)
    day = pl.Series(people.born[person]).dt.strftime("%d/%m/%Y")
    assert table["date_of_birth"].equals(day.alias("date_of_birth"))
    assert table["sex"].to_list() == (people.codes["sex"][person] + 1).astype(str).tolist()
    names = table["first_name"]
    assert names.equals(names.str.to_uppercase())
    assert set(table["ethnicity"]) == {str(code) for code in range(1, 20)}


def test_every_column_can_be_held(people, written):
    roles = {
        "age": "age",
        "arrived": "arrived",
        "date_of_death": "died",
        "exam_score": "score",
        "income": "income",
        "long_term_condition": "ill",
        "nssec": "nssec",
        "pregnant": "pregnant",
    }
    table, person = written(columns=roles)
    assert table["age"].cast(int).to_list() == people.age(DAY)[person].tolist()
    years = people.arrived[person].astype("M8[Y]").astype(str)
    assert table["arrived"].fill_null("NaT").to_list() == years.tolist()
    pay = people.outcomes["income"][person]
    assert np.array_equal(table["income"].cast(float).fill_null(np.nan), pay, equal_nan=True)
    assert table["long_term_condition"].is_in(["0", "1"]).all()
    assert table["exam_score"].drop_nulls().str.contains(r"^\d+\.\d$").all()
    assert table["date_of_death"].null_count() == table.height  # who is resident has not died
    without = people.codes["nssec"][person] < 0
    assert np.array_equal(table["nssec"].is_null(), without)


def test_a_list_is_written_by_its_labels(people, written):
    table, person = written(
        lists={"ethnicity": EW, "sex": "sex", "religion": "religion_or_belief.ew_codes_2011"}
    )
    labels = list(standard(EW).codes.values())
    assert table["ethnicity"].to_list() == [labels[c] for c in people.codes["ethnicity"][person]]
    assert set(table["sex"]) == {"Female", "Male"}
    assert set(table["religion"]) == set(standard("religion_or_belief.ew_codes_2011").groups)


def test_a_list_of_another_nation_is_written_through_the_crosswalk(people, written):
    table, person = written(lists={"ethnicity": SCOTLAND})
    labels = list(standard(EW).codes.values())
    true = [labels[code] for code in people.codes["ethnicity"][person]]
    becomes = crosswalk(EW, SCOTLAND).becomes
    assert all(now in becomes[was] for was, now in zip(true, table["ethnicity"], strict=True))
    british = np.asarray(true) == "White: English, Welsh, Scottish, Northern Irish or British"
    scottish = (table["ethnicity"].to_numpy() == "White: Scottish")[british].mean()
    assert scottish == pytest.approx(0.84, abs=0.06)


def test_who_can_be_called_two_things_is_called_one_in_all_sources(people, spec, joined):
    source = spec(lists={"ethnicity": SCOTLAND})
    tables = [
        joined(record(people, name, source, 8, 0), source, people) for name in ("one", "other")
    ]
    one, other = (
        dict(zip(person.tolist(), table["ethnicity"], strict=True)) for table, person in tables
    )
    assert one == other


def test_own_codes_may_be_of_the_labels_of_a_list(written):
    table, _ = written(
        lists={"ethnicity": "ethnicity.legacy_16_plus_1"},
        codes={"ethnicity": {"British": "W1", "Irish": "W2"}},
    )
    assert {"W1", "W2", "Any other White background"} <= set(table["ethnicity"])
    assert not {"British", "Irish"} & set(table["ethnicity"])


def test_bands_of_age_are_written_where_a_list_is_stated(people, written):
    table, person = written(columns={"age": "age"}, lists={"age": "age.bands_8"})
    bands = standard("age.bands_8").bands
    assert table["age"].to_list() == [bands.band(age) for age in people.age(DAY)[person]]


@pytest.mark.parametrize(
    ("role", "reason", "text"),
    [
        ("ethnicity", "does_not_apply", "-8"),
        ("ethnicity", "not_stated", "Not stated"),
        ("ethnicity", "prefer_not_to_say", "Prefer not to say"),
        ("ethnicity", "invalid", "99"),
        ("ethnicity", "not_answered", None),
        ("ethnicity", "suppressed", None),
        ("religion", "not_stated", "9"),
        ("religion", "not_answered", "-6"),
        ("date_of_birth", "invalid", "9999-99-99"),
        ("date_of_birth", "placeholder", "1900-01-01"),
        ("date_of_birth", "not_answered", None),
        ("postcode", "placeholder", "ZZ99 3VZ"),
        ("surname", "placeholder", "UNKNOWN"),
    ],
)
def test_a_missing_value_is_written_by_its_reason(people, written, role, reason, text):
    table, _ = written(errors={"missing": {role: {reason: 1.0}}})
    structural = [None] if role == "postcode" else []  # no fixed abode
    assert set(table[role]) <= {text, *structural}
    assert text in set(table[role])


def test_what_is_written_of_groups_is_read_back_with_its_reason(people, spec):
    reasons = ["not_stated", "prefer_not_to_say", "does_not_apply", "unknown_code", "placeholder"]
    source = spec(errors={"missing": {"ethnicity": dict.fromkeys(reasons, 0.1)}})
    found = record(people, "census", source, 8, 0)
    errors = pl.from_arrow(found.errors).filter(pl.col("stage") == "missing")
    why = dict(errors.select("record_id", "kind").iter_rows())
    table = pl.from_arrow(found.table)
    read = standard(EW)
    for identifier, value in table.select("record_id", "ethnic_group").iter_rows():
        group, reason = by_standard(value, read).values
        assert reason == why.get(identifier)
        assert (group is None) == (identifier in why)


def test_whom_nothing_applies_to_has_the_code_for_it(people, spec, joined):
    columns = {"religion": "religion", "nssec": "class"}
    blank = people.codes | {"religion": np.full_like(people.codes["religion"], -1)}
    source = spec(columns=columns)
    nobody = replace(people, codes=blank)
    table, _ = joined(record(nobody, "census", source, 1, 0), source, people)
    assert set(table["religion"]) == {"-9"}


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({"lists": {"ethnicity": "disability"}}, "no way from the groups of ethnicity to disabil"),
        (
            {"lists": {"nssec": "sex"}, "columns": {"nssec": "class"}},
            "no way from the groups of nssec to sex",
        ),
        ({"columns": {"shoe_size": "shoes"}}, "no source can hold shoe_size"),
        ({"columns": {"weight": "weight"}}, "only a survey, .* can hold weight"),
    ],
)
def test_what_cannot_be_written_is_refused(written, settings, said):
    with pytest.raises(ValueError, match=said):
        written(**settings)
