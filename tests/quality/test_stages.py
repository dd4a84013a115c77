import csv

import pytest

from cli.stages import all_stages
from linkage.config.group_names import CROSS
from linkage.pipeline import check_stages
from linkage.tables import ESTIMATES, check
from quality.estimate import from_table
from quality.release.naming import TOO_SMALL
from quality.stages import STAGES

STAGE = {stage.name: stage for stage in STAGES}
GROUPS = {
    "sex": {"source": "a", "column": "sex", "reference": "M"},
    "race": {"source": "a", "column": "race"},
    "area": {"source": "b", "column": "area"},
}


RARE = f"2 groups {TOO_SMALL}"


def people(n):
    """Every third is F and links less; race is w, x, y or, for four records, z."""
    for at in range(n):
        yield {
            "id": f"a{at}",
            "group_sex": "F" if at % 3 == 0 else "M",
            "group_race": "z" if at < 4 else "wxy"[at // 6 % 3],
            "missing_surname": "not_answered" if at % 10 == 0 else None,
        }


@pytest.fixture
def run(made_run):
    made = made_run(
        groups=GROUPS, intersections=[["sex", "race"]], source={"a": {"drop": {"kind": "dead"}}}
    )
    made.source("a", list(people(600)))
    made.source(
        "b", [{"id": f"b{at}", "missing_first_name": None, "group_area": "n"} for at in range(600)]
    )
    links = [("a", f"a{at}", "b", f"b{at}") for at in range(600) if at % 3 or at % 2]
    candidates = [("a", f"a{at}", "b", f"b{at}") for at in range(600) if at % 12]
    made.decide(links=links, candidates=candidates).ingest(a={"named_in_drop": 40})
    for name in ("estimate", "control"):
        STAGE[name].function(made.workspace, made.config)
    return made


def rows_of(run, name):
    table = run.workspace.read(name)
    check(ESTIMATES, table)
    return {
        (r.measure, r.other, r.characteristic, r.group, r.variable, r.stage): r
        for r in from_table(table)
        if r.source == "a"
    }


def test_stages_follow_from_the_first_half_of_the_method():
    check_stages(all_stages())
    assert [stage.name for stage in STAGES] == ["estimate", "control", "report"]


def test_estimates_are_exact_inside_the_run(run):
    rows = rows_of(run, "estimates")
    rate = rows["link_rate", "b", "sex", "F", None, "decide"]
    assert (rate.estimate, rate.n_records) == (0.5, 200)
    gap = rows["link_rate_gap", "b", "sex", "F", None, "decide"]
    assert (gap.estimate, gap.reference, gap.finding) == (-0.5, "M", "lower")
    assert rows["records_dropped", None, None, None, "drop", "ingest"].estimate == 40
    assert rows["records_read", None, None, None, None, "ingest"].estimate == 640
    assert rows["with_candidate", "b", None, None, None, "block"].estimate == 550
    assert rows["linked", "b", None, None, None, "decide"].estimate == 500


def test_what_the_links_cannot_say_is_said(run):
    rows = rows_of(run, "estimates")
    for measure in ("missed_match_rate", "coverage"):
        row = rows[measure, "b", None, None, None, "decide"]
        assert (row.status, row.grade, row.estimate) == ("not_identified", "E", None)
    area = rows["link_rate", "b", "area", None, None, "decide"]
    assert (area.status, area.grade) == ("not_identified", "E")


def test_what_leaves_is_rounded_and_holds_small_groups_back(run):
    rows = rows_of(run, "released_estimates")
    small = rows["link_rate", "b", "race", RARE, None, "decide"]
    assert (small.status, small.estimate, small.lower, small.n_records) == (
        "suppressed",
        None,
        None,
        None,
    )
    hidden = {
        r.group for k, r in rows.items() if k[:3] == ("link_rate", "b", "race") and r.lower is None
    }
    assert hidden == {RARE}  # the small one and the one that would give it away
    overall = rows["link_rate", "b", None, None, None, "decide"]
    assert (overall.estimate, overall.n_records) == (pytest.approx(500 / 600), 600)
    for row in rows.values():
        assert row.n_records is None or row.n_records % 5 == 0


def test_no_released_figure_is_more_exact_than_its_rounded_counts(run):
    exact, released = (rows_of(run, name) for name in ("estimates", "released_estimates"))
    rates = rows_of(run, "error_rates") | rows_of(run, "bias")
    released = {key: row for key, row in released.items() if key not in rates}
    assert all(key in exact or TOO_SMALL in str(key) for key in released)
    for row in released.values():
        if row.method == "wilson" and row.estimate is not None:
            k = row.estimate * row.n_records
            assert round(k) % 5 == 0
            assert k == pytest.approx(round(k))
    references = {(r.measure, r.group): r.reference for r in exact.values() if r.reference}
    named = {(r.measure, r.group): r.reference for r in released.values() if r.reference}
    assert all(named[key] == references[key] for key in named.keys() & references.keys())
    crossed = [r for r in exact.values() if r.p_adjusted is not None and _is_left_out(r)]
    assert crossed
    assert not any(map(_is_left_out, released.values()))
    made = {r.n_tests and r.n_tests - len(crossed) for r in exact.values()}
    assert made == {r.n_tests for r in released.values()}


def _is_left_out(row):
    """Say whether a row is of missing identifiers by groups that cross: nearly all are small."""
    return row.measure.startswith("missing_an_identifier") and CROSS in (row.characteristic or "")


def test_release_files_hold_what_was_controlled(run):
    with (run.workspace.release / "estimates.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == run.workspace.read("released_estimates").num_rows
    rare = [row for row in rows if row["group"] == RARE]
    assert rare
    assert {row["estimate"] + row["n_records"] for row in rare} == {""}
    assert not [row for row in rows if "z" in row["group"].split(CROSS)]


def test_the_same_run_gives_the_same_bytes(run):
    first = (run.workspace.release / "estimates.csv").read_bytes()
    STAGE["control"].function(run.workspace, run.config)
    assert (run.workspace.release / "estimates.csv").read_bytes() == first


def test_deduplication_has_no_row_of_a_link_rate(made_run):
    made = made_run(linkage={"type": "deduplicate"})
    made.source("a", [{"id": f"a{at}", "missing_surname": None} for at in range(60)])
    made.decide(entities=[{"a0", "a1", "a2"}]).ingest()
    STAGE["estimate"].function(made.workspace, made.config)
    rows = rows_of(made, "estimates")
    assert not [key for key in rows if key[0] in {"link_rate", "coverage", "missed_match_rate"}]
    assert rows["duplicate_rate", None, None, None, None, "decide"].estimate == 0.05
