from linkage.config.group_names import CROSS
from quality.bias.counts import link_tallies

GROUPS = {"sex": {"source": "a", "column": "sex"}, "age": {"source": "a", "column": "age"}}


def people(prefix, n, **columns):
    rows = [{"id": f"{prefix}{at}"} for at in range(n)]
    for column, values in columns.items():
        for row, value in zip(rows, values, strict=True):
            row[column] = value
    return rows


def found(run):
    return {
        (t.measure, t.source, t.other, t.characteristic, t.group): (t.k, t.n)
        for t in link_tallies(run.workspace, run.config)
    }


def two_sources(make, **settings):
    run = make(groups=GROUPS, intersections=[["sex", "age"]], **settings)
    run.source(
        "a", people("a", 4, group_sex=["F", "F", "M", None], group_age=["old", "new", "old", "old"])
    )
    return run.source("b", people("b", 5))


def test_linked_records_and_those_with_a_candidate_are_counted_by_group(made_run):
    run = two_sources(made_run)
    run.decide(
        links=[("a", "a0", "b", "b0"), ("a", "a2", "b", "b2")],
        candidates=[("a", "a0", "b", "b0"), ("a", "a1", "b", "b1"), ("a", "a1", "b", "b2")],
    )
    tallies = found(run)
    assert tallies["linked", "a", "b", None, None] == (2, 4)
    assert tallies["linked", "a", "b", "sex", "F"] == (1, 2)
    assert tallies["linked", "a", "b", "sex", "unknown"] == (0, 1)
    assert tallies["linked", "a", "b", CROSS.join(("sex", "age")), CROSS.join(("M", "old"))] == (
        1,
        1,
    )
    # a2 was linked by a match-key, without a scored candidate
    assert tallies["with_candidate", "a", "b", None, None] == (3, 4)


def test_links_count_whichever_side_the_focal_source_stands_on(made_run):
    run = two_sources(made_run, linkage={"focal": "b"}, unique=True)
    run.decide(links=[("a", "a0", "b", "b0"), ("a", "a0", "b", "b1")])
    assert found(run)["linked", "b", "a", None, None] == (2, 5)


def test_more_than_two_sources_are_counted_for_each_pair_from_their_entities(made_run):
    run = two_sources(made_run).source("c", people("c", 2))
    run.decide(entities=[{"a0", "b0", "c0"}, {"a1", "c1"}, {"b1", "b2"}])
    tallies = found(run)
    assert tallies["linked", "a", "b", None, None] == (1, 4)
    assert tallies["linked", "a", "c", None, None] == (2, 4)


def test_deduplication_counts_duplicates_and_no_links(made_run):
    run = made_run(groups=GROUPS, linkage={"type": "deduplicate"})
    run.source("a", people("a", 5, group_sex=list("FFMMM"), group_age=["old"] * 5))
    run.decide(entities=[{"a0", "a2"}, {"a3"}], candidates=[("a", "a1", "a", "a2")])
    tallies = found(run)
    assert {measure for measure, *_ in tallies} == {"with_duplicate", "with_candidate"}
    assert tallies["with_duplicate", "a", None, "sex", "M"] == (1, 3)
    assert tallies["with_candidate", "a", None, None, None] == (3, 5)


def test_linking_and_deduplicating_counts_both(made_run):
    run = two_sources(made_run, linkage={"type": "link_and_deduplicate"})
    run.decide(entities=[{"a0", "a1"}, {"a2", "b0", "b1"}])
    tallies = found(run)
    assert tallies["linked", "a", "b", None, None] == (1, 4)
    assert tallies["with_duplicate", "a", None, None, None] == (2, 4)
    assert tallies["with_duplicate", "b", None, None, None] == (2, 5)
