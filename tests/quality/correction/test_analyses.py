"""Analyses of a run made by hand, by every method, against what is known to be true."""

import numpy as np
import pyarrow as pa
import pytest

from linkage.tables import CANDIDATES, DRAWS
from quality import measures
from quality.correction.analyses import analyses
from quality.correction.partners import false_partners
from quality.correction.run_links import RunCandidates, RunLinks
from quality.correction.said import MIXED, UNMEASURED, WITHIN
from quality.correction.weight_rows import linkage_weights
from quality.drawn import Drawn
from quality.errors.record_groups import RecordGroups

N = 1200
RIGHT = {"F": 0.9, "M": 0.75}
X, Y = {"source": "a", "column": "x"}, {"source": "b", "column": "y"}
ANALYSES = [
    {"name": "slope", "kind": "linear", "by": "sex", "outcome": Y, "covariates": [X]},
    {"name": "turned", "kind": "linear", "by": "sex", "outcome": X, "covariates": [Y]},
    {"name": "level", "kind": "mean", "by": "sex", "outcome": Y},
    {"name": "own", "kind": "mean", "by": "sex", "outcome": X},
    {
        "name": "odds",
        "kind": "logistic",
        "by": "sex",
        "outcome": {"source": "b", "column": "ill"},
        "covariates": [X],
    },
    {
        "name": "both",
        "kind": "linear",
        "outcome": Y,
        "covariates": [X, {"source": "b", "column": "z"}],
    },
]


@pytest.fixture
def run(made_run):
    """Return a function that makes the run of some analyses."""
    return lambda *names: made(made_run, [each for each in ANALYSES if each["name"] in names])


def made(made_run, asked):
    """Half women; y = x + noise; a share of the links, by sex, joins a person of the same sex."""
    rng = np.random.default_rng(5)
    sex = np.where(np.arange(N) % 2, "M", "F")
    x = rng.normal(size=N)
    y = 5 + x + rng.normal(size=N)
    ill = (rng.random(N) < 1 / (1 + np.exp(-x))).astype(float)
    run = made_run(groups={"sex": {"source": "a", "column": "sex"}}, analyses=asked)
    run.truth = np.polyfit(x, y, 1)[0], np.polyfit(y, x, 1)[0], y.mean()
    real = pa.float64()
    focal = [
        {"id": f"a{at:04}", "group_sex": str(sex[at]), "value_x": float(x[at])} for at in range(N)
    ]
    other = [
        {"id": f"b{at:04}", "value_y": float(y[at]), "value_ill": ill[at], "value_z": float(at % 7)}
        for at in range(N)
    ]
    run.source("a", focal, value_x=real)
    run.source("b", other, value_y=real, value_ill=real, value_z=real)
    partner = np.arange(N)
    for name, share in RIGHT.items():
        (rows,) = np.nonzero((sex == name) & (rng.random(N) > share))
        partner[rows] = np.roll(rows, 1)
    links = [("a", f"a{at:04}", "b", f"b{partner[at]:04}") for at in range(N)]
    run.decide(links=links)
    chance = np.where(partner == np.arange(N), 0.99, 0.4)
    pairs = {
        "record_l": np.arange(N, dtype=np.int32),
        "record_r": (N + partner).astype(np.int32),
        "p_record": chance,
        "match_probability": chance,
    }
    columns = {
        name: pa.array(pairs[name], kind) if name in pairs else pa.nulls(N, kind)
        for name, kind in CANDIDATES.columns.items()
    }
    run.workspace.write("candidates", pa.table(columns))
    return run


def precision():
    """Draws as a review of 300 links of each sex gives them."""
    rng = np.random.default_rng(6)
    values = {
        (measures.PRECISION, "b", "sex", name): rng.beta(300 * p, 300 * (1 - p), 2000)
        for name, p in RIGHT.items()
    }
    points = {(measures.PRECISION, "b", "sex", name): p for name, p in RIGHT.items()}
    return Drawn(measures.REVIEW, values, points)


def rows_of(run, drawn):
    rows = [
        *linkage_weights(run.workspace, run.config, drawn),
        *analyses(run.workspace, run.config, drawn),
    ]
    return {(r.measure, r.method, r.variable, r.group): r for r in rows}


def test_every_method_stands_beside_the_naive_one(run):
    run = run("slope", "odds")
    rows, truth = rows_of(run, precision()), run.truth[0]
    estimate = measures.ANALYSIS_ESTIMATE

    def slope(method, name="slope: x"):
        return rows[estimate, method, name, None]

    naive, corrected = slope(measures.NAIVE), slope(measures.FALSE_LINK_CORRECTED)
    assert naive.upper < truth
    assert corrected.lower < truth < corrected.upper
    assert corrected.upper - corrected.lower > naive.upper - naive.lower
    assert (naive.grade, corrected.grade) == ("C", "B")
    assert slope(measures.OUTCOME_INFORMED).estimate > naive.estimate
    shift = rows[measures.ANALYSIS_SHIFT, measures.FALSE_LINK_CORRECTED, "slope: x", None]
    assert shift.estimate == pytest.approx(corrected.estimate - naive.estimate)
    assert shift.lower < shift.estimate < shift.upper
    odds = slope(measures.FALSE_LINK_CORRECTED, "odds: x")
    assert odds.estimate > slope(measures.NAIVE, "odds: x").estimate
    assert odds.lower < odds.estimate < odds.upper


def test_the_outcome_may_stand_in_the_focal_source(run):
    run = run("turned")
    rows, truth = rows_of(run, precision()), run.truth[1]
    found = rows[measures.ANALYSIS_ESTIMATE, measures.FALSE_LINK_CORRECTED, "turned: y", None]
    assert found.lower < truth < found.upper
    naive = rows[measures.ANALYSIS_ESTIMATE, measures.NAIVE, "turned: y", None]
    assert naive.upper < truth


def test_means_of_groups_and_of_all(run):
    run = run("level")
    rows = rows_of(run, precision())
    for group in ("F", "M", None):
        row = rows[measures.ANALYSIS_ESTIMATE, measures.NAIVE, "level", group]
        assert row.lower < 5 < row.upper
        assert row.n_effective == (600 if group else 1200)
    # nothing lost to a link here, so false partners are taken to be of the same sex
    shift = rows[measures.ANALYSIS_SHIFT, measures.FALSE_LINK_CORRECTED, "level", "M"]
    assert shift.estimate == pytest.approx(0, abs=1e-9)


@pytest.mark.parametrize(("name", "why"), [("slope", UNMEASURED), ("own", WITHIN), ("both", MIXED)])
def test_a_correction_that_cannot_be_made_is_refused_by_name(run, name, why):
    drawn = Drawn() if why == UNMEASURED else precision()
    rows = rows_of(run(name), drawn)
    refused = f"{name}: {measures.FALSE_LINK_CORRECTED}"
    row = rows[measures.ANALYSIS_ESTIMATE, measures.NO_METHOD, refused, None]
    assert (row.status, row.grade, row.estimate) == ("not_identified", "E", None)
    assert row.assumptions == (why,)
    assert not any(method == measures.FALSE_LINK_CORRECTED for _, method, _, _ in rows)


def test_drawn_linkages_are_analysed_as_completed_data(run):
    """Two draws: the links, and all links of men gone but ten."""
    gone = [at for at in range(N) if at % 2 and at > 20]
    draws = {
        "draw": [2] * len(gone),
        "source": ["a"] * len(gone),
        "record": gone,
        "partner_source": [None] * len(gone),
        "partner": [None] * len(gone),
    }
    table = pa.table({name: pa.array(draws[name], kind) for name, kind in DRAWS.columns.items()})
    run = run("slope")
    run.workspace.write("draws", table)
    run.workspace.write_json("uncertainty", {"draws": 2})
    rows = rows_of(run, Drawn())
    naive = rows[measures.ANALYSIS_ESTIMATE, measures.NAIVE, "slope: x", None]
    drawn = rows[measures.ANALYSIS_ESTIMATE, measures.LINKAGE_DRAWS, "slope: x", None]
    assert drawn.estimate != naive.estimate
    assert drawn.upper - drawn.lower > naive.upper - naive.lower


def test_false_partners_are_of_the_groups_of_pairs_that_lost_to_a_link():
    groups = RecordGroups("sex", ("F", "M"), np.array([0, 1] * 50))
    links = RunLinks("b", np.column_stack([np.arange(100), 100 + np.arange(100)]), np.ones(100))
    # every woman's second candidate is linked to the next woman, but for ten: to a man
    women = np.arange(0, 100, 2)
    second = 100 + np.where(np.arange(50) < 10, women + 1, (women + 2) % 100)
    pairs = np.column_stack([women, second])
    found = false_partners(
        links, RunCandidates(pairs, women, np.full(50, 0.1), np.full(50, 0.9)), groups, 0
    )
    assert found.shares == pytest.approx(np.array([[0.8, 0.2], [0.0, 1.0]]))
    assert found.same == pytest.approx(0.8)
    weak = RunCandidates(pairs, women, np.full(50, 0.1), np.full(50, 0.2))
    assert false_partners(links, weak, groups, 0).shares == pytest.approx(np.eye(2))
