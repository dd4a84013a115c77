import numpy as np
import pyarrow as pa
import pytest

from quality import measures
from quality.bias.field_costs import field_costs
from quality.drawn import Drawn
from quality.proportion import wilson

M, U = [0.1, 0.9], [0.8, 0.2]
TOP, NONE = np.log2(0.9 / 0.2), np.log2(0.1 / 0.8)


@pytest.fixture
def rows(made_run):
    """Groups of ten records, linked one by one: in x all agree, in y four differ, two lack it."""
    run = made_run(groups={"race": {"source": "a", "column": "r"}}, quality={"reference": "x"})
    run.source("a", [{"id": f"a{i:02}", "group_race": "xy"[i >= 10]} for i in range(20)])
    run.source("b", [{"id": f"b{i:02}"} for i in range(20)])
    run.decide(links=[("a", f"a{i:02}", "b", f"b{i:02}") for i in range(20) if i != 19])
    run.method(["surname"])
    comparison = {
        "name": "surname",
        "columns": ["surname"],
        "family": True,
        "place": False,
        "levels": [
            {"label": label, "sql": "", "missing": label == "missing", "term_frequency": None}
            for label in ("missing", "equal", "different")
        ],
    }
    method = run.workspace.read_json("method") | {"comparisons": [comparison]}
    run.workspace.write_json("method", method)
    shares = {"a x b": {"partnered": 0.5, "matched": 0.5, "household": 0.0}}
    fitted = {"m": [M], "u": [U], "shares": shares, "rounds": 1, "change": 0.0, "prior": 0.5}
    run.workspace.write_json("fitted", fitted)
    gammas = pa.array([1, 0, -1], pa.int32())
    patterns = {"pattern": pa.array([0, 1, 2], pa.int32()), "gamma_surname": gammas}
    run.workspace.write("patterns", pa.table(patterns))
    pattern = [0] * 14 + [1] * 4 + [2] * 2
    columns = {
        "record_l": pa.array(range(20), pa.int32()),
        "record_r": pa.array(range(20, 40), pa.int32()),
        "pattern": pa.array(pattern, pa.int32()),
        "p_record": pa.array([1.0] * 19 + [0.5]),
    }
    candidates = run.workspace.read("candidates").schema
    made = {n: columns.get(n, pa.nulls(20, candidates.field(n).type)) for n in candidates.names}
    run.workspace.write("candidates", pa.table(made, candidates))
    found = field_costs(run.workspace, run.config, Drawn())
    return {(row.measure, row.group, row.stage): row for row in found}


def test_a_cost_is_the_weight_below_full_agreement(rows):
    # expected matches of y: 4 agree, 4 differ, 1.5 lack it
    cost = (4 * (TOP - NONE) + 1.5 * TOP) / 9.5
    row = rows[measures.FIELD_COST, "y", None]
    assert row.estimate == pytest.approx(cost)
    assert row.lower < cost < row.upper
    assert (row.variable, row.grade, row.n_records) == ("surname", "C", 10)
    assert row.n_effective == pytest.approx(9.5)
    assert rows[measures.FIELD_COST, "x", None].estimate == 0
    gap = rows[measures.FIELD_COST_GAP, "y", None]
    assert (gap.estimate, gap.reference) == (pytest.approx(cost), "x")
    assert (measures.FIELD_COST_GAP, "x", None) not in rows


def test_limits_reach_to_what_links_alone_say(rows):
    row = rows[measures.FIELD_MISSING, "y", None]
    assert row.estimate == pytest.approx(1.5 / 9.5)
    # one of nine links lacks it, and 1.5 of 9.5 expected matches
    assert row.lower == pytest.approx(wilson(1, 9).lower)
    assert row.upper == pytest.approx(wilson(1.5, 9.5).upper)
    assert row.interval_covers == measures.RANGE_OVER_MODELS
    assert rows[measures.FIELD_DISAGREEMENT, "y", None].estimate == pytest.approx(0.5)


def test_m_by_group_is_of_each_level_and_adds_up(rows):
    levels = [rows[measures.M_BY_GROUP, "y", label] for label in ("equal", "different")]
    assert sum(row.estimate for row in levels) == pytest.approx(1)
    # drawn from the group's own half towards everyone's eleven in fifteen
    assert 0.5 < levels[0].estimate < 14 / 18
    assert levels[0].lower < levels[0].estimate < levels[0].upper
