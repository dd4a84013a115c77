"""What is written for reviewers: units, candidates and sheets of a small run, value by value."""

import json
import stat

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from linkage.errors import ApprovedError, ConfigError
from linkage.tables import CANDIDATES
from quality.review.cases import read_cases, read_review
from quality.review.decisions import open_log
from quality.review.digest import links_digest
from quality.review.sampling import Asked, sample
from quality.review.units import BEST, doubled, fields

N = 60


@pytest.fixture
def run(made_run):
    """Focal source b of 60 records, 40 of them linked to a; so it stands on the right of pairs."""
    made = made_run(linkage={"focal": "b"}, groups={"sex": {"source": "b", "column": "s"}})
    made.source("a", [{"id": f"a{i:02}", "surname": f"A{i}", "town": "T"} for i in range(N)])
    rows = [
        {"id": f"b{i:02}", "surname": f"B{i}", "group_sex": "FM"[i % 2], "missing_surname": None}
        for i in range(N)
    ]
    made.source("b", rows)
    made.decide(links=[("a", f"a{i:02}", "b", f"b{i:02}") for i in range(40)])
    pairs = [
        {
            "source_l": "a",
            "source_r": "b",
            "record_l": i,
            "record_r": N + i,
            "p_record": 0.999,
            "match_weight": -30.0,
        }
        for i in range(40)
    ]
    columns = {n: pa.array([row.get(n) for row in pairs], k) for n, k in CANDIDATES.columns.items()}
    made.workspace.write("candidates", pa.table(columns))
    return Finished(made)


class Finished:
    """What sample() asks of a finished run, over a run that is being made."""

    def __init__(self, made):
        self.config, self.restricted = made.config, made.workspace.restricted
        self.connection, self.view = made.workspace.connection, made.workspace.view


def search(records, best):
    """Each record's 30 best: those from its own place on, which even links are missing from."""
    rows = [
        {
            "record": record,
            "candidate": (record - N + 1 + at) % N,
            "match_weight": 20.0 - at,
            "meets_rule": at % 2 == 0,
        }
        for record in records
        for at in range(best)
    ]
    kinds = {
        "record": pa.int32(),
        "candidate": pa.int32(),
        "match_weight": pa.float64(),
        "meets_rule": pa.bool_(),
    }
    return pa.Table.from_pylist(rows, schema=pa.schema(kinds))


def test_the_linked_record_is_always_among_the_candidates(run):
    folder = sample(run, Asked(40, ("sex",), 1), search).folder
    candidates = pq.read_table(folder / "candidates.parquet").to_pylist()
    for unit in pq.read_table(folder / "units.parquet").to_pylist():
        own = [row for row in candidates if row["unit"] == unit["unit"]]
        assert [row["rank"] for row in own] == list(range(1, BEST + 1))
        weights = [row["match_weight"] for row in own]
        assert weights == sorted(weights, reverse=True)
        shown = [row for row in own if row["record"] == unit["partner_shown"]]
        assert len(shown) == (unit["unit_type"] == "link")
        if shown:  # it was not found: it took the place of the last, with its weight of the run
            assert (shown[0]["rank"], shown[0]["match_weight"]) == (BEST, -30.0)


def test_sheets_hold_the_fields_of_both_records_and_nothing_else(run):
    folder = sample(run, Asked(40, (), 1), search).folder
    table = pq.read_table(folder / "sheets.parquet")
    assert table.schema.names == ["unit", "rank", "surname"]
    assert fields(run.config.sources) == ("surname",)
    review = read_review(folder)
    names, cases = read_cases(review)
    assert names == ("surname",)
    for number, case in cases.items():
        assert case.focal == (f"B{case.unit.record - N}",)
        assert case.candidates == tuple((f"A{r}",) for r in review.listed[number])


def test_files_are_for_their_owner_only(run):
    folder = sample(run, Asked(40, (), 1), search).folder
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    files = list(folder.iterdir())
    assert {file.name for file in files} == {
        "design.json",
        "units.parquet",
        "candidates.parquet",
        "sheets.parquet",
    }
    assert {stat.S_IMODE(file.stat().st_mode) for file in files} == {0o600}


def test_the_same_seed_draws_the_same_review_and_another_another(run):
    drawn = []
    for seed in (1, 1, 2):
        folder = sample(run, Asked(40, ("sex",), seed), search).folder
        drawn.append(pq.read_table(folder / "units.parquet").to_pylist())
    assert drawn[0] == drawn[1] != drawn[2]


def test_the_design_says_how_the_review_was_drawn(run):
    sampled = sample(run, Asked(44, ("sex",), 3), search)
    design = json.loads((sampled.folder / "design.json").read_text())
    assert (design["source"], design["other"], design["by"]) == ("b", "a", ["sex"])
    assert (design["seed"], design["budget"]) == (3, 44)
    assert design["links_digest"] == links_digest(run)
    assert sum(each["N"] for each in design["strata"]) == N
    assert sum(each["n"] for each in design["strata"]) == 44 == sampled.n_units
    units = pq.read_table(sampled.folder / "units.parquet")
    for number, each in enumerate(design["strata"]):
        assert units["stratum"].to_pylist().count(number) == each["n"]
    assert {each["group"] for each in design["strata"]} == {"F", "M"}


def test_a_review_with_decisions_is_never_drawn_anew(run):
    folder = sample(run, Asked(40, (), 1), search).folder
    with open_log(read_review(folder), "anna", False) as log:
        log.append((1, "none"))
    with pytest.raises(ApprovedError, match="R432"):
        sample(run, Asked(40, (), 2), search)
    assert (folder / "decisions" / "anna.jsonl").stat().st_size > 0


def test_decisions_made_while_candidates_were_searched_are_kept(run):
    folder = sample(run, Asked(40, (), 1), search).folder

    def slow(records, best):
        with open_log(read_review(folder), "anna", False) as log:
            log.append((1, "none"))
        return search(records, best)

    with pytest.raises(ApprovedError, match="R432"):
        sample(run, Asked(40, (), 2), slow)
    assert (folder / "decisions" / "anna.jsonl").stat().st_size > 0


def test_a_budget_for_neither_kind_is_refused(run):
    with pytest.raises(ConfigError, match="R431"):
        sample(run, Asked(12, (), 1), search)


def test_a_fifth_of_each_stratum_is_reviewed_twice():
    stratum = np.repeat([0, 1, 2], [50, 11, 1])
    record = np.arange(62)[::-1].copy()
    chosen = doubled(stratum, record, 1)
    assert np.bincount(stratum[chosen]).tolist() == [10, 3, 1]
    order = np.random.default_rng(1).permutation(62)
    assert doubled(stratum[order], record[order], 1).tolist() == chosen[order].tolist()


def test_the_digest_sees_links_and_records_and_no_order(run):
    before = links_digest(run)
    for name in ("links", "record_keys"):
        path = run.restricted / f"{name}.parquet"
        table = pq.read_table(path)
        pq.write_table(table.take(list(range(table.num_rows))[::-1]), path)
        assert links_digest(run) == before
        pq.write_table(table.slice(1), path)
        assert links_digest(run) != before
        pq.write_table(table, path)
    assert links_digest(run) == before
