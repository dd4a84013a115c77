import pytest

from linkage.characteristics import MISSING_REASONS
from linkage.characteristics.standards import standard, standard_names

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
