"""Gaps that are built in appear in what a linkage finds."""

import numpy as np
import pytest

from benchmarks.populations import linking, run
from benchmarks.populations.control import p_value


def test_the_gaps_of_known_bias_are_measured(tmp_path, monkeypatch):
    monkeypatch.setattr(run, "_BIASED", 20_000)
    gaps = list(run.measured_gaps(tmp_path / "data"))
    assert [each["group"] for each in gaps] == list(run.GAPS)
    for each in gaps:
        assert each["measured"] == pytest.approx(each["built_in"], abs=4 * each["standard_error"])
    assert gaps[-1]["measured"] > 4 * gaps[-1]["standard_error"]


def test_a_linkage_sees_no_difference_between_groups_that_differ_in_nothing(tmp_path):
    made = linking.order("null_control", 3_000, 5)
    done = linking.linked(made, tmp_path / "data")
    records = linking.focal_records(tmp_path / "data", done)
    assert p_value(records, False, np.random.default_rng(1)) > 0.001
