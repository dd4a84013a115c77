import pytest

from linkage.characteristics.refusals import (
    names_a_split,
    one_name_for_all,
    white_and_everyone_else,
)


@pytest.mark.parametrize(
    ("text", "refused"),
    [
        ("BAME", True),
        ("all BME groups", True),
        ("bame_flag", True),
        ("Non-BAME", True),
        ("Bamendra", False),
        ("Ethnic group", False),
    ],
)
def test_one_name_for_all_ethnic_minorities(text, refused):
    assert one_name_for_all(text) is refused


@pytest.mark.parametrize(
    ("name", "refused"),
    [
        ("is_white", True),
        ("non_white", True),
        ("ethnic_minority", True),
        ("Minority ethnic group", True),
        ("white_british_pensioners", False),
        ("ethnicity", False),
    ],
)
def test_names_of_splits(name, refused):
    assert names_a_split(name) is refused


@pytest.mark.parametrize(
    ("groups", "refused"),
    [
        (["White", "Other"], True),
        (["White", "Non-White"], True),
        (["White British", "All other ethnic groups"], True),
        (["White British", "Other than White British"], True),
        (["White", "Ethnic minorities"], True),
        (["White", "Asian"], False),
        (["White", "Asian", "Other"], False),
        (["White", "White British"], False),
        (["Other"], False),
        ([], False),
    ],
)
def test_white_and_everyone_else(groups, refused):
    assert white_and_everyone_else(groups) is refused
