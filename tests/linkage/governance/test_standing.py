"""Which approvals a run rests on, on which days, and what the roles allow."""

from datetime import date

import pytest

from linkage.config.schema import Config
from linkage.errors import RefusedError
from linkage.governance.permission import require_permission
from linkage.governance.standing import standing
from linkage.runs import events
from linkage.runs.audit import verify

LINKAGE = {
    "what": "linkage",
    "by": "A. Judge",
    "role": "data owner",
    "on": "2026-01-31",
    "until": "2026-12-31",
    "reason": "coverage",
    "holder": "Census team",
    "sources": ["a", "b"],
}


def config(*approvals, output="runs", **settings):
    source = {"path": "a.csv", "id": "id", "columns": {"surname": "s"}}
    governance = {"approvals": [{**LINKAGE, **each} for each in approvals], **settings}
    return Config.model_validate(
        {
            "name": "small",
            "sources": {"a": source, "b": source},
            "governance": governance,
            "output": output,
        }
    )


@pytest.fixture
def on(monkeypatch):
    """Return a function that asks for permission on a day: the codes of what is said."""

    def ask(day, asked):
        monkeypatch.setattr(events, "today", lambda: date.fromisoformat(day))
        try:
            return [(each.code, each.path) for each in require_permission(asked)]
        except RefusedError as error:
            return [(each.code, each.path) for each in error.faults]

    return ask


def test_an_ungoverned_linkage_needs_nobody(on):
    assert on("2099-01-01", config()) == []


@pytest.mark.parametrize(
    ("day", "said"),
    [
        ("2026-01-30", ["R600", "R600"]),
        ("2026-01-31", []),
        ("2026-11-30", []),
        ("2026-12-01", ["R602"]),
        ("2026-12-31", ["R602"]),
        ("2027-01-01", ["R600", "R600"]),
    ],
)
def test_an_approval_holds_from_its_first_day_to_its_last(on, day, said):
    assert [code for code, _ in on(day, config({}))] == said


def test_a_source_that_no_approval_names_is_refused_by_name(on):
    assert on("2026-06-01", config({"sources": ["a"]})) == [("R600", "governance")]


def test_what_is_approved_in_part_is_not_complete():
    found = standing(config({"sources": ["a"]}), date(2026, 6, 1))
    assert (found.approvals, found.until, found.complete) == ((0,), None, False)


def test_each_source_may_have_an_approval_of_its_own_and_the_first_to_end_counts():
    both = config({"sources": ["a"]}, {"sources": ["b"], "until": "2026-08-01"})
    found = standing(both, date(2026, 6, 1))
    assert found.approvals == (0, 1)
    assert found.until == date(2026, 8, 1)


def test_of_several_approvals_the_one_to_last_counts():
    renewed = config({}, {"on": "2026-05-01", "until": "2027-12-31"})
    assert standing(renewed, date(2026, 4, 30)).until == date(2026, 12, 31)
    assert standing(renewed, date(2026, 5, 1)).until == date(2027, 12, 31)
    assert standing(renewed, date(2027, 5, 1)).approvals == (1,)


def test_roles_without_an_approval_are_governed_too(on):
    assert [code for code, _ in on("2026-06-01", config(roles={"see_identifiers": ["0"]}))][:2] == [
        "R600",
        "R600",
    ]


def test_a_user_without_the_role_is_refused(on, monkeypatch):
    asked = config({}, roles={"see_identifiers": ["4001", "4002"]})
    monkeypatch.setattr("os.geteuid", lambda: 4002)
    assert on("2026-06-01", asked) == []
    monkeypatch.setattr("os.geteuid", lambda: 4003)
    assert on("2026-06-01", asked) == [("R601", "governance.roles.see_identifiers")]


def test_a_refusal_stands_in_the_audit_log_of_the_home(on, tmp_path):
    home = tmp_path / "small"
    asked = config({}, output=tmp_path)
    on("2027-01-01", asked)
    assert not home.exists()  # nothing is made for whoever is refused
    home.mkdir()
    on("2027-01-01", asked)
    on("2027-01-02", asked)
    verdict = verify(home / "audit.jsonl")
    assert verdict.holds
    text = (home / "audit.jsonl").read_text()
    assert text.count('"event":"run_refused"') == 2
    assert text.count('"codes":["R600","R600"]') == 2


def test_a_threshold_by_group_needs_an_approval_that_has_not_ended(on):
    asked = config(
        {
            "what": "threshold_by_group",
            "holder": None,
            "sources": [],
        }
    )
    decide = asked.linkage.decide.model_copy(
        update={"threshold_by_group": {"characteristic": "sex", "thresholds": {"F": 0.4}}}
    )
    linkage = asked.linkage.model_copy(update={"decide": decide})
    asked = asked.model_copy(update={"linkage": linkage})
    assert on("2026-06-01", asked) == []
    assert [code for code, _ in on("2027-01-01", asked)] == ["R600"]
