"""Rows of models over runs made by hand: adjusted differences, intersections, representativity."""

import csv

import numpy as np
import pytest

from linkage.config.group_names import CROSS
from linkage.tables import BIAS, check
from quality import measures
from quality.bias.being_missed import being_missed
from quality.bias.cells import collapsed, linked_cells
from quality.bias.gap import Gap, settled
from quality.bias.link_models import link_models
from quality.drawn import Drawn
from quality.estimate import Estimate, to_table
from quality.proportion import wilson

GROUPS = {
    "sex": {"source": "a", "column": "sex", "reference": "M"},
    "race": {"source": "a", "column": "race"},
    "region": {"source": "b", "column": "region"},
}
RACES = "ABCDEF"


def made(make, seed=1, effect=0.0, n=1_200, **settings):
    """Return a run in which F link as often as M, but live where records link less often."""
    random = np.random.default_rng(seed)
    race = random.choice(list(RACES), n, p=[0.5, 0.2, 0.1, 0.1, 0.06, 0.04])
    sex = np.where(random.random(n) < np.where(race == "A", 0.3, 0.7), "F", "M")
    chance = np.where(race == "A", 0.95, 0.8) + effect * (sex == "F")
    linked = random.random(n) < chance
    groups = {"groups": GROUPS, "intersections": [["race", "sex"]], **settings}
    run = make(**groups)
    run.source(
        "a",
        [
            {
                "id": f"a{at}",
                "group_sex": sex[at],
                "group_race": race[at] if at % 50 else None,
                "missing_surname": None if linked[at] or at % 2 else "not_stated",
                "missing_group_race": None,
            }
            for at in range(n)
        ],
    )
    run.source("b", [{"id": f"b{at}", "group_region": "NS"[at % 2]} for at in range(n)])
    run.decide(links=[("a", f"a{at}", "b", f"b{at}") for at in np.flatnonzero(linked)])
    return run, linked


def found(source, run):
    made = list(source(run.workspace, run.config, Drawn()))
    gaps = [each for each in made if isinstance(each, Gap)]
    rows = [each for each in made if isinstance(each, Estimate)] + settled(gaps, 0.05)
    check(BIAS, to_table(rows))
    return rows


def differences(run):
    """Return the adjusted differences of the model of characteristics alone."""
    rows = found(link_models, run)
    return [row for row in rows if row.measure == "link_ame" and row.variable is None]


def test_cells_add_up_to_the_records_and_their_links(made_run):
    run, linked = made(made_run)
    cells = linked_cells(run.workspace, run.config, "a", "b")
    assert [factor.name for factor in cells.factors] == ["sex", "race", "missing_identifiers"]
    assert (cells.n.sum(), cells.k.sum()) == (len(linked), linked.sum())
    assert cells.of("race").groups == (*RACES, "unknown")
    sex = cells.of("sex")
    assert sex.groups[sex.reference] == "M"
    one = collapsed(cells, ["sex"])
    assert (one.n.sum(), one.k.sum()) == (len(linked), linked.sum())
    assert len(one.n) == 2


def test_a_difference_that_another_characteristic_explains_is_adjusted_away(made_run):
    run, _ = made(made_run)
    rows = differences(run)
    cells = collapsed(linked_cells(run.workspace, run.config, "a", "b"), ["sex"])
    raw = np.diff((cells.k / cells.n)[::-1])[0]
    (sex,) = (row for row in rows if row.characteristic == "sex")
    assert raw < -0.02
    assert abs(sex.estimate) < 0.03
    assert (sex.group, sex.reference, sex.grade, sex.method) == ("F", "M", "B", "logistic")
    assert sex.lower < 0 < sex.upper
    assert {row.n_tests for row in rows} == {7}
    assert "logit P(linked) = sex + race" in sex.assumptions[0]
    black = next(row for row in rows if row.group == "B")
    assert (black.finding, black.reference) == ("lower", "A")


def test_a_true_difference_is_found(made_run):
    run, _ = made(made_run, effect=-0.15, n=3_000)
    rows = differences(run)
    (sex,) = (row for row in rows if row.characteristic == "sex")
    assert sex.estimate == pytest.approx(-0.15, abs=0.04)
    assert sex.finding == "lower"


def test_a_second_model_takes_out_what_missing_identifiers_explain(made_run):
    run, _ = made(made_run, n=3_000)
    rows = found(link_models, run)
    plain, beside = (
        next(r for r in rows if (r.measure, r.group, r.variable) == ("link_ame", "B", variable))
        for variable in (None, "missing_identifiers")
    )
    assert abs(beside.estimate) < abs(plain.estimate)
    assert not any(row.characteristic == "missing_identifiers" for row in rows)


def test_deduplication_has_no_model_of_links(made_run):
    run = made_run(groups={"sex": {"source": "a", "column": "s"}}, linkage={"type": "deduplicate"})
    run.source("a", [{"id": "a0", "group_sex": "F"}, {"id": "a1", "group_sex": "M"}])
    run.decide(entities=[{"a0", "a1"}])
    for source in (link_models, being_missed):
        assert found(source, run) == []


def test_raw_and_shrunken_rates_stand_side_by_side(made_run):
    run, _ = made(made_run, effect=-0.1)
    rows = found(link_models, run)
    crossed = CROSS.join(("race", "sex"))
    raw = {r.group: r for r in rows if r.method == "wilson"}
    shrunken = {r.group: r for r in rows if r.measure == "link_rate_in_cell" and r.grade == "B"}
    assert raw.keys() == shrunken.keys()
    assert {row.characteristic for row in raw.values()} == {crossed}
    cells = collapsed(linked_cells(run.workspace, run.config, "a", "b"), ["race", "sex"])
    group = CROSS.join(("A", "M"))
    at = next(
        at
        for at in range(len(cells.n))
        if (cells.of("race").code[at], cells.of("sex").code[at]) == (0, 1)
    )
    interval = wilson(cells.k[at], cells.n[at])
    assert (raw[group].lower, raw[group].upper) == (interval.lower, interval.upper)
    assert raw[group].grade == "A"
    for name, row in shrunken.items():
        assert row.status == raw[name].status
        assert any("unproblematic" in text for text in row.assumptions)
    widths = [sum(row.upper - row.lower for row in of.values()) for of in (shrunken, raw)]
    assert widths[0] < 0.9 * widths[1]


def test_excess_is_never_called_immaterial_and_variance_has_one_row(made_run):
    run, _ = made(made_run, effect=-0.1, seed=4)
    rows = found(link_models, run)
    between = [row for row in rows if row.measure == "link_rate_between_cells"]
    assert len(between) == 1
    assert between[0].variable == CROSS.join(("race", "sex"))
    assert between[0].characteristic is None
    excess = [row for row in rows if row.measure == "link_rate_excess"]
    assert all(row.finding in {"lower", "higher", "not told apart"} for row in excess)
    if not excess:
        assert between[0].status == "not_identified"
        assert "not estimable" in between[0].assumptions[0]


def test_few_cells_fall_back_on_a_common_rate(made_run):
    run, _ = made(made_run, intersections=[["sex", "half"]], groups=GROUPS | HALVES)
    rows = found(link_models, halved(run))
    assert {row.method for row in rows} == {"logistic", "wilson", "empirical_bayes", "none"}
    (between,) = (row for row in rows if row.method == "none")
    assert (between.status, between.grade) == ("not_identified", "E")
    assert between.assumptions[0].endswith("fewer than 10 cells")


HALVES = {"half": {"source": "a", "column": "half"}}


def halved(run):
    rows = [row | {"group_half": "12"[at % 2]} for at, row in enumerate(run.records["a"])]
    records, run.records = run.records, {}
    run.source("a", rows)
    run.records |= {"b": records["b"]}
    return run


def test_recall_of_cells_has_effective_counts(made_run):
    run, _ = made(made_run, quality={"level": 0.95})
    crossed = CROSS.join(("race", "sex"))
    random = np.random.default_rng(1)
    cells = [CROSS.join((race, sex)) for race in RACES for sex in "FM"]
    draws = {
        ("recall", "b", crossed, cell): random.beta(45 + at, 5, 2_000)
        for at, cell in enumerate(cells)
    }
    rates = [rate_row(crossed, cell, 40) for cell in cells]
    run.workspace.write("error_rates", to_table(rates))
    found = link_models(run.workspace, run.config, Drawn("review", draws))
    rows = [each for each in found if isinstance(each, Estimate)]
    raw = {r.group: r for r in rows if r.measure == "recall_in_cell" and r.method == "review"}
    first = raw[cells[0]]
    assert (first.estimate, first.lower) == (0.9, 0.8)  # as it stands for the group elsewhere
    assert first.n_effective == pytest.approx(51, rel=0.1)
    assert first.n_reviewed == 40
    assert sum(r.measure == "recall_between_cells" for r in rows) == 1


def rate_row(characteristic, group, n_reviewed):
    return Estimate(
        measure="recall",
        method="review",
        source="a",
        other="b",
        characteristic=characteristic,
        group=group,
        stage="decide",
        estimate=0.9,
        lower=0.8,
        upper=0.95,
        level=0.95,
        grade="A",
        n_records=200,
        n_reviewed=n_reviewed,
        status="ok",
    )


def test_representativity_of_both_sources(made_run):
    run, linked = made(made_run)
    rows = found(link_models, run)
    of = {(r.source, r.measure, r.variable, r.group): r for r in rows}
    indicator = of["a", "r_indicator", None, None]
    assert 0.75 < indicator.estimate < 0.95
    assert indicator.lower < indicator.estimate < indicator.upper
    assert indicator.n_records == len(linked)
    assert "logit P(linked) = sex + race" in indicator.assumptions[0]
    assert of["a", "r_partial", "race", None].estimate > of["a", "r_partial", "sex", None].estimate
    conditional = of["a", "r_partial_conditional", "sex", None].estimate
    assert conditional < of["a", "r_partial", "sex", None].estimate
    assert of["a", "r_partial", None, "A"].estimate > 0 > of["a", "r_partial", None, "B"].estimate
    other = of["b", "r_indicator", None, None]
    assert "logit P(linked) = region" in other.assumptions[0]
    assert ("b", "r_partial_conditional", "region", None) not in of
    assert measures.R_VARIATION in {row.measure for row in rows}


def test_who_is_missed_is_refused_where_nothing_says(made_run):
    run, _ = made(made_run)
    (row,) = found(being_missed, run)
    assert (row.status, row.grade, row.estimate) == ("not_identified", "E", None)
    assert "review" in row.assumptions[1]


def test_who_is_missed_by_truth_is_of_records_with_a_partner(made_run):
    run, _ = made(made_run, n=2_000)
    path = run.root / "truth.csv"
    with path.open("w", newline="") as file:
        pairs = [(f"a{at}", f"b{at}") for at in range(2_000) if at % 4]
        csv.writer(file).writerows([("record_id_l", "record_id_r"), *pairs])
    run.settings["quality"] = {"truth": str(path)}
    rows = found(being_missed, run)
    black = next(row for row in rows if row.group == "B")
    assert black.estimate == pytest.approx(0.15, abs=0.07)
    assert (black.measure, black.reference, black.finding) == ("missed_ame", "A", "higher")
    matched = sum(row.n_records for row in rows if row.characteristic == "race")
    assert matched < 1_500
    assert "P(missed | has a partner) = sex + race" in black.assumptions[0]
