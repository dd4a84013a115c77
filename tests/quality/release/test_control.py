from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from linkage.config.schema import Disclosure
from linkage.disclosure import feasible_range
from quality import measures
from quality.release.cells import cells, items
from quality.release.control import controlled
from quality.release.overlaps import Overlap
from quality.release.partitions import with_patterns_of_many
from quality.tally import Tally

RULES = Disclosure(threshold=10, rounding=5)


def tally(measure, k, n, characteristic=None, group=None, **changes):
    stages = {
        measures.LINKED: measures.DECIDE,
        measures.WITH_CANDIDATE: measures.BLOCK,
        measures.RECORDS: measures.INGEST,
    }
    return Tally(
        measure=measure,
        source="a",
        other="b" if measure in {measures.LINKED, measures.WITH_CANDIDATE} else None,
        characteristic=characteristic,
        group=group,
        stage=changes.pop("stage", stages.get(measure)),
        k=k,
        n=n,
        **changes,
    )


def linked(groups, characteristic="race"):
    """Tallies of groups, name -> (linked, lost in between, without a candidate), and of all."""
    everyone = tuple(map(sum, zip(*groups.values(), strict=True)))
    places = [(None, None, everyone), *((characteristic, g, c) for g, c in groups.items())]
    for where, group, (k, between, without) in places:
        n = k + between + without
        yield tally(measures.RECORDS, n, n, where, group)
        yield tally(measures.WITH_CANDIDATE, k + between, n, where, group)
        yield tally(measures.LINKED, k, n, where, group)


def shown(tallies, overlaps=(), rules=RULES):
    return {
        (t.measure, t.group, t.stage): (t.k, t.n)
        for t in controlled(list(tallies), list(overlaps), rules)
    }


def test_a_group_with_few_unlinked_records_loses_its_rate_and_takes_another_along():
    groups = {"x": (95, 2, 3), "y": (300, 40, 40), "z": (200, 30, 30)}
    found = shown(linked(groups))
    assert found[measures.LINKED, "x", "decide"] == (None, 100)
    assert found[measures.LINKED, "z", "decide"] == (None, 260)
    assert found[measures.LINKED, "y", "decide"] == (300, 380)
    assert found[measures.LINKED, None, "decide"] == (595, 740)


def test_the_number_of_records_of_a_small_group_is_held_back_in_every_measure():
    groups = {"x": (3, 1, 1), "y": (300, 40, 40), "z": (200, 30, 30)}
    found = shown(linked(groups))
    for measure, stage in (
        ("records", "ingest"),
        ("linked", "decide"),
        ("with_candidate", "block"),
    ):
        assert found[measure, "x", stage] == (None, None)
    assert found["records", "y", "ingest"] == (380, 380)


def test_what_is_lost_in_between_is_a_count_of_people_too():
    groups = {"x": (95, 3, 42), "y": (300, 40, 40)}
    found = shown(linked(groups))
    assert found[measures.LINKED, "x", "decide"] == (95, 140)
    assert found[measures.WITH_CANDIDATE, "x", "block"] == (None, 140)
    assert found[measures.WITH_CANDIDATE, "y", "block"] == (None, 380)


def test_counts_are_rounded_before_anything_is_made_of_them():
    found = shown(linked({"x": (93, 12, 22), "y": (300, 41, 42)}))
    assert found[measures.LINKED, "x", "decide"] == (95, 125)


def test_rows_dropped_by_a_filter_are_minded_with_the_rows_read():
    rows = [
        tally(measures.RECORDS_READ, 103, 103, stage="ingest"),
        tally(measures.RECORDS_DROPPED, 3, 103, stage="ingest", variable="drop"),
        tally(measures.RECORDS, 100, 100),
    ]
    found = shown(rows)
    assert found[measures.RECORDS_DROPPED, None, "ingest"] == (None, None)
    assert found[measures.RECORDS_READ, None, "ingest"] == (None, None)
    assert found[measures.RECORDS, None, "ingest"] == (100, 100)


def missing(reasons, n=1_000, **changes):
    named = {None: sum(k for reason, k in reasons.items() if reason != "does_not_apply"), **reasons}
    for reason, k in named.items():
        yield tally(measures.MISSING_IDENTIFIER, k, n, stage=reason, variable="surname", **changes)


def test_a_small_reason_cannot_be_had_from_the_sum_of_reasons():
    rows = [
        tally(measures.RECORDS, 1_000, 1_000),
        *missing({"not_answered": 40, "placeholder": 4, "invalid": 30}),
    ]
    found = shown(rows)
    hidden = [reason for (measure, _, reason), (k, _) in found.items() if k is None]
    assert sorted(hidden, key=str) == ["invalid", "placeholder"]


def test_that_a_source_does_not_hold_a_role_is_no_secret():
    rows = [tally(measures.RECORDS, 1_000, 1_000), *missing({"missing_in_source": 1_000})]
    assert shown(rows)[measures.MISSING_IDENTIFIER, None, "missing_in_source"] == (1_000, 1_000)


def test_unknown_groups_and_missing_groups_are_the_same_records():
    rows = [
        tally(measures.RECORDS, 1_000, 1_000),
        tally(measures.RECORDS, 985, 985, "sex", "F"),
        tally(measures.RECORDS, 15, 15, "sex", "unknown"),
        tally(measures.MISSING_GROUP, 11, 1_000, stage=None, variable="sex"),
        tally(measures.MISSING_GROUP, 11, 1_000, stage="not_stated", variable="sex"),
        tally(measures.MISSING_GROUP, 4, 1_000, stage="does_not_apply", variable="sex"),
    ]
    found = shown(rows)
    assert found[measures.MISSING_GROUP, None, "does_not_apply"] == (None, 1_000)
    # else 15 unknown less 11 missing would say 4
    assert found[measures.MISSING_GROUP, None, None] == (None, 1_000)


def patterned(counts, groups):
    """Tallies of patterns by group, of records, and of what is missing of each variable."""
    everyone = {name: sum(groups[g][name] for g in groups) for name in counts}
    places = [(None, None, everyone), *(("sex", g, each) for g, each in groups.items())]
    for characteristic, group, each in places:
        n = sum(each.values())
        yield tally(measures.RECORDS, n, n, characteristic, group)
        for name, k in each.items():
            yield tally(
                measures.MISSING_PATTERN, k, n, characteristic, group, stage="ingest", variable=name
            )
        for variable in ("dob", "postcode"):
            k = sum(count for name, count in each.items() if variable in name)
            yield tally(
                measures.MISSING_IDENTIFIER,
                k,
                n,
                characteristic,
                group,
                stage=None,
                variable=variable,
            )


PATTERNS = ("nothing missing", "dob", "postcode", "dob + postcode")


@settings(max_examples=40)
@given(
    st.lists(
        st.tuples(*(st.integers(*ends) for ends in ((20, 90), (0, 30), (0, 30), (0, 20)))),
        min_size=3,
        max_size=3,
    )
)
def test_no_small_pattern_can_be_had_from_what_is_published(counts):
    groups = {f"g{at}": dict(zip(PATTERNS, each, strict=True)) for at, each in enumerate(counts)}
    if min(map(sum, zip(*counts, strict=True))) < 10:
        return  # a total is small itself
    tallies = list(patterned(PATTERNS, groups))
    seen = cells(tallies, [])
    found = controlled(tallies, [], Disclosure(threshold=10, rounding=1))
    published = {
        item
        for before, after in zip(tallies, found, strict=True)
        for item in (items(before) if after.k is not None else items(before)[: after.n is not None])
    }
    hidden = seen.counts.keys() - published
    for item in (item for item, count in seen.counts.items() if count < 10):
        low, high = feasible_range(seen.counts, seen.equations, hidden, item)
        assert high - low >= 10 - 1e-4, item


def through_links(groups):
    """Tallies of a value through links: (observed, not stated, not asked, unlinked) by group."""
    everyone = tuple(map(sum, zip(*groups.values(), strict=True)))
    for group, (observed, missing, unasked, unlinked) in {None: everyone, **groups}.items():
        where = None if group is None else "race"
        linked = observed + missing + unasked
        n = linked + unlinked
        yield tally(measures.RECORDS, n, n, where, group)
        yield tally(measures.LINKED, linked, n, where, group)
        for stage, k in (
            (measures.NOT_LINKED, unlinked),
            (measures.FROM_LINK, observed),
            (measures.ASKED, observed + missing),
            ("not_stated", missing),
            ("does_not_apply", unasked),
        ):
            yield Tally(
                measure=measures.VALUE_THROUGH_LINK,
                source="a",
                other="b",
                characteristic=where,
                group=group,
                variable="event",
                stage=stage,
                k=k,
                n=n,
            )


def test_a_small_number_without_a_value_is_not_linked_less_with_a_value():
    groups = {"x": (95, 3, 40, 40), "y": (300, 40, 40, 40), "z": (200, 30, 40, 30)}
    found = {
        (t.group, t.stage): t.k
        for t in controlled(list(through_links(groups)), [], RULES)
        if t.measure == measures.VALUE_THROUGH_LINK
    }
    assert found["x", "not_stated"] is None
    # else asked less observed would say 3
    assert None in {found["x", measures.ASKED], found["x", measures.FROM_LINK]}
    # and what is hidden beside it keeps the sum over groups from saying it
    assert [found[group, "not_stated"] for group in ("y", "z")].count(None) == 1
    assert found["y", measures.NOT_LINKED] == 40


NESTED = [
    Overlap("a", "broad", ("B1",), "narrow", ("n1", "n2")),
    Overlap("a", "broad", ("B2",), "narrow", ("n3", "n4")),
]


def test_a_small_narrow_group_cannot_be_had_from_its_broad_group():
    narrow = {"n1": (4, 40, 40), "n2": (90, 40, 40), "n3": (60, 40, 40), "n4": (70, 40, 40)}
    broad = {
        "B1": tuple(map(sum, zip(narrow["n1"], narrow["n2"], strict=True))),
        "B2": tuple(map(sum, zip(narrow["n3"], narrow["n4"], strict=True))),
    }
    rows = dict.fromkeys([*linked(narrow, "narrow"), *linked(broad, "broad")])
    found = shown(rows, NESTED)
    # n3 is the next smallest, yet only n2 keeps n1 from being B1 less n2
    assert found[measures.LINKED, "n2", "decide"][0] is None
    without = shown(rows)
    assert without[measures.LINKED, "n2", "decide"][0] is not None


@settings(max_examples=40)
@given(
    st.lists(
        st.tuples(st.integers(0, 80), st.integers(0, 25), st.integers(0, 25)),
        min_size=4,
        max_size=4,
    )
)
def test_nothing_small_lies_in_a_narrow_range_whatever_is_published(counts):
    narrow = dict(zip(("n1", "n2", "n3", "n4"), counts, strict=True))
    broad = {
        "B1": tuple(map(sum, zip(*counts[:2], strict=True))),
        "B2": tuple(map(sum, zip(*counts[2:], strict=True))),
    }
    tallies = list(dict.fromkeys([*linked(narrow, "narrow"), *linked(broad, "broad")]))
    if min(sum(map(sum, counts)), *(sum(each[part] for each in counts) for part in range(3))) < 10:
        return  # the total is small itself, and goes with everything below it
    seen = cells(tallies, NESTED)
    found = controlled(tallies, NESTED, Disclosure(threshold=10, rounding=1))
    published = {
        item
        for before, after in zip(tallies, found, strict=True)
        for item in (items(before) if after.k is not None else items(before)[: after.n is not None])
    }
    hidden = seen.counts.keys() - published
    for item in (item for item, count in seen.counts.items() if count < 10):
        low, high = feasible_range(seen.counts, seen.equations, hidden, item)
        assert high - low >= 10 - 1e-4, item


@pytest.mark.parametrize("rounding", [1, 3, 5])
def test_published_counts_are_multiples_of_the_base(rounding):
    groups = {"x": (95, 22, 13), "y": (301, 41, 42), "z": (202, 33, 34)}
    found = shown(linked(groups), rules=Disclosure(threshold=10, rounding=rounding))
    values = [count for pair in found.values() for count in pair if count is not None]
    assert Counter(count % rounding for count in values) == {0: len(values)}


def test_records_stay_where_nobody_lacks_anything():
    place = {"source": "a", "stage": measures.INGEST}
    nobody = [
        tally(measures.RECORDS, 500, 500),
        tally(measures.MISSING_IDENTIFIER, 0, 500, stage=None, variable="surname"),
        tally(measures.MISSING_IDENTIFIER, 0, 500, stage=None, variable="postcode"),
        Tally(measure=measures.MISSING_PATTERN, variable="nothing missing", k=500, n=500, **place),
        Tally(measure=measures.WITH_MISSING, k=0, n=500, **place),
    ]
    left = with_patterns_of_many(nobody, 10)
    # the one pattern would say that nobody lacks anything: no mark could hide it
    assert measures.MISSING_PATTERN not in {each.measure for each in left}
    found = shown(left)
    assert found[measures.RECORDS, None, "ingest"] == (500, 500)
    assert found[measures.WITH_MISSING, None, "ingest"] == (None, 500)


def test_patterns_are_listed_where_as_many_as_the_threshold_lack_something():
    few, many = (
        list(patterned(PATTERNS, {"x": {**dict.fromkeys(PATTERNS, 0), "dob": k}})) for k in (9, 10)
    )
    assert [
        sum(each.measure == measures.MISSING_PATTERN for each in with_patterns_of_many(rows, 10))
        for rows in (few, many)
    ] == [0, 8]
