"""Weights of linked records: what they put right, and what they cost."""

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from linkage.config.record_names import WEIGHT
from linkage.tables import LINKAGE_WEIGHTS, check
from quality import measures
from quality.bias.cells import Factor
from quality.correction.weight_rows import linkage_weights
from quality.correction.weights import MISSING, weighted
from quality.drawn import Drawn

GROUPS = {
    "sex": {"source": "a", "column": "sex"},
    "race": {"source": "a", "column": "race"},
}


@pytest.fixture
def run(made_run):
    """Women link half as often; race w and x; every tenth lacks a surname."""
    made = made_run(groups=GROUPS)
    rows = [
        {
            "id": f"a{at:03}",
            "group_sex": "F" if at % 2 else "M",
            "group_race": "w" if at % 5 else "x",
            "missing_surname": "not_answered" if at % 10 == 0 else None,
        }
        for at in range(400)
    ]
    made.source("a", rows)
    made.source("b", [{"id": f"b{at:03}", "missing_surname": None} for at in range(400)])
    linked = [at for at in range(400) if at % 2 == 0 or at % 4 == 1]
    made.decide(links=[("a", f"a{at:03}", "b", f"b{at:03}") for at in linked])
    return made


def test_weights_add_up_to_the_records_of_every_group(run):
    rows = {
        (r.measure, r.characteristic, r.group): r
        for r in linkage_weights(run.workspace, run.config, Drawn())
    }
    table = run.workspace.read("linkage_weights")
    check(LINKAGE_WEIGHTS, table)
    assert table.num_rows == 300
    weight = dict(zip(table["record_id"].to_pylist(), table["weight"].to_pylist(), strict=True))
    of_women = [w for name, w in weight.items() if int(name[1:]) % 2]
    assert sum(of_women) == pytest.approx(200)
    assert sum(weight.values()) == pytest.approx(400)
    w = np.array(list(weight.values()))
    effective = rows[measures.EFFECTIVE_SIZE, None, None]
    assert effective.estimate == pytest.approx(w.sum() ** 2 / (w**2).sum())
    assert effective.estimate < 300
    for group, n in (("w", 320), ("x", 80)):
        assert rows[measures.WEIGHTED_TOTAL, "race", group].estimate == pytest.approx(n)
        assert rows[measures.WEIGHTED_TOTAL, "race", group].n_records == n


def test_a_source_linked_to_itself_has_no_weights(made_run):
    made = made_run(linkage={"type": "deduplicate"})
    made.source("a", [{"id": "a1"}, {"id": "a2"}])
    made.decide(entities=[{"a1", "a2"}])
    assert list(linkage_weights(made.workspace, made.config, Drawn())) == []
    path = made.workspace.table_path("linkage_weights")
    assert pq.read_table(path).num_rows == 0


def cells(rng, n=20_000):
    """Two groups, and a number of missing identifiers that says how well a record links."""
    group, lacking = rng.integers(0, 2, n), rng.integers(0, 3, n)
    linked = rng.random(n) < 0.9 - 0.2 * group - 0.15 * lacking
    cell = group * 3 + lacking
    factors = (
        Factor("group", ("a", "b"), np.repeat([0, 1], 3), 0),
        Factor(MISSING, ("0", "1", "2"), np.tile([0, 1, 2], 2), 0),
    )
    k = np.bincount(cell, linked, minlength=6)
    return factors, np.bincount(cell, minlength=6).astype(float), k


def test_weights_are_close_to_the_inverse_of_the_share_that_links():
    factors, n, k = cells(np.random.default_rng(1))
    found = weighted(factors, n, k)
    assert found.weight == pytest.approx(n / k, rel=0.1)
    assert factors[0].sums(found.k * found.weight) == pytest.approx(factors[0].sums(n))
    assert found.missed < 1e-6


def test_a_rare_large_weight_is_cut():
    factors = (Factor("group", ("a", "b"), np.array([0, 1]), 0),)
    n, k = np.array([1000.0, 900.0]), np.array([990.0, 9.0])
    found = weighted((*factors, Factor(MISSING, ("0", "1"), np.array([0, 1]), 0)), n, k)
    assert found.trimmed == pytest.approx(9 / 999)
    # raking by the group gives back what was cut: its total is known
    assert found.weight[1] == pytest.approx(100)


def test_cells_of_which_none_is_linked_have_no_weight():
    factors = (Factor("group", ("a", "b", "c"), np.array([0, 1, 2]), 0),)
    found = weighted(factors, np.array([50.0, 50.0, 20.0]), np.array([25.0, 50.0, 0.0]))
    assert found.weight[2] == 0
    assert (found.k * found.weight).sum() == pytest.approx(120)


def test_a_survey_weight_is_part_of_the_linkage_weight(made_run):
    """Ten records count for three each; every other record is linked."""
    made = made_run(source={"a": {"weight": "w"}}, groups={"sex": GROUPS["sex"]})
    rows = [
        {"id": f"a{at:02}", "group_sex": "F" if at < 10 else "M", WEIGHT: 3.0 if at < 10 else 1.0}
        for at in range(40)
    ]
    made.source("a", rows, **{WEIGHT: pa.float64()})
    made.source("b", [{"id": f"b{at:02}"} for at in range(40)])
    made.decide(links=[("a", f"a{at:02}", "b", f"b{at:02}") for at in range(0, 40, 2)])
    rows = {(r.measure, r.group): r for r in linkage_weights(made.workspace, made.config, Drawn())}
    table = made.workspace.read("linkage_weights").to_pylist()
    assert [r["survey_weight"] for r in table] == [3.0] * 5 + [1.0] * 15
    assert [r["weight"] for r in table] == pytest.approx([6.0] * 5 + [2.0] * 15)
    total = rows[measures.WEIGHTED_TOTAL, None]
    assert (total.estimate, total.n_records) == (pytest.approx(60), 40)
    assert rows[measures.EFFECTIVE_SIZE, None].estimate == pytest.approx(60**2 / (5 * 36 + 15 * 4))
