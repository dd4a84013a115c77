import pytest

from linkage.config.group_names import CROSS
from quality.missingness.counts import missing_tallies
from quality.missingness.shares import missing_shares


def run_of(make):
    run = make(
        groups={"sex": {"source": "a", "column": "sex"}, "age": {"source": "a", "column": "age"}},
        intersections=[["sex", "age"]],
        missingness={"variables": [{"source": "a", "column": "Event type"}]},
    )
    rows = [
        {"missing_surname": "not_answered", "group_sex": "F", "group_age": "old"},
        {"missing_surname": "placeholder", "group_sex": "F", "group_age": "old"},
        {"missing_surname": None, "group_sex": "M", "group_age": "new"},
        {"missing_surname": None, "group_age": "new", "missing_group_sex": "not_stated"},
    ]
    for row, event in zip(rows, ("does_not_apply", "does_not_apply", None, "invalid"), strict=True):
        row |= {"missing_variable_Event type": event, "missing_first_name": None}
        row.setdefault("missing_group_sex", None)
    run.source("a", [{"id": f"a{at}", **row} for at, row in enumerate(rows)])
    return run.source("b", [{"id": "b0", "missing_surname": None}, {"id": "b1"}])


@pytest.fixture
def tallies(made_run):
    run = run_of(made_run)
    return list(missing_tallies(run.workspace, run.config))


def test_reasons_are_counted_by_source_and_group_with_all_reasons_beside_them(tallies):
    found = {
        (t.stage, t.characteristic, t.group): (t.k, t.n)
        for t in tallies
        if (t.measure, t.source, t.variable) == ("missing_identifier", "a", "surname")
    }
    assert found[None, None, None] == (2, 4)
    assert found["not_answered", None, None] == (1, 4)
    assert found["placeholder", "sex", "F"] == (1, 2)
    assert found["placeholder", "sex", "unknown"] == (0, 1)
    assert found[None, CROSS.join(("sex", "age")), CROSS.join(("F", "old"))] == (2, 2)
    assert ("invalid", None, None) not in found
    assert ("placeholder", CROSS.join(("sex", "age")), CROSS.join(("F", "old"))) not in found


def test_what_does_not_apply_is_shown_and_is_not_missing(tallies):
    found = {
        t.stage: t.k
        for t in tallies
        if t.measure == "missing_variable" and t.characteristic is None
    }
    assert found == {None: 1, "does_not_apply": 2, "invalid": 1}


def test_a_role_that_another_source_holds_is_missing_in_source(tallies):
    found = {
        (t.variable, t.stage): (t.k, t.n)
        for t in tallies
        if (t.measure, t.source) == ("missing_identifier", "b")
    }
    assert found == {
        ("surname", None): (0, 2),
        ("first_name", None): (2, 2),
        ("first_name", "missing_in_source"): (2, 2),
    }


def test_a_missing_group_is_counted_once_for_all_records(tallies):
    found = [t for t in tallies if t.measure == "missing_group"]
    assert [(t.variable, t.stage, t.k) for t in found] == [
        ("sex", None, 1),
        ("sex", "not_stated", 1),
    ]


def test_records_are_counted_by_group(tallies):
    found = {(t.source, t.characteristic, t.group): t.k for t in tallies if t.measure == "records"}
    assert found["a", None, None] == 4
    assert found["a", "sex", "unknown"] == 1
    assert found["b", None, None] == 2


def test_shares_have_wilson_intervals_and_their_base(tallies):
    rows = missing_shares(tallies, 0.95, 0.05)
    row = next(
        r
        for r in rows
        if (r.variable, r.stage, r.source, r.characteristic) == ("surname", None, "a", None)
    )
    assert (row.estimate, row.n_records, row.method, row.grade) == (0.5, 4, "wilson", "A")
    assert (row.lower, row.upper) == pytest.approx((0.15, 0.85), abs=1e-3)
    assert row.status == "too_few_to_tell"
