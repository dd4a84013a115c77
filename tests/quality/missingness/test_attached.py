"""What became of a variable of another source, counted through links."""

import pytest

from linkage.config.group_names import CROSS
from quality.missingness.attached import attached_tallies
from quality.missingness.chains import link_pattern_tallies
from quality.missingness.counted import counted_values
from quality.missingness.shares import missing_shares

EVENT = "missing_variable_event"


def linked_run(make):
    run = make(
        linkage={"focal": "a"},
        groups={"sex": {"source": "a", "column": "sex"}, "age": {"source": "a", "column": "age"}},
        intersections=[["sex", "age"]],
        missingness={"variables": [{"source": "b", "column": "event"}]},
    )
    sexes = ("F", "F", "F", "M", None)
    run.source(
        "a",
        [
            {
                "id": f"a{at}",
                "group_sex": sex,
                "missing_group_sex": None if sex else "prefer_not_to_say",
                "group_age": "old",
                "missing_group_age": None,
            }
            for at, sex in enumerate(sexes)
        ],
    )
    reasons = (None, "prefer_not_to_say", "does_not_apply", None, "not_answered")
    run.source("b", [{"id": f"b{at}", EVENT: reason} for at, reason in enumerate(reasons)])
    return run.decide(links=[("a", f"a{at}", "b", f"b{at}") for at in (0, 1, 2, 4)])


@pytest.fixture
def tallies(made_run):
    run = linked_run(made_run)
    return list(attached_tallies(run.workspace, run.config))


def of(tallies, characteristic=None, group=None):
    return {t.stage: t.k for t in tallies if (t.characteristic, t.group) == (characteristic, group)}


def test_every_outcome_of_a_value_is_counted_and_they_are_all_records(tallies):
    assert of(tallies) == {
        "not_linked_undetermined": 1,
        "observed_from_link": 1,
        "asked": 3,
        "not_answered": 1,
        "prefer_not_to_say": 1,
        "does_not_apply": 1,
    }
    assert {t.n for t in tallies if t.characteristic is None} == {5}


def test_a_missing_group_is_a_row_of_its_own(tallies):
    assert of(tallies, "sex", "unknown")["not_answered"] == 1
    assert of(tallies, "sex", "M")["not_linked_undetermined"] == 1


def test_intersections_are_not_split_by_reason(tallies):
    assert of(tallies, CROSS.join(("sex", "age")), CROSS.join(("F", "old"))) == {
        "not_linked_undetermined": 0,
        "observed_from_link": 1,
        "asked": 2,
    }


def test_stages_rest_on_these_counts(tallies):
    counts = counted_values(tallies)["b", "event"][None, None]
    assert (counts.n, counts.linked, counts.asked, counts.observed) == (5, 4, 3, 1)
    assert not counts.all_asked


def test_preferring_not_to_say_is_a_row_and_says_that_links_may_be_wrong(tallies):
    rows = missing_shares(tallies, 0.95, 0.05)
    row = next(r for r in rows if r.stage == "prefer_not_to_say" and r.characteristic is None)
    assert (row.estimate, row.n_records, row.other) == (0.2, 5, "b")
    assert "right or wrong" in row.assumptions[0]


def test_of_several_partners_the_one_with_a_value_counts(made_run):
    run = made_run(
        linkage={"focal": "a"}, missingness={"variables": [{"source": "b", "column": "event"}]}
    )
    run.source("a", [{"id": "a0"}, {"id": "a1"}])
    run.source("b", [{"id": "b0", EVENT: "not_stated"}, {"id": "b1", EVENT: None}])
    run.source("c", [{"id": "c0"}])
    run.decide(entities=[("a0", "b0", "b1")])
    found = of(list(attached_tallies(run.workspace, run.config)))
    assert found["observed_from_link"] == 1
    assert found["not_linked_undetermined"] == 1


def test_combinations_of_sources_are_counted_together_not_multiplied(made_run):
    run = made_run(linkage={"focal": "a"}, groups={"sex": {"source": "a", "column": "sex"}})
    run.source("a", [{"id": f"a{k}", "group_sex": "F" if k < 2 else None} for k in range(4)])
    run.source("b", [{"id": "b0"}, {"id": "b1"}])
    run.source("c", [{"id": "c0"}, {"id": "c1"}])
    run.decide(entities=[(f"a{k}", f"b{k}", f"c{k}") for k in range(2)])
    tallies = list(link_pattern_tallies(run.workspace, run.config))
    every = {t.variable: t.k for t in tallies if t.characteristic is None}
    # each of both is linked to half of the records, and both to the same half
    assert every == {"no other source": 2, "b": 0, "c": 0, "b + c": 2}
    women = {t.variable: t.k for t in tallies if t.group == "F"}
    assert women == {"no other source": 0, "b": 0, "c": 0, "b + c": 2}


def test_two_sources_have_no_combinations(made_run):
    run = linked_run(made_run)
    assert not list(link_pattern_tallies(run.workspace, run.config))
