"""The coverage benchmark: its worlds, its exact interval, its scores, and a small run of it."""

import json
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from itertools import product

import numpy as np
import pytest
from scipy.stats import hypergeom

from benchmarks.coverage import population as one
from benchmarks.coverage.cache import Cache, key_of
from benchmarks.coverage.exact import exact_limits
from benchmarks.coverage.grade_c import WIDEST, score_models, widened
from benchmarks.coverage.linking import link
from benchmarks.coverage.pairs import Pairs, gammas, joined, rules_met
from benchmarks.coverage.reviews import cells, frame, outcomes, review, reviewed
from benchmarks.coverage.run import RESULTS, reviewed_records
from benchmarks.coverage.scenarios import A_GROUP, ERRING, LABELS_300, SCENARIOS, Reviewer
from benchmarks.coverage.scoring import LEAST_COVERAGE, clustered, failures, rows_of, scored
from benchmarks.coverage.table import page
from benchmarks.coverage.worlds import World, files
from quality import measures
from quality.errors.cell import NOWHERE, RIGHT
from quality.review.allocation import allocate

SMALL = World("small", people=2_500)


@pytest.fixture(scope="module")
def linked():
    return link(SMALL, seed=3)


def test_a_world_is_as_its_specification_says():
    made = files(World("large", people=40_000, twice_focal=0.2), seed=1)
    focal = made.focal
    share = np.bincount(focal.group) / focal.n
    assert share == pytest.approx([0.7, 0.2, 0.1], abs=0.02)
    assert len(np.unique(focal.person)) == pytest.approx(20_000, rel=0.02)
    assert focal.n / len(np.unique(focal.person)) == pytest.approx(1.2, abs=0.02)
    missing = [(focal.postcode[focal.group == g] < 0).mean() for g in range(3)]
    assert missing == pytest.approx([0.02, 0.04, 0.08], abs=0.01)
    covered = [
        np.isin(np.unique(focal.person[focal.group == g]), made.opposite.person).mean()
        for g in range(3)
    ]
    assert covered == pytest.approx([0.95, 0.90, 0.80], abs=0.02)


def test_errors_of_one_record_depend_on_each_other_only_where_they_should():
    def together(world):
        made = files(replace(world, people=60_000, twins=0.0), seed=2)
        a, b = made.focal, made.opposite
        place = np.full(60_000, -1)
        place[b.person] = np.arange(b.n)
        own = np.flatnonzero(place[a.person] >= 0)
        levels = gammas(made, Pairs(own, place[a.person[own]]))
        wrong = (levels[:, :2] < 2)[(levels[:, :2] >= 0).all(axis=1)]
        return np.corrcoef(wrong.T)[0, 1]

    assert together(World("dependent")) > 0.1
    # what is left is of groups that differ, and of clean errors
    assert together(World("independent", independent=True)) < 0.05


def test_candidates_are_the_pairs_that_meet_a_rule():
    made = files(replace(SMALL, people=300), seed=1)
    every = Pairs(*(each.ravel() for each in np.indices((made.focal.n, made.opposite.n))))
    block = link(replace(SMALL, people=300), seed=1).compared.block
    met = rules_met(made, every) > 0
    expected = set(zip(every.focal[met].tolist(), every.opposite[met].tolist(), strict=True))
    assert set(zip(block.focal.tolist(), block.opposite.tolist(), strict=True)) == expected


def test_joined_pairs_share_their_key_and_missing_keys_meet_none():
    found = joined(np.array([1, -1, 2]), np.array([2, 1, -1, 1]))
    assert sorted(zip(found.focal.tolist(), found.opposite.tolist(), strict=True)) == [
        (0, 1),
        (0, 3),
        (2, 0),
    ]


def test_truth_and_outcomes_agree_with_who_people_are(linked):
    person, other = linked.compared.files.focal.person, linked.compared.files.opposite.person
    right = linked.linked & (other[np.maximum(linked.partner, 0)] == person)
    overall = next(iter(cells(linked))).truth
    assert overall[measures.PRECISION] == right.sum() / linked.linked.sum()
    assert overall[measures.RECALL] == right.sum() / np.isin(person, other).sum()
    kind = outcomes(linked)
    assert (kind[right] == RIGHT).all()
    assert (kind[linked.linked & ~right] >= NOWHERE).all()
    lost = kind > NOWHERE
    assert lost.sum() == (linked.findable & ~right).sum()
    assert not (lost & ~np.isin(person, other)).any()


def test_a_review_of_every_record_gives_the_truth_of_what_can_be_found(linked):
    design = allocate(frame(linked), linked.n)
    done = review(linked, design, Reviewer(), seed=1)
    cell = reviewed(done, np.ones(linked.n, bool))
    assert not cell.unseen.any()
    found = one.audit.point(cell)
    right = linked.correct.sum()
    assert found[measures.PRECISION] == pytest.approx(right / linked.linked.sum())
    assert found[measures.RECALL] == pytest.approx(right / (linked.matched & linked.findable).sum())


def test_reviewers_who_err_miss_as_often_as_they_should_and_alarms_are_settled(linked):
    design = allocate(frame(linked), linked.n)
    missed, wrong, alarms, right = 0, 0, 0, 0
    for seed in range(30):
        done = review(linked, design, Reviewer(0.8, 0.7), seed)
        truth, is_link = outcomes(linked)[done.rows], linked.linked[done.rows]
        lost = ~is_link & (truth != RIGHT)
        wrong, missed = wrong + lost.sum(), missed + (lost & (done.kind == RIGHT)).sum()
        good = is_link & (truth == RIGHT)
        right, alarms = right + good.sum(), alarms + (good & (done.kind != RIGHT)).sum()
    # a fifth are looked at twice, and every alarm is settled
    assert missed / wrong == pytest.approx(0.8 * 0.2 + 0.2 * 0.2**2, abs=0.02)
    assert right
    assert not alarms


def _exact_by_enumeration(records, reviewed_, errors, level=0.95):
    """Invert the test over every way to share the errors, every sample enumerated."""
    weight = np.array(records) / np.array(reviewed_)
    seen = float(weight @ errors)
    samples = list(product(*(range(n + 1) for n in reviewed_)))
    totals = np.array([weight @ np.array(s) for s in samples])
    kept = []
    for total in range(sum(errors), sum(records) + 1):
        above, below = 0.0, 0.0
        for shares in product(*(range(n + 1) for n in records)):
            if sum(shares) != total:
                continue
            chance = np.array(
                [
                    np.prod(
                        [
                            hypergeom.pmf(e, n, k, m)
                            for e, n, k, m in zip(s, records, shares, reviewed_, strict=True)
                        ]
                    )
                    for s in samples
                ]
            )
            above = max(above, chance[totals >= seen - 1e-9].sum())
            below = max(below, chance[totals <= seen + 1e-9].sum())
        if min(above, below) > (1 - level) / 2:
            kept.append(total)
    return min(kept), max(kept)


@pytest.mark.parametrize(("n", "m", "e"), [(200, 50, 3), (400, 60, 0), (300, 250, 2), (50, 10, 10)])
def test_the_exact_interval_of_one_stratum_inverts_the_hypergeometric(n, m, e):
    least = min(k for k in range(e, n - m + e + 1) if hypergeom.sf(e - 1, n, k, m) > 0.025)
    most = max(k for k in range(e, n - m + e + 1) if hypergeom.cdf(e, n, k, m) > 0.025)
    assert exact_limits(np.array([n]), np.array([m]), np.array([e])) == (least, most)


@pytest.mark.parametrize("errors", [(0, 0), (1, 0), (0, 1), (2, 1)])
def test_the_exact_interval_of_two_strata_is_that_of_enumeration(errors):
    records, sample = (8, 5), (3, 2)
    found = exact_limits(np.array(records), np.array(sample), np.array(errors))
    least, most = _exact_by_enumeration(records, sample, errors)
    # places on the grid are rounded, so that a limit can lie one error outside
    assert found[0] in (least, least - 1)
    assert found[1] in (most, most + 1)


def test_the_clustered_error_is_the_plain_one_where_clusters_hold_one_value():
    values = np.random.default_rng(1).random(50)
    mean, error = clustered(values, np.arange(50))
    assert (mean, error) == (
        pytest.approx(values.mean()),
        pytest.approx(values.std(ddof=1) / 50**0.5),
    )
    # ten copies of each value say no more than one
    repeated = clustered(np.repeat(values, 10), np.repeat(np.arange(50), 10))
    assert repeated == (pytest.approx(mean), pytest.approx(error))


def test_cells_that_were_seen_whole_are_not_counted():
    row = ["plan", measures.PRECISION, -1, 0.9, 0.9, 0.9, 0.8, 0.95, 50]
    rows = rows_of([{"seed": 0, "rows": [[*row, True, None], [*row, False, 0.1]]}])
    (record,) = scored("a scenario", rows)
    assert (record["repeats"], record["whole"], record["coverage"]) == (1, 1, 1.0)
    assert (record["exact_width"], record["mean_width"]) == (0.1, pytest.approx(0.15))


def test_a_range_is_widened_on_the_side_of_errors():
    low, high = widened(np.array([0.96, 1.0]), np.array([0.96, 1.0]), np.array([100.0] * 2), 2.0)
    assert low == pytest.approx([0.90, 0.98])  # four errors may be ten, none may be two
    assert high == pytest.approx([0.99, 1.0])


def test_what_misses_its_bar_is_withdrawn():
    def rows(truth):
        return [[measure, 0, truth, 0.95, 0.96, 1000.0] for measure in WIDEST]

    inside = score_models({"a": rows(0.955)}, {"a": rows(0.955)})
    outside = score_models({"a": rows(0.955)}, {"a": rows(0.7)})
    assert {each["verdict"] for each in inside} == {"stands"}
    assert {each["verdict"] for each in outside} == {"withdrawn"}


def test_a_population_that_is_kept_is_not_made_again(tmp_path):
    made = []

    def make(seed):
        made.append(seed)
        return {"seed": seed}

    with ThreadPoolExecutor(1) as pool:
        cache = Cache(tmp_path, pool)
        cache.populations("a world", "key", range(3), make)
        with (tmp_path / "a_world.jsonl").open("a") as file:
            file.write('{"seed": 4, "key"')  # a run was stopped while it wrote
        assert [each["seed"] for each in cache.populations("a world", "key", range(4), make)] == [
            *range(4)
        ]
        assert made == [0, 1, 2, 3]
        cache.populations("a world", "other key", [0], make)
    assert made[-1] == 0
    assert key_of("one", ()) != key_of("other", ())


def test_intervals_hold_the_truth_in_a_small_run(monkeypatch, tmp_path):
    monkeypatch.setattr(one, "EXACT_POPULATIONS", 0)
    scenario = replace(SCENARIOS[0], world=SMALL, plans=(LABELS_300, A_GROUP))
    with ThreadPoolExecutor(1) as pool:
        cache = Cache(tmp_path, pool)
        records = reviewed_records(scenario, 5, 3, cache)
        assert reviewed_records(scenario, 5, 3, cache) == records
    assert failures(records) == []
    rates = [r for r in records if r["measure"] in one.GAPS and r["repeats"]]
    assert sum(r["repeats"] + r["whole"] for r in rates if r["group"] == "all") == 5 * 3 * 4
    held = np.average([r["coverage"] for r in rates], weights=[r["repeats"] for r in rates])
    assert held >= LEAST_COVERAGE
    again = one.population(scenario, 1, 0)
    assert again == one.population(scenario, 1, 0)
    assert scenario.says in page(records, [scenario])


def test_the_committed_results_say_what_the_page_says():
    records = json.loads((RESULTS / "coverage.json").read_text(encoding="utf-8"))
    assert {r["scenario"] for r in records} == {s.name for s in SCENARIOS}
    assert page(records, SCENARIOS) == (RESULTS / "coverage.md").read_text(encoding="utf-8")
    assert ERRING.name in {r["plan"] for r in records}


def test_less_than_half_of_the_ranges_over_models_hold_the_truth_as_the_report_says():
    records = json.loads((RESULTS / "coverage.json").read_text(encoding="utf-8"))
    for measure in WIDEST:
        fitted = [r for r in records if r["plan"] == "as fitted" and r["measure"] == measure]
        held = sum(r["coverage"] * r["repeats"] for r in fitted)
        assert held / sum(r["repeats"] for r in fitted) < 0.5
        assert {r["verdict"] for r in fitted} == {"withdrawn"}
