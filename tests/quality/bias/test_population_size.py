import numpy as np
import pytest

from linkage.tables import ERROR_RATES
from quality import measures, tally
from quality.bias.list_counts import twin_of
from quality.bias.population_size import population_sizes
from quality.drawn import Drawn
from quality.estimate import to_table
from quality.tally import Tally

GROUPS = {
    "sex": {"source": "a", "column": "sex", "standard": "sex"},
    "sex_b": {"source": "b", "column": "sex", "standard": "sex"},
    "race": {"source": "a", "column": "race"},
}
NAIVE, CORRECTED = measures.DUAL_SYSTEM_NAIVE, measures.DUAL_SYSTEM_CORRECTED


def linked(k, n, characteristic=None, group=None):
    return Tally(
        measure=measures.LINKED,
        source="a",
        other="b",
        characteristic=characteristic,
        group=group,
        stage="decide",
        k=k,
        n=n,
    )


def records(n, characteristic=None, group=None):
    return Tally(
        measure=measures.RECORDS,
        source="b",
        characteristic=characteristic,
        group=group,
        stage="ingest",
        k=n,
        n=n,
    )


TALLIES = [
    linked(4_000, 5_000, "sex", "Female"),
    linked(7_000, 9_000),
    linked(2_900, 3_900, "sex", "Male"),
    linked(100, 100, "sex", "unknown"),
    linked(6_000, 7_500, "race", "White"),
    records(8_080),
    records(4_400, "sex_b", "Female"),
    records(3_600, "sex_b", "Male"),
    records(80, "sex_b", "unknown"),
]
RATES = {(None, None): (0.98, 0.9), ("sex", "Female"): (0.99, 0.95), ("sex", "Male"): (0.97, 0.85)}


def made(made_run, rate, rates=RATES, **settings):
    run = made_run(**{"groups": GROUPS, **settings}).source("a", []).source("b", [])
    run.workspace.write("tallies", tally.to_table(TALLIES))
    rows = [
        rate(measure=measure, estimate=value, characteristic=place[0], group=place[1])
        for place, both in rates.items()
        for measure, value in zip((measures.PRECISION, measures.RECALL), both, strict=True)
    ]
    run.workspace.write(ERROR_RATES.name, to_table(rows))
    random = np.random.default_rng(1)
    values = {
        (row.measure, "b", row.characteristic, row.group): random.normal(row.estimate, 0.01, 500)
        for row in rows
    }
    return list(population_sizes(run.workspace, run.config, Drawn(measures.REVIEW, values)))


def size(rows, method, characteristic=None, group=None, variable=None):
    (row,) = (
        row
        for row in rows
        if row.measure == measures.POPULATION_SIZE
        and (row.method, row.characteristic, row.group, row.variable)
        == (method, characteristic, group, variable)
    )
    return row


def test_links_are_corrected_for_both_kinds_of_error(made_run, rate):
    rows = made(made_run, rate)
    naive, corrected = size(rows, NAIVE), size(rows, CORRECTED)
    assert naive.estimate == pytest.approx(9_001 * 8_081 / 7_001 - 1)
    assert corrected.estimate == pytest.approx(9_001 * 8_081 / (7_000 * 0.98 / 0.9 + 1) - 1)
    assert (naive.grade, corrected.grade) == ("C", "B")
    assert corrected.lower < corrected.estimate < corrected.upper
    wide, narrow = corrected.upper - corrected.lower, naive.upper - naive.lower
    assert wide > narrow
    assert corrected.n_reviewed == 103


def test_a_group_counts_the_others_records_of_unknown_group_too(made_run, rate):
    rows = made(made_run, rate)
    female = size(rows, NAIVE, "sex", "Female")
    assert female.estimate == pytest.approx(5_001 * (4_400 * 8_080 / 8_000 + 1) / 4_001 - 1)
    assert any("spread over the groups" in text for text in female.assumptions)
    with pytest.raises(ValueError, match="unpack"):
        size(rows, NAIVE, "sex", "unknown")


def test_everyone_is_also_the_sum_of_the_groups(made_run, rate):
    rows = made(made_run, rate)
    for method in (NAIVE, CORRECTED):
        groups = [size(rows, method, "sex", group).estimate for group in ("Female", "Male")]
        summed = size(rows, method, variable="sex")
        assert summed.estimate == pytest.approx(sum(groups))
        assert summed.lower < summed.estimate < summed.upper


def test_coverage_is_what_each_source_holds_of_the_people(made_run, rate):
    rows = made(made_run, rate)
    people = size(rows, CORRECTED, "sex", "Male").estimate
    (held,) = (
        row
        for row in rows
        if row.measure == measures.POPULATION_COVERAGE
        and (row.method, row.group, row.variable) == (CORRECTED, "Male", "a")
    )
    assert held.estimate == pytest.approx(3_900 / people)
    assert 0 < held.lower < held.estimate < held.upper <= 1


def test_without_review_the_corrected_number_is_not_identified(made_run, rate):
    rows = made(made_run, rate, rates={})
    assert {row.method for row in rows} == {NAIVE, measures.NO_METHOD}
    refused = size(rows, measures.NO_METHOD)
    assert (refused.status, refused.grade, refused.estimate) == ("not_identified", "E", None)
    assert any("a review" in text for text in refused.assumptions)


def test_a_characteristic_that_one_source_alone_holds_gives_no_number(made_run, rate):
    refused = size(made(made_run, rate), measures.NO_METHOD, "race")
    assert refused.status == "not_identified"
    assert any("harmonised list" in text for text in refused.assumptions)


def test_sources_that_may_hold_a_person_twice_are_refused_by_name(made_run, rate):
    (refused,) = made(made_run, rate, unique=False)
    assert any("one_record_per_person" in text for text in refused.assumptions)


def test_expected_matches_of_models_give_a_range_and_no_figure(made_run, rate):
    run = made_run(groups={}).source("a", []).source("b", [])
    run.workspace.write("tallies", tally.to_table(TALLIES))
    expected = rate(
        measure=measures.EXPECTED_MATCHES,
        method=measures.MODEL_RANGE,
        estimate=7_500,
        lower=7_200,
        upper=7_600,
    )
    run.workspace.write(ERROR_RATES.name, to_table([expected]))
    row = size(
        list(population_sizes(run.workspace, run.config, Drawn())), measures.DUAL_SYSTEM_UNLINKED
    )
    assert (row.estimate, row.grade) == (None, "C")
    assert row.lower == pytest.approx(9_001 * 8_081 / 7_601 - 1)
    assert row.upper == pytest.approx(9_001 * 8_081 / 7_201 - 1)


def test_two_characteristics_of_one_list_leave_open_which_is_meant(made_run):
    run = made_run(groups=GROUPS).source("a", []).source("b", [])
    groups = run.config.groups
    assert twin_of(groups, "sex", "b") == "sex_b"
    assert twin_of({**groups, "again": groups["sex_b"]}, "sex", "b") is None
    assert twin_of(groups, "race", "b") is None
