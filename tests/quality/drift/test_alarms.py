"""Who an alarm is of, how long it is open, what it names as its cause."""

import json
from dataclasses import replace

import pyarrow as pa
import pytest

from quality.drift.advancing import advance
from quality.drift.state import State
from tests.quality.drift.conftest import records

A = ("ethnicity", "a")
ALL = (None, None)


def cells(state):
    return [each.cell for each in state.alarms]


def test_the_group_that_a_shift_begins_in_is_found_and_no_other(series, rng):
    *_, before, now = series([records(rng), records(rng), records(rng, missing=0.4)])
    assert cells(before) == []
    assert cells(now) == [A]
    (alarm,) = now.alarms
    assert alarm.since == "3"
    assert alarm.named
    assert alarm.causes[0].words == "surname missing more often"
    assert "lower weights" in [each.words for each in alarm.causes]


def test_a_shift_of_all_is_not_told_of_each_group(series, rng):
    *_, now = series([records(rng), records(rng, unlinked=0.2)])
    assert cells(now) == [ALL]
    assert [each.words for each in now.alarms[0].causes if each.sure] == ["fewer links"]


def test_two_groups_that_drift_by_themselves_are_two_alarms(series, rng):
    changed = records(rng, disagree=0.5).to_pandas()
    old = changed["group_age"] == "old"
    changed.loc[old & (rng.random(len(changed)) < 0.3), "linked"] = False
    *_, now = series([records(rng), pa.Table.from_pandas(changed, schema=records(rng).schema)])
    assert set(cells(now)) == {A, ("age", "old")}


def test_a_shift_that_stays_is_one_open_alarm_and_ends_when_it_has(series, rng):
    batches = [{}, {}, *[{"missing": 0.4}] * 3, {}, {}]
    states = series([records(rng, **each) for each in batches])
    assert [cells(each) for each in states] == [[], [], [A], [A], [A], [], []]
    assert {alarm.since for each in states for alarm in each.alarms} == {"3"}
    assert states[4].sources["register"].run == "2"
    assert states[6].sources["register"].run == "7"


def test_an_open_alarm_outlasts_a_batch_that_does_not_find_it_anew(series, rng):
    few = records(rng, n=1_000, missing=0.14)
    assert cells(series([records(rng), few])[-1]) == []
    assert cells(series([records(rng), records(rng, missing=0.4), few])[-1]) == [A]


def test_what_a_person_accepts_is_how_records_are(brought, series, rng):
    *_, now = series([records(rng), records(rng, missing=0.4)])
    accepted = now.accepted().of("2")
    assert accepted.alarms == ()
    after = advance(accepted, brought(records(rng, missing=0.4)), 10)
    assert cells(after) == []
    assert cells(advance(accepted, brought(records(rng)), 10)) == [A]


def test_a_batch_without_records_of_a_source_leaves_its_alarms_open(series, rng):
    *_, now = series([records(rng), records(rng, missing=0.4)])
    assert cells(advance(now, {}, 10)) == [A]


def test_more_of_a_group_is_told_and_which(series, rng):
    *_, now = series([records(rng), records(rng, share=0.2)])
    assert cells(now) == [ALL]
    (cause,) = (each for each in now.alarms[0].causes if each.statistic == "groups")
    assert cause.words == "ethnicity: other shares"
    assert "a" in cause.groups


def test_a_new_code_is_called_one(series, rng):
    table = records(rng)
    at = table.column_names.index("group_ethnicity")
    other = ["z" if each == "b" else each for each in table["group_ethnicity"].to_pylist()]
    *_, now = series([records(rng), table.set_column(at, "group_ethnicity", [other])])
    causes = [each for alarm in now.alarms for each in alarm.causes]
    (cause,) = (each for each in causes if each.statistic == "groups")
    assert cause.words == "ethnicity: new codes"
    assert cause.groups == ("z",)


@pytest.mark.parametrize(("threshold", "named"), [(100, True), (1_000, False)])
def test_a_group_below_the_threshold_is_not_named(threshold, named, series, rng):
    *_, now = series([records(rng), records(rng, missing=0.4)], threshold)
    assert [alarm.named for alarm in now.alarms] == [named]


def test_a_model_trained_anew_is_no_drift_of_records(series, rng):
    before, now = records(rng), records(rng)
    at = now.column_names.index("w_levels")
    other = now.set_column(at, "w_levels", [[each * 2 + 3 for each in now["w_levels"].to_pylist()]])
    assert cells(series([before, other])[-1]) == []


def test_what_is_written_is_read_again(series, rng):
    *_, now = series([records(rng), records(rng, missing=0.4)])
    written = json.loads(json.dumps(now.as_record()))
    again = State.from_record(written)
    assert again.as_record() == now.as_record()
    assert cells(again) == [A]
    assert replace(again.sources["register"], series={}).counted is not None
