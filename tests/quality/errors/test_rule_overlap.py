from linkage.model.blocking import Rule
from quality.errors.rule_overlap import fields_of, least_shared, shared_fields

BIRTH = Rule(("birth_year", "birth_day", "surname"))
NAMES = Rule(("first_name", "surname_phonetic"))
PLACE = Rule(("postcode", "sex"))


def test_parts_of_a_date_are_one_field_and_a_column_of_ones_own_is_itself():
    assert fields_of(BIRTH) == {"date_of_birth", "surname"}
    assert fields_of(Rule(("height",))) == {"height"}


def test_rules_that_share_nothing_come_first():
    assert least_shared([BIRTH, NAMES, PLACE], [10.0, 9.0, 1.0]) == (0, 2, 1)


def test_shared_fields_are_named():
    said = shared_fields([BIRTH, NAMES, PLACE])
    assert "birth_year + birth_day + surname and first_name + surname_phonetic (surname)" in said
    assert "postcode" not in said
    assert shared_fields([NAMES, PLACE]) is None


def test_of_many_pairs_the_rest_is_counted():
    rules = [Rule(("surname", column)) for column in "abcd"]
    assert shared_fields(rules).endswith("and 1 more pairs")
