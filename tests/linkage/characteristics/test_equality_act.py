import pytest

from linkage.characteristics.equality_act import NINE, protected_characteristics, protected_of
from linkage.characteristics.standards import document, standard_names


def test_the_nine_are_those_of_the_act():
    listed = document()["equality_act_2010"]["protected_characteristics"]
    assert [name.replace("_", " ") for name in NINE] == listed
    assert list(protected_characteristics()) == list(NINE)


def test_each_has_its_lists_but_pregnancy_and_maternity_which_has_none():
    found = protected_characteristics()
    assert found["pregnancy_and_maternity"].lists == ()
    assert all(found[each].lists for each in NINE if each != "pregnancy_and_maternity")
    assert "ethnicity.scotland_2022" in found["race"].lists
    assert {name for each in found.values() for name in each.lists} <= set(standard_names())


@pytest.mark.parametrize(
    ("name", "harmonised", "protected"),
    [
        ("whatever", "ethnicity.census_2021_19", "race"),
        ("ethnic_group", None, "race"),
        ("gender_identity", None, "gender_reassignment"),
        ("marital_status", None, "marriage_and_civil_partnership"),
        ("maternity", None, "pregnancy_and_maternity"),
        ("sex", "sex", "sex"),
        ("band", "age.bands_8", "age"),
        ("area", "deprivation.decile", None),
        ("home", "household.size", None),
        ("kind", None, None),
    ],
)
def test_a_characteristic_is_known_by_its_list_or_its_name(name, harmonised, protected):
    assert protected_of(name, harmonised) == protected
