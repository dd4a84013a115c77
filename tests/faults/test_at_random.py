"""Killed at random moments, or given mutated files: a tenth here, all in the long tests."""

import json

import pytest

from benchmarks.faults.fuzzing import CONFIGURATION, configurations, inputs
from benchmarks.faults.kills import kills
from benchmarks.faults.run import CONFIGURATIONS, INPUTS, KILLS, RESULTS
from benchmarks.faults.table import page
from benchmarks.faults.worlds import COMMANDS


def of(n):
    return pytest.mark.parametrize("n", [n // 10, pytest.param(n, marks=pytest.mark.long)])


@of(KILLS)
def test_killed_and_started_again_it_ends_like_an_undisturbed_one(tmp_path, n):
    found = list(kills(tmp_path, n, seed=n))
    assert len(found) == n
    assert {each.command for each in found} == set(COMMANDS)
    assert [each for each in found if each.wrong] == []


@of(CONFIGURATIONS)
def test_a_mutated_configuration_never_surprises(tmp_path, n):
    found = list(configurations(tmp_path, n, seed=n))
    assert [each for each in found if each.wrong] == []
    assert {each.exit for each in found} >= {0, 2}


@of(INPUTS)
def test_a_mutated_input_never_surprises(tmp_path, n):
    found = list(inputs(tmp_path, n, seed=n))
    assert [each for each in found if each.wrong] == []
    assert {each.exit for each in found} >= {0, 3}


@pytest.mark.long
def test_the_committed_results_are_of_all_and_nothing_is_wrong():
    found = json.loads((RESULTS / "faults.json").read_text(encoding="utf-8"))
    fuzzed = [each["mutated"] for each in found if "mutated" in each]
    assert len(found) - len(fuzzed) >= KILLS
    assert fuzzed.count(CONFIGURATION) >= CONFIGURATIONS
    assert len(fuzzed) - fuzzed.count(CONFIGURATION) >= INPUTS
    assert [each for each in found if each["wrong"]] == []
    assert (RESULTS / "faults.md").read_text(encoding="utf-8") == page(found)
