import pytest

from linkage.errors import LinkageError
from quality.review.decisions import open_log
from quality.review.reviewers import read_roles, take_role, to_settle, worklist


def refused(code, *arguments):
    with pytest.raises(LinkageError) as error:
        take_role(*arguments)
    assert [fault.code for fault in error.value.faults] == [code]


@pytest.mark.parametrize("name", ["", "Anna", "a b", "a/b", "../x", "é", "a" * 41, "a\n"])
def test_names_that_cannot_be(review, name):
    refused("R441", review.folder, name)


def test_roles_go_to_the_first_who_come_and_stay(review):
    folder = review.folder
    assert [take_role(folder, name) for name in ("anna", "ben", "anna")] == [
        "first",
        "second",
        "first",
    ]
    assert take_role(folder, "chris", adjudicate=True) == "adjudicator"
    assert read_roles(folder) == {"first": "anna", "second": "ben", "adjudicator": "chris"}
    refused("R442", folder, "dora")
    refused("R442", folder, "dora", True)
    refused("R442", folder, "anna", True)
    refused("R442", folder, "chris")


def test_each_reviewer_has_an_order_of_their_own_that_stays(review):
    anna, ben = (worklist(review, "first", name) for name in ("anna", "ben"))
    assert anna == worklist(review, "first", "anna")
    assert sorted(anna) == sorted(ben) == list(range(20))
    assert list(anna) != sorted(anna)
    assert anna != ben
    assert sorted(worklist(review, "second", "ben")) == [0, 1, 2, 3, 4]


def test_the_adjudicator_gets_what_differs(review):
    for name in ("anna", "ben"):
        take_role(review.folder, name)
    with open_log(review, "anna", False) as log:
        log.append((0, 1), (1, 1), (2, "none"), (3, 2), (4, "unsure"), (9, 1))
    with open_log(review, "ben", False) as log:
        log.append((0, 1), (1, 2), (2, "unsure"), (3, "none"), (4, "unsure"))
    assert to_settle(review) == {1: (1, 2), 2: ("none", "unsure"), 3: (2, "none"), 9: ()}
    assert sorted(worklist(review, "adjudicator", "chris")) == [1, 2, 3, 9]


def test_the_adjudicator_gets_every_error_that_anyone_called(review):
    for name in ("anna", "ben"):
        take_role(review.folder, name)
    links = [unit.number for unit in review.units.values() if unit.kind == "link"]
    others = [unit.number for unit in review.units.values() if unit.kind != "link"]
    with open_log(review, "anna", False) as log:
        log.append((links[0], "none"), (links[1], "none"), (others[0], 1), (others[1], "none"))
    with open_log(review, "ben", False) as log:
        log.append((links[1], "none"))
    assert to_settle(review) == {links[0]: (), links[1]: (), others[0]: ()}
