"""The drift benchmark in small: the group found in wave four, and nothing in any other."""

import json

import pytest

from benchmarks.drift.run import PEOPLE, RESULTS
from benchmarks.drift.series import quiet
from benchmarks.drift.table import false_alarms, is_found, page
from benchmarks.drift.waves import WAVES, waves


@pytest.fixture(scope="module")
def planted():
    return [waves(PEOPLE, True, seed) for seed in range(1, 6)]


def test_drift_is_found_in_its_group_and_wave(planted):
    assert sum(map(is_found, planted)) >= 4


def test_and_nowhere_else(planted):
    assert sum(bool(false_alarms(one)) for one in planted) <= 1


def test_a_shift_that_stays_is_one_open_alarm(planted):
    still = [one["waves"][WAVES - 1]["open"] for one in planted if is_found(one)]
    assert all(still)


def test_batches_in_which_nothing_changes_raise_no_alarm():
    made = quiet(4_000, 10, 1_000, 1)
    assert len(made["alarms"]) <= 1


def test_the_page_says_what_was_measured():
    found = json.loads((RESULTS / "drift.json").read_text("utf-8"))
    assert (RESULTS / "drift.md").read_text("utf-8") == page(found)
    assert len(found["planted"]) == 50
    assert sum(map(is_found, found["planted"])) >= 45
    assert sum(bool(false_alarms(one)) for one in found["planted"]) <= 6
