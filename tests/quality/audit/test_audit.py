"""What sources hold, counted on records made by hand; and the condition that makes one linkable."""

import json
from dataclasses import asdict

import numpy as np
import pytest

from linkage.model.blocking import Rule
from quality.audit.audit import LINKABLE, audit
from quality.audit.unclaimed import unclaimed

RULES = (Rule(("surname", "birth_year")), Rule(("postcode",)))
GROUPS = {
    "ethnicity": {
        "source": "census",
        "column": "eth",
        "collected": "self_reported",
        "also": [{"source": "register", "column": "ethnos", "collected": "administrative"}],
    },
    "home": {"source": "census", "column": "tenure"},
}


def record(number, surname="Ng", year="1980", postcode="AB1 2CD", group="A", home="own"):
    """Return a record with its reasons: what is None was not answered."""
    held = {"surname": surname, "birth_year": year, "postcode": postcode, "sex": "F"}
    roles = {"surname": surname, "date_of_birth": year, "postcode": postcode, "sex": "F"}
    groups = {"group_ethnicity": group, "group_home": home}
    return {
        "id": str(number),
        **held,
        **groups,
        **{f"missing_{name}": None if value else "not_answered" for name, value in roles.items()},
        **{f"missing_{name}": None if value else "not_stated" for name, value in groups.items()},
    }


def register(number, ethnos="A"):
    made = record(number, group=ethnos)
    return {name: value for name, value in made.items() if "home" not in name}


@pytest.fixture
def run(made_run):
    census = [record(k) for k in range(170)]
    census += [record(k, postcode=None, group="B") for k in range(170, 190)]
    census += [record(k, postcode=None, year=None) for k in range(190, 195)]
    census += [record(k, None, None, None, group=None) for k in range(195, 200)]
    made = made_run(groups=GROUPS)
    made.source("census", census)
    return made.source("register", [register(k) for k in range(50)])


def audited(run, rules=RULES, **held):
    return audit(run.workspace, run.config, rules, {"census": (), "register": (), **held})


def test_identifiers_are_counted_with_the_reason_for_what_is_missing(run):
    census, _ = audited(run).sources
    found = {each.column: (each.present.k, each.reasons) for each in census.identifiers}
    assert found == {
        "surname": (195, {"not_answered": 5}),
        "date_of_birth": (190, {"not_answered": 10}),
        "postcode": (170, {"not_answered": 30}),
        "sex": (200, {}),
    }


def test_a_record_can_be_linked_where_some_rule_finds_all_it_asks_for(run):
    census, _ = audited(run).sources
    assert (census.linkable.k, census.linkable.n) == (190, 200)
    assert census.linkable.interval.lower < 0.95 < census.linkable.interval.upper
    assert census.bare.k == 5, "sex alone tells nobody"


def test_a_rule_across_two_columns_asks_each_side_for_its_own(run):
    across = (Rule(("postcode = surname",)),)
    census, register = audited(run, across).sources
    assert census.linkable.k == 170, "census stands on the left: its postcode is asked for"
    assert register.linkable.k == 50


def test_without_a_rule_nothing_is_said_of_linking(run):
    assert all(source.linkable is None for source in audited(run, ()).sources)


def test_the_groups_with_least_are_named_the_furthest_below_first(run):
    census, _ = audited(run).sources
    first, *rest = census.least_complete
    assert (first.column, first.characteristic, first.group) == ("postcode", "ethnicity", "B")
    assert (first.present.k, first.present.n, first.of_all) == (0, 20, 0.85)
    assert LINKABLE not in {each.column for each in rest}, "B is linked by name and year"


def test_chance_names_no_group(made_run):
    """Postcodes missing without regard to group: of 200 groups none is surely below."""
    lacking = np.random.default_rng(2).random(10_000) < 0.05
    census = [
        record(k, postcode=None if lacks else "AB1 2CD", group=f"g{k % 200}")
        for k, lacks in enumerate(lacking)
    ]
    run = made_run(groups=GROUPS).source("census", census).source("register", [register(0)])
    assert audited(run).sources[0].least_complete == ()


def test_the_nine_come_first_and_what_nobody_holds_is_said(run):
    found = audited(run).characteristics
    assert [each.protected for each in found[:9]][5:9:3] == ["race", "sexual_orientation"]
    race = found[5]
    assert [(held.source, held.collected) for held in race.holdings] == [
        ("census", "self-reported"),
        ("register", "by an administration"),
    ]
    assert (race.holdings[0].completeness.present.k, race.holdings[1].completeness.present.k) == (
        195,
        50,
    )
    assert race.holdings[0].completeness.reasons == {"not_stated": 5}
    assert found[8].holdings == ()
    assert found[9].name == "home"
    assert found[9].not_held_by == ("register",)


def test_columns_that_may_hold_a_characteristic_are_named_and_used_ones_are_not(run):
    held = {"census": ("id", "eth", "Ethnic-Group", "religion"), "register": ("ethnos", "embrace")}
    by_name = {each.protected: each.could_hold for each in audited(run, **held).characteristics}
    assert [(e.source, e.column) for e in by_name["religion_or_belief"]] == [("census", "religion")]
    assert by_name["race"] == ()
    names = ("Ethnic-Group", "trace", "gender_identity", "gender", "sexual_orientation", "stage")
    assert list(unclaimed(run.config, "register", names)) == [
        ("race", "Ethnic-Group"),
        ("gender_reassignment", "gender_identity"),
        ("sex", "gender"),
        ("sexual_orientation", "sexual_orientation"),
    ]


def test_the_audit_is_plain_values(run):
    json.dumps(asdict(audited(run)))
