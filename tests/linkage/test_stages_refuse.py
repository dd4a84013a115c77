"""What the data will not bear is one error with its code, and no data value in it."""

import pytest

from linkage.errors import DataError, Exit
from linkage.model import counting

BLOCKING = [["first_name", "surname"], ["date_of_birth"], ["surname", "postcode"]]
COMPARISONS = [
    {"column": "first_name", "kind": "jaro_winkler"},
    {"column": "surname", "kind": "levenshtein", "term_frequency": True},
    {"column": "date_of_birth", "kind": "date"},
    {"column": "postcode", "term_frequency": True},
    {"column": "sex"},
]
ODD = {"name": "odd", "kind": "custom"}
NEVER_SEEN = ["first_name_l = first_name_r", "first_name_l = 'QUENTIN' AND first_name_r = 'URSULA'"]
UNTRAINED = {
    "blocking": BLOCKING,
    "comparisons": [*COMPARISONS[1:], {**ODD, "sql": NEVER_SEEN}],
    "training": {"u_pairs": 1000},
}


@pytest.fixture
def link_towns(link, invented_people, columns):
    """Link sources in which all live in one town, and nobody in the other is of their sex."""

    def linked(linkage, roles=None):
        held = {**columns, "town": "town"}
        held = {role: column for role, column in held.items() if role in (roles or held)}
        two = {"a": invented_people("a", 0, 300), "b": invented_people("b", 100, 400)}
        sources = {
            name: [{**record, "town": "Bath", "sex": sex} for record in two[name]]
            for name, sex in (("a", "F"), ("b", "M"))
        }
        for name, first in (("a", "Quentin"), ("b", "Ursula")):
            odd = {"id": f"{name}0", "first": first, "last": f"{first}son", "post": f"99{name}"}
            sources[name].append({**sources[name][0], **odd, "born": "1950-01-01"})
        return link(sources, linkage, once="ab", roles=dict.fromkeys("ab", held))

    return linked


@pytest.mark.parametrize(
    ("linkage", "roles", "code"),
    [
        ({"blocking": [["first_name", "sex"]], "comparisons": COMPARISONS}, None, "D340"),
        ({}, ["sex"], "D340"),
        ({"blocking": BLOCKING, "comparisons": [{"column": "town"}]}, None, "D341"),
        ({}, ["town"], "D342"),
        (UNTRAINED, None, "D343"),
        ({"comparisons": [{**ODD, "sql": ["nobody_l = nobody_r"]}]}, None, "D344"),
        ({"comparisons": [{**ODD, "sql": ["first_name_l ==== 'Bath'"]}]}, None, "D344"),
    ],
)
def test_what_the_data_will_not_bear_is_one_error(link_towns, linkage, roles, code):
    with pytest.raises(DataError) as caught:
        link_towns(linkage, roles)
    assert [fault.code for fault in caught.value.faults] == [code]
    assert caught.value.exit_code == Exit.DATA == 3
    assert not any(value in str(caught.value) for value in ("Bath", "Quentin", "QUENTIN"))


def test_a_level_that_was_never_trained_may_be_allowed(link_towns):
    training = {**UNTRAINED["training"], "allow_untrained": True}
    assert link_towns({**UNTRAINED, "training": training}).links


def test_too_many_patterns_are_refused(link_towns, monkeypatch):
    monkeypatch.setattr(counting, "MOST_PATTERNS", 20)
    comparisons = [each for each in COMPARISONS if each["column"] != "sex"]
    with pytest.raises(DataError) as caught:
        link_towns({"blocking": BLOCKING, "comparisons": comparisons})
    (fault,) = caught.value.faults
    assert fault.code == "D345"
    assert "date_of_birth" in fault.fix
