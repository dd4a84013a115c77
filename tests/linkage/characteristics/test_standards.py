import pytest

from linkage.characteristics import MISSING_REASONS
from linkage.characteristics.standards import (
    names_by_nation,
    short_name,
    standard,
    standard_names,
)
from linkage.config.standard_names import LISTS_BY_NATION, list_of

ETHNICITY = "ethnicity.census_2021_19"


def test_every_list_has_groups_and_lists_no_missing_value_among_them():
    assert {"age.bands_8", "age.bands_5yr", "sex", ETHNICITY} <= set(standard_names())
    for name in standard_names():
        found = standard(name)
        assert len(found.groups) > 1
        assert len(set(found.groups)) == len(found.groups)
        assert set(found.missing.values()) <= set(MISSING_REASONS)
        assert all(found.missing_reason(group) is None for group in found.groups)
        assert all(found.group(group) == group for group in found.groups)


@pytest.mark.parametrize(
    ("value", "group"),
    [
        ("14", "White: Irish"),
        ("White: Irish", "White: Irish"),
        ("  white - irish ", "White: Irish"),
        ("irish", "White: Irish"),
        ("8", "Black, Black British, Black Welsh, Caribbean or African: Other Black"),
        ("-8", None),
        ("20", None),
        ("Martian", None),
    ],
)
def test_codes_and_labels_mean_a_group(value, group):
    assert standard(ETHNICITY).group(value) == group


@pytest.mark.parametrize(
    ("name", "value", "reason"),
    [
        (ETHNICITY, "-8", "does_not_apply"),
        (ETHNICITY, "Does not apply", "does_not_apply"),
        (ETHNICITY, "8", None),
        ("ethnicity.legacy_16_plus_1", "NS", "not_stated"),
        ("ethnicity.collection_2025", "Prefer not to say", "prefer_not_to_say"),
        ("sexual_orientation", "8", "not_answered"),
    ],
)
def test_some_codes_are_a_reason_and_no_group(name, value, reason):
    assert standard(name).missing_reason(value) == reason


def test_the_order_is_that_of_the_list():
    assert standard("sex").groups == ("Female", "Male")
    assert standard("age.bands_8").groups[0] == "0-15"


def test_an_unknown_list_is_a_key_error():
    with pytest.raises(KeyError):
        standard("ages")


def test_a_short_label_means_a_group_where_it_stands_under_one_heading_only():
    scotland = standard("ethnicity.scotland_2022")
    assert scotland.group("Polish") == "White: Polish"
    assert scotland.group("Other") is None
    assert scotland.group("White: Other") == "White: Other"


def test_roll_ups_go_from_every_group_to_a_heading():
    for name in standard_names():
        found = standard(name)
        assert set(found.roll_up) in ({*()}, set(found.groups))
        assert not set(found.headings) - set(found.roll_up.values())
    found = standard(ETHNICITY)
    assert found.headings == (
        "Asian, Asian British or Asian Welsh",
        "Black, Black British, Black Welsh, Caribbean or African",
        "Mixed or Multiple ethnic groups",
        "White",
        "Other ethnic group",
    )
    assert found.roll_up["White: Roma"] == "White"
    assert standard("sex").headings == ()


def test_each_list_says_where_it_is_from_and_how_sure_that_is():
    assert standard(ETHNICITY).is_sure
    assert standard(ETHNICITY).source.startswith("https://ons.gov.uk/")
    assert not standard("age.bands_5yr").is_sure
    sure = {"found", "found_partial", "our_advice", "unsure"}
    assert {standard(name).confidence for name in standard_names()} <= sure


def test_lists_are_chosen_by_nation():
    assert names_by_nation() == LISTS_BY_NATION
    assert all(name in standard_names() for of in LISTS_BY_NATION.values() for name in of.values())
    assert list_of("ethnicity", "northern_ireland") == "ethnicity.northern_ireland_2021"
    assert list_of("sexual_orientation", None) == "sexual_orientation"


@pytest.mark.parametrize("name", standard_names())
def test_short_names_tell_the_groups_of_a_list_apart(name):
    groups = standard(name).groups
    assert len({short_name(group) for group in groups}) == len(groups)


def test_a_group_without_a_short_name_keeps_its_own():
    assert short_name("White: English, Welsh, Scottish, Northern Irish or British") == (
        "White British"
    )
    assert short_name("Other ethnic group: Other") == "Other ethnic group: Other"
