from linkage.model.blocking import Rule


def test_a_rule_asks_the_same_columns_of_both_sides():
    rule = Rule(("surname", "birth_year"))
    assert rule.name == "surname + birth_year"
    assert rule.columns == rule.side_columns("l") == rule.side_columns("r")
    assert rule.sql("l", "r") == 'l."surname" = r."surname" AND l."birth_year" = r."birth_year"'


def test_a_term_may_compare_two_columns():
    rule = Rule(("first_name = surname", "surname = first_name", "sex"))
    assert rule.side_columns("l") == ("first_name", "surname", "sex")
    assert rule.side_columns("r") == ("surname", "first_name", "sex")
    assert rule.columns == ("first_name", "surname", "sex")
    assert 'one."first_name" = other."surname"' in rule.sql("one", "other")
