import numpy as np
import pyarrow as pa
import pytest

from linkage.tables import DRAWS
from quality import measures
from quality.drawn import Drawn
from quality.missingness.imputation import imputed_rows
from quality.missingness.plan import plan_of
from quality.missingness.tipping import BECOMES, NEVER, NO_LONGER, SIGN, tipping_point

GROUPS = {
    "race": {"source": "a", "column": "race", "reference": "x"},
    "area": {"source": "a", "column": "area"},
}
RATE = np.array([0.3, 0.5])


def world(made_run, *, n=2_000, seed=1, kind="binary", **settings):
    """Return a run: race x or y, employed 30 % or 50 %, y is linked less often and refuses more.

    Missing races are half of area 2, where most are y. The value of every partner is right.
    """
    random = np.random.default_rng(seed)
    area = random.random(n) < 0.4
    race = (random.random(n) < np.where(area, 0.7, 0.1)).astype(int)
    employed = random.random(n) < RATE[race]
    linked = random.random(n) < np.array([0.9, 0.6])[race]
    unknown = area & (random.random(n) < 0.5)
    refused = ~unknown & (random.random(n) < 0.02)
    rows = [
        {
            "id": f"a{at}",
            "group_race": None if unknown[at] or refused[at] else "xy"[race[at]],
            "missing_group_race": "not_stated"
            if unknown[at]
            else "prefer_not_to_say"
            if refused[at]
            else None,
            "group_area": str(int(area[at])),
            "missing_group_area": None,
        }
        for at in range(n)
    ]
    column = "value_employed"
    values = employed.astype(float) if kind == "binary" else random.normal(2 * race, 1.0)
    partners = [{"id": f"b{at}", column: float(values[at])} for at in range(n)]
    outcome = {"source": "b", "column": "employed", "kind": kind}
    analyses = [{"name": "work", "kind": "mean", "outcome": outcome, "by": "race"}]
    run = made_run(
        groups=GROUPS,
        **{"analyses": analyses, "missingness": {"imputation": {"deltas": [-1, 1]}}, **settings},
    )
    run.source("a", rows).source("b", partners, **{column: pa.float64()})
    run.decide(links=[("a", f"a{at}", "b", f"b{at}") for at in np.flatnonzero(linked)])
    truth = {"race": race, "area": area, "values": values, "linked": linked, "unknown": unknown}
    return run, truth


def draw(run, differences, draws=20):
    """Write drawn linkages that differ from the links in (draw, record, partner or None)."""
    names = ("draw", "record", "partner")
    rows = [dict(zip(names, each, strict=True)) | {"source": "a"} for each in differences]
    run._write("draws", DRAWS, rows)
    run.workspace.write_json("uncertainty", {"draws": draws, "source": "a", "other": "b"})


def rows_of(run):
    return list(imputed_rows(run.workspace, run.config, Drawn()))


def one(rows, measure, method=measures.IMPUTED, group=None, stage=None):
    (row,) = (
        row
        for row in rows
        if (row.measure, row.method, row.group, row.stage) == (measure, method, group, stage)
    )
    return row


def test_nothing_is_imputed_unless_it_is_asked_for(made_run):
    run, _ = world(made_run, missingness={})
    assert rows_of(run) == []


def test_share_of_a_group_that_answers_less_often_is_put_right(made_run):
    run, truth = world(made_run, analyses=[])
    rows = rows_of(run)
    known = one(rows, measures.IMPUTED_SHARE, measures.COMPLETE_CASE, "y")
    imputed = one(rows, measures.IMPUTED_SHARE, group="y")
    true = truth["race"].mean()
    assert known.upper < true - 0.03
    assert imputed.lower < true < imputed.upper
    assert (imputed.grade, known.grade) == ("B", "C")
    # "prefer not to say" keeps its place: shares of x and y leave room for it
    both = imputed.estimate + one(rows, measures.IMPUTED_SHARE, group="x").estimate
    assert both == pytest.approx(0.984, abs=0.006)


def test_mean_by_group_holds_for_those_without_a_link_too(made_run):
    run, truth = world(made_run)
    rows = rows_of(run)
    overall = one(rows, measures.IMPUTED_MEAN)
    true = truth["values"].mean()
    assert overall.lower < true < overall.upper
    assert (overall.other, overall.variable, overall.n_records) == ("b", "work", 2_000)
    for group, rate in zip("xy", RATE, strict=True):
        row = one(rows, measures.IMPUTED_MEAN, group=group)
        assert row.lower < rate < row.upper
    gap = one(rows, measures.IMPUTED_GAP, group="y")
    assert gap.reference == "x"
    assert gap.lower < 0.2 < gap.upper


def test_those_without_a_link_are_moved_apart_from_those_without_an_answer(made_run):
    rows = rows_of(world(made_run)[0])
    stages = {row.stage for row in rows if row.measure == measures.IMPUTED_MEAN}
    assert stages == {None, "not_linked -1", "not_linked +1"}
    shares = {row.stage for row in rows if row.measure == measures.IMPUTED_SHARE}
    assert shares == {None, "not_stated -1", "not_stated +1"}
    higher = one(rows, measures.IMPUTED_MEAN, measures.IMPUTED_MOVED, "y", "not_linked +1")
    assert higher.estimate > one(rows, measures.IMPUTED_MEAN, group="y").estimate + 0.05
    assert higher.grade == "C"
    assert any("an assumption, to see" in text for text in higher.assumptions)


def test_the_tipping_point_says_how_far_off_the_unlinked_must_be(made_run):
    rows = rows_of(world(made_run)[0])
    row = one(rows, measures.TIPPING_POINT, group="y", stage="not_linked")
    # 42 % of y have no link: their log odds must fall by about 2 for the gap of 20 points to be 5
    assert row.finding == NO_LONGER
    assert -3 < row.estimate < -1


def test_numbers_move_by_standard_deviations(made_run):
    run, truth = world(made_run, kind="number")
    rows = rows_of(run)
    mean = one(rows, measures.IMPUTED_MEAN, group="y")
    assert mean.estimate == pytest.approx(truth["values"][truth["race"] == 1].mean(), abs=0.3)
    assert any("standard deviations" in t for r in rows for t in r.assumptions)


def test_a_record_without_a_link_in_a_draw_lacks_its_value_there(made_run):
    """Half of the links of x are drawn away in each draw: its mean stays, its interval widens."""
    run, truth = world(made_run)
    before = one(rows_of(run), measures.IMPUTED_MEAN, group="x")
    of_x = np.flatnonzero(truth["linked"] & (truth["race"] == 0))
    random = np.random.default_rng(9)
    lost = [
        (number, int(record), None)
        for number in range(1, 21)
        for record in np.sort(random.choice(of_x, len(of_x) // 2, replace=False))
    ]
    draw(run, lost)
    after = one(rows_of(run), measures.IMPUTED_MEAN, group="x")
    assert after.estimate == pytest.approx(before.estimate, abs=0.03)
    assert after.upper - after.lower > 1.1 * (before.upper - before.lower)
    assert any("drawn without looking" in text for text in after.assumptions)
    assert any("no linkage was drawn" in text for text in before.assumptions)


def test_draws_count_from_the_other_source_too(made_run):
    """Where each record of the other source has one partner, its draws move the focal records."""
    run, _ = world(made_run, n=200)
    (first, second) = (200, 201)
    rows = [{"draw": d, "source": "b", "record": first, "partner": second - 200} for d in (1, 2)]
    run._write("draws", DRAWS, rows)
    run.workspace.write_json("uncertainty", {"draws": 20, "source": "b", "other": "a"})
    plan = plan_of(run.workspace, run.config)
    completed = next(plan.completed(20, 1))
    assert len(completed.weight) <= 200


@pytest.mark.parametrize(
    ("slope", "start", "material", "delta", "what"),
    [
        (0.1, 0.02, None, -0.2, SIGN),
        (0.1, 0.2, 0.05, -1.5, NO_LONGER),
        (0.1, 0.02, 0.05, -0.2, SIGN),
        (0.1, 0.04, 0.05, 0.1, BECOMES),
        (0.001, 0.2, 0.05, None, NEVER),
    ],
)
def test_tipping_point_is_the_nearest_change(slope, start, material, delta, what):
    gaps = {step / 4: start + slope * step / 4 for step in range(-12, 13)}
    found = tipping_point(gaps, material)
    assert found.what == what
    assert found.delta == (None if delta is None else pytest.approx(delta))
