"""Sources that disagree: agreement, kappa, whose word counts, and what of it may leave."""

import numpy as np
import pyarrow as pa
import pytest
from statsmodels.stats.inter_rater import cohens_kappa

from linkage.tables import BIAS, CHOSEN_GROUPS, GROUP_AGREEMENT, LINKS, check
from quality import measures
from quality.disagreement.rows import disagreement_rows
from quality.disagreement.rules import RULES
from quality.drawn import Drawn
from quality.estimate import to_table
from quality.release.error_rates import released_error_rates
from quality.review.agreement import cohen_kappa
from quality.tally import Tally

ETHNICITY = {
    "source": "census",
    "column": "eth",
    "on": "2021-03-21",
    "collected": "proxy",
    "also": [
        {"source": "register", "column": "eth", "on": "2023-01-01", "collected": "administrative"}
    ],
}
SETTINGS = {"groups": {"eth": ETHNICITY}, "linkage": {"focal": "census"}}


def world(made_run, cells, sure=lambda own, word: True, n_unlinked=0, **settings):
    """Link records of census and register by (own group, word, how many)."""
    census, register, links = [], [], []
    for own, word, n in cells:
        for _ in range(n):
            at = len(census)
            census.append({"id": f"c{at}", "group_eth": own})
            register.append({"id": f"r{at}", "group_eth": word})
            links.append((f"c{at}", f"r{at}", 0.999 if sure(own, word) else 0.6))
    census += [{"id": f"u{at}", "group_eth": "A"} for at in range(n_unlinked)]
    run = made_run(**{**SETTINGS, **settings})
    run.source("census", census).source("register", register)
    run.decide([("census", a, "register", b) for a, b, _ in links])
    rows = run.workspace.read("links").to_pylist()
    p_link = {a: p for a, _, p in links}
    for row in rows:
        row["p_link"] = p_link[row["record_id_l"]]
    schema = pa.schema(LINKS.columns.items())
    run.workspace.write("links", pa.Table.from_pylist(rows, schema=schema))
    return run


CELLS = [
    *[("A", "A", 60), ("A", "B", 15), ("A", None, 5), ("B", "B", 30), ("B", "A", 12)],
    *[(None, "A", 11), (None, None, 2)],
]


def found(run, drawn=None):
    rows = list(disagreement_rows(run.workspace, run.config, drawn or Drawn()))
    check(BIAS, to_table(rows))
    return rows


def row(rows, measure, stage=None, group=None, **also):
    (only,) = (
        each
        for each in rows
        if (each.measure, each.stage, each.group) == (measure, stage, group)
        and all(getattr(each, name) == value for name, value in also.items())
    )
    return only


def test_the_matrix_holds_every_cell_and_the_unknown(made_run):
    run = world(made_run, CELLS)
    found(run)
    table = run.workspace.read(GROUP_AGREEMENT.name)
    check(GROUP_AGREEMENT, table)
    counts = {(each["group"], each["group_other"]): each["n"] for each in table.to_pylist()}
    assert {key: n for key, n in counts.items() if n} == {
        (own or "unknown", word or "unknown"): n for own, word, n in CELLS
    }
    (cell,) = (e for e in table.to_pylist() if (e["group"], e["group_other"]) == ("A", "B"))
    assert cell["share"] == pytest.approx(15 / 80)
    assert cell["lower"] < 15 / 80 < cell["upper"]


def test_agreement_is_of_linked_records_whose_group_both_know(made_run):
    rows = found(world(made_run, CELLS, n_unlinked=40))
    every = row(rows, measures.GROUP_AGREEMENT, measures.DECIDE)
    assert (every.estimate, every.n_records) == (pytest.approx(90 / 117), 117)
    of_b = row(rows, measures.GROUP_AGREEMENT, measures.DECIDE, "B")
    assert (of_b.estimate, of_b.n_records) == (pytest.approx(30 / 42), 42)


def test_sure_links_are_shown_apart(made_run):
    run = world(made_run, CELLS, sure=lambda own, word: own == word)
    rows = found(run)
    assert row(rows, measures.GROUP_AGREEMENT, measures.SURE_LINKS).estimate == 1
    assert row(rows, measures.GROUP_AGREEMENT, measures.DECIDE).estimate < 0.8
    table = run.workspace.read(GROUP_AGREEMENT.name).to_pylist()
    sure = {(e["group"], e["group_other"]): e["n_sure"] for e in table}
    assert (sure["A", "A"], sure["A", "B"]) == (60, 0)


def test_kappa_and_its_limits_are_those_of_statsmodels(made_run):
    rows = found(world(made_run, CELLS))
    kappa = row(rows, measures.GROUP_KAPPA, measures.DECIDE)
    oracle = cohens_kappa(np.array([[60, 15], [12, 30]]))
    assert kappa.estimate == pytest.approx(oracle.kappa, abs=1e-12)
    assert kappa.lower == pytest.approx(oracle.kappa_low, abs=1e-6)
    assert kappa.upper == pytest.approx(oracle.kappa_upp, abs=1e-6)


@pytest.mark.parametrize("level", [0.9, 0.95, 0.99])
def test_kappa_of_many_groups_has_the_limits_of_its_level(level):
    table = np.random.default_rng(3).integers(1, 40, (6, 6)) + 60 * np.eye(6, dtype=np.int64)
    mine, oracle = cohen_kappa(table, level), cohens_kappa(table)
    oracle.alpha = 1 - level
    half = (mine.upper - mine.lower) / 2
    from scipy.stats import norm

    assert mine.value == pytest.approx(oracle.kappa, abs=1e-12)
    assert half == pytest.approx(norm.ppf((1 + level) / 2) * oracle.std_kappa, abs=1e-9)


def test_false_links_are_taken_out_with_the_draws_of_precision(made_run):
    """Records that always agree, but for false links to people picked at random."""
    random = np.random.default_rng(11)
    n, wrong = 4_000, 400
    own = np.where(random.random(n) < 0.7, "A", "B")
    word = own.copy()
    word[:wrong] = np.where(random.random(wrong) < 0.7, "A", "B")
    cells = [(a, b, int(((own == a) & (word == b)).sum())) for a in "AB" for b in "AB"]
    precision = random.beta(900, 100, 2_000)
    drawn = Drawn("truth", {(measures.PRECISION, "register", None, None): precision})
    rows = found(world(made_run, cells), drawn)
    seen = row(rows, measures.GROUP_AGREEMENT, measures.DECIDE, method=measures.LINKED_RECORDS)
    true = row(rows, measures.GROUP_AGREEMENT, measures.DECIDE, method=measures.FALSE_LINKS_REMOVED)
    assert seen.upper < 0.98
    assert true.estimate > 0.985
    assert true.upper >= 0.998
    assert true.grade == "B"


def chosen(run):
    table = run.workspace.read(CHOSEN_GROUPS.name)
    check(CHOSEN_GROUPS, table)
    return {(e["record_id"]): (e["group"], e["chosen"]) for e in table.to_pylist()}


@pytest.mark.parametrize(
    ("rule", "changed"),
    [("source_order", 0), ("latest", 27), ("most_frequent", 0), ("self_report_first", 0)],
)
def test_each_rule_takes_the_word_it_names(made_run, rule, changed):
    run = world(made_run, CELLS, groups={"eth": {**ETHNICITY, "rule": rule}})
    rows = [e for e in found(run) if e.measure == measures.GROUP_CHANGED_SHARE and not e.group]
    assert {e.stage: e.estimate for e in rows} == {"latest": pytest.approx(27 / 135)}
    assert {e.n_records for e in rows} == {135}
    written = chosen(run)
    assert sum(own is not None for own, _ in written.values()) == changed
    assert sum(own is None for own, _ in written.values()) == 11, "filled under every rule"


def test_what_a_person_said_comes_before_what_others_said(made_run):
    holder = {**ETHNICITY["also"][0], "collected": "self_reported", "on": None}
    eth = {**ETHNICITY, "also": [holder], "rule": "self_report_first"}
    rows = found(world(made_run, CELLS, groups={"eth": eth}))
    assert row(rows, measures.GROUP_CHANGED_SHARE, "self_report_first").estimate == 27 / 135
    changing = {e.stage for e in rows if e.measure == measures.GROUP_CHANGED_SHARE}
    assert changing == {"self_report_first"}, "a source without a day is not the latest"


def test_of_three_sources_two_outvote_the_first(made_run):
    also = [{"source": name, "column": "eth", "on": None} for name in ("b", "c")]
    run = made_run(
        groups={"eth": {"source": "a", "column": "eth", "also": also, "rule": "most_frequent"}},
        linkage={"focal": "a"},
    )
    said = {"a": ["A", "A", None], "b": ["B", "B", "C"], "c": ["B", "C", "C"]}
    for name, groups in said.items():
        run.source(name, [{"id": f"{name}{k}", "group_eth": g} for k, g in enumerate(groups)])
    run.decide(entities=[{f"{name}{k}" for name in said} for k in range(3)])
    rows = found(run)
    assert chosen(run) == {"a0": ("A", "B"), "a2": (None, "C")}
    changing = {e.stage for e in rows if e.measure == measures.GROUP_CHANGED_SHARE}
    assert changing == {"most_frequent"}
    towards = {each.other for each in rows if each.measure == measures.GROUP_AGREEMENT}
    assert towards == {"b", "c"}
    pairs = {(e["source"], e["other"]) for e in run.workspace.read("group_agreement").to_pylist()}
    assert pairs == {("a", "b"), ("a", "c"), ("b", "c")}


def test_composition_is_of_linked_records_by_each_rule(made_run):
    rows = found(world(made_run, CELLS, n_unlinked=500))
    sizes = {
        stage: [
            row(rows, measures.LINKED_GROUP_SHARE, stage, group).estimate * 135 for group in "AB"
        ]
        for stage in (measures.OWN_WORD, *RULES)
    }
    assert sizes[measures.OWN_WORD] == pytest.approx([80, 42])
    assert sizes["source_order"] == pytest.approx([91, 42])
    assert sizes["latest"] == pytest.approx([60 + 5 + 12 + 11, 15 + 30])


def test_link_rates_by_a_group_that_came_through_the_link_are_refused(made_run):
    rows = found(world(made_run, CELLS, n_unlinked=40))
    refused = [each for each in rows if each.measure == measures.LINK_RATE_BY_RULE]
    assert [each.stage for each in refused] == list(RULES)
    assert {(each.status, each.grade, each.estimate) for each in refused} == {
        ("not_identified", "E", None)
    }
    assert "would seem to link better" in refused[0].assumptions[0]


def test_a_group_that_only_another_source_names_is_not_named(made_run):
    rows = found(world(made_run, [*CELLS, ("A", "smiths of mill lane", 1)]))
    assert all("smiths" not in (each.group or "") for each in rows)


def test_nothing_is_said_where_one_source_holds_a_characteristic(made_run):
    alone = {key: value for key, value in ETHNICITY.items() if key != "also"}
    run = world(made_run, CELLS, groups={"eth": alone})
    assert found(run) == []
    assert run.workspace.read(GROUP_AGREEMENT.name).num_rows == 0


def controlled(run):
    """Every count of records, as if all of them might leave."""
    return [
        Tally(measure=measures.RECORDS, source="census", characteristic=c, group=g, k=n, n=n)
        for c, g, n in ((None, None, 175), ("eth", "A", 120), ("eth", "B", 45))
    ]


def test_no_released_figure_tells_a_count_within_the_threshold(made_run):
    run = world(made_run, CELLS, n_unlinked=40)
    exact, rules = found(run), run.config.disclosure
    for each in released_error_rates(exact, controlled(run), rules):
        if each.estimate is not None and each.measure in measures.DISAGREEMENT:
            (own,) = (
                e for e in exact if all(getattr(e, key) == getattr(each, key) for key in BIAS.key)
            )
            step = rules.threshold / (5 * round(own.n_records / 5))
            assert each.estimate / step == pytest.approx(round(each.estimate / step), abs=1e-6)


def test_few_who_disagree_are_held_back(made_run):
    run = world(made_run, [("A", "A", 300), ("A", "B", 4), ("B", "B", 200), ("B", "A", 5)])
    rows = list(released_error_rates(found(run), controlled(run), run.config.disclosure))
    held = [
        each for each in rows if each.measure in {measures.GROUP_AGREEMENT, measures.GROUP_KAPPA}
    ]
    assert held
    assert {(each.status, each.estimate, each.lower) for each in held} == {
        ("suppressed", None, None)
    }
