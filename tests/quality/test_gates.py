"""Limits held against what was measured, and never against what was not."""

import json

import pytest

from linkage.config.schema import Config
from quality import measures
from quality.gates import from_record, judge, to_record

FINE = {"draws": 200, "rhat": 1.01, "effective_draws": 160, "collisions": 0.01}


def config(**gates):
    source = {"path": "x.csv", "id": "id", "columns": {"surname": "surname"}}
    return Config.model_validate(
        {"name": "made", "sources": {"a": source, "b": source}, "quality": {"gates": gates}}
    )


def found(settings, rates=(), released=None, uncertainty=FINE):
    shown = rates if released is None else released
    return {
        (each.gate, each.group): (each.outcome, each.fails)
        for each in judge(settings, rates, shown, uncertainty)
    }


def test_a_run_that_asks_for_nothing_is_judged_by_its_draws_alone():
    assert found(config()) == {
        ("rhat", None): ("passed", False),
        ("effective_draws", None): ("passed", False),
    }


@pytest.mark.parametrize(
    ("gate", "value"), [("rhat", 1.2), ("effective_draws", 40), ("collisions", 0.06)]
)
def test_draws_that_fall_short_fail(gate, value):
    verdicts = found(config(collisions=0.05), uncertainty=FINE | {gate: value})
    assert [key for key, (_, fails) in verdicts.items() if fails] == [(gate, None)]


def test_a_run_without_draws_has_none_to_judge():
    verdicts = found(config(), uncertainty={"draws": 0})
    assert set(verdicts.values()) == {("not_applicable", False)}


def test_who_asks_for_recall_and_measures_nothing_does_not_pass(rate):
    modelled = [rate(measures.RECALL, method) for method in measures.MODELLED]
    verdicts = found(config(recall_lower=0.95), modelled)
    assert verdicts["recall_lower", None] == ("unmeasured", True)


def test_a_limit_that_nothing_measured_may_be_allowed():
    verdicts = found(config(recall_lower=0.95, unmeasured="allow"))
    assert verdicts["recall_lower", None] == ("unmeasured", False)


def test_groups_that_were_measured_do_not_stand_for_all_records(rate):
    group = rate(measures.RECALL, characteristic="sex", group="F", lower=0.99)
    assert found(config(recall_lower=0.9), [group])["recall_lower", None] == ("unmeasured", True)


def test_a_group_below_the_limit_fails_unless_it_is_too_few_to_tell(rate):
    rows = [
        rate(lower=0.96),
        rate(characteristic="sex", group="F", lower=0.951),
        rate(characteristic="sex", group="M", lower=0.94),
        rate(characteristic="age", group="90+", lower=0.5, status="too_few_to_tell"),
        rate(characteristic="age", group="0-9", lower=0.96, status="too_few_to_tell"),
    ]
    verdicts = found(config(precision_lower=0.95), rows)
    assert verdicts["precision_lower", None] == ("passed", False)
    assert verdicts["precision_lower", "F"] == ("passed", False)
    assert verdicts["precision_lower", "M"] == ("failed", True)
    assert verdicts["precision_lower", "90+"] == ("too_few_to_tell", False)
    assert verdicts["precision_lower", "0-9"] == ("passed", False)


def test_all_records_are_judged_however_few_were_reviewed(rate):
    verdicts = found(config(precision_lower=0.95), [rate(lower=0.5, status="too_few_to_tell")])
    assert verdicts["precision_lower", None] == ("failed", True)


def test_a_group_that_is_held_back_is_judged_and_not_named(rate):
    rows = [rate(), rate(characteristic="race", group="z", lower=0.5)]
    released = [rate(), rate(characteristic="race", group="z", status="suppressed")]
    verdicts = judge(config(precision_lower=0.9), rows, released, FINE)
    (failed,) = [each for each in verdicts if each.fails]
    assert (failed.group, failed.named) == ("z", False)


def test_verdicts_come_back_from_their_file(rate):
    verdicts = judge(config(precision_lower=0.9), [rate()], [rate()], FINE)
    record = json.loads(json.dumps(to_record(verdicts)))
    assert from_record(record) == verdicts
    assert record["failed"] is False
