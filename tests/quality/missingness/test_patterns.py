"""Patterns of missing values, influx and outflux, against a published example."""

import numpy as np
import pytest
from scipy.stats.contingency import association

from quality.drawn import Drawn
from quality.missingness.flux import cramers_v, flux, flux_rows
from quality.missingness.patterns import ALL, Patterns, pattern_tallies

NAMES = ("age", "hyp", "bmi", "chl")
NHANES = {0b0000: 13, 0b1000: 3, 0b0100: 1, 0b0110: 1, 0b1110: 7}
"""Schafer's nhanes (25 persons), as ``mice::md.pattern(nhanes)`` counts it; bit 3 is chl."""


def test_influx_and_outflux_of_nhanes():
    found = flux(Patterns(NAMES, {ALL: NHANES}))
    # 73 values observed, 27 missing; bmi: 12 pairs in, 3 out
    assert found.influx == pytest.approx([0, 9 / 73, 12 / 73, 16 / 73])
    assert found.outflux == pytest.approx([1, 4 / 27, 3 / 27, 3 / 27])


def test_what_is_never_missing_has_no_influx_and_full_outflux():
    found = flux(Patterns(("a", "b"), {ALL: {0b00: 5, 0b10: 5}}))
    assert (found.influx[0], found.outflux[0]) == (0, 1)
    assert found.monotone == 1


def test_a_pattern_that_breaks_the_order_is_not_monotone():
    # b is missing more often than a: missing a alone does not fit
    found = flux(Patterns(("a", "b"), {ALL: {0b00: 4, 0b10: 3, 0b11: 2, 0b01: 1}}))
    assert found.monotone == pytest.approx(0.9)


def test_cramers_v_is_that_of_scipy():
    table = np.array([[10, 40, 5], [90, 60, 45]])
    assert cramers_v(table) == pytest.approx(association(table, method="cramer"))
    assert cramers_v(np.array([[0, 0], [5, 5]])) is None


@pytest.fixture
def run(made_run):
    run = made_run(
        groups={"sex": {"source": "a", "column": "sex"}},
        missingness={"variables": [{"source": "a", "column": "event"}]},
    )
    shapes = [(None, None)] * 4 + [("invalid", None)] * 2 + [("not_stated", "not_answered")] * 3
    rows = [
        {
            "id": f"a{at}",
            "missing_surname": surname,
            "missing_variable_event": event,
            "group_sex": "F" if at % 2 else "M",
            "missing_group_sex": None,
        }
        for at, (surname, event) in enumerate([*shapes, (None, "does_not_apply")])
    ]
    return run.source("a", rows).source("b", [{"id": "b0", "missing_surname": None}])


def test_patterns_are_counted_by_group_and_add_up(run):
    tallies = [t for t in pattern_tallies(run.workspace, run.config) if t.source == "a"]
    every = {t.variable: t.k for t in tallies if t.characteristic is None}
    assert every == {"nothing missing": 5, "surname": 2, "surname + variable event": 3}
    by_sex = {t.group: 0 for t in tallies if t.characteristic == "sex"}
    for t in tallies:
        if t.characteristic == "sex":
            by_sex[t.group] += t.k
            assert t.n == 5
    assert by_sex == {"F": 5, "M": 5}


def test_a_source_with_one_column_has_no_pattern(run):
    assert not [t for t in pattern_tallies(run.workspace, run.config) if t.source == "b"]


def test_rows_of_a_source_say_what_cannot_be_tested(run):
    rows = list(flux_rows(run.workspace, run.config, Drawn()))
    found = {(r.measure, r.variable, r.stage) for r in rows}
    assert ("cramers_v", "surname", "sex") in found
    assert ("monotone_pattern", None, None) in found
    assert all("cannot be tested" in r.assumptions[1] for r in rows)
    assert {r.p_adjusted for r in rows} == {None}
