"""What is linked under other thresholds is a count of people, and so is what lies in between."""

from dataclasses import replace

import pytest

from linkage.config.schema import Disclosure
from linkage.disclosure import feasible_range
from quality import measures
from quality.release.cells import cells, items
from quality.release.control import controlled
from quality.release.thresholds import untold
from quality.tally import Tally

RULES = Disclosure(threshold=10, rounding=5)
LOW, HIGH = measures.FARTHEST


def tallies(groups):
    """Groups, name -> (linked at the strictest, then at each looser one, candidate, records)."""
    everyone = tuple(map(sum, zip(*groups.values(), strict=True)))
    for name, counts in {None: everyone, **groups}.items():
        high, linked, low, candidate, n = counts
        place = {
            "source": "a",
            "characteristic": None if name is None else "sex",
            "group": name,
        }
        yield Tally(measure=measures.RECORDS, stage=measures.INGEST, k=n, n=n, **place)
        place |= {"other": "b", "n": n}
        yield Tally(measure=measures.WITH_CANDIDATE, stage=measures.BLOCK, k=candidate, **place)
        yield Tally(measure=measures.LINKED, stage=measures.DECIDE, k=linked, **place)
        for factor, k in ((LOW, low), (HIGH, high)):
            place |= {"variable": factor}
            yield Tally(measure=measures.LINKED_AT, stage=measures.DECIDE, k=k, **place)


def shown(groups):
    safe = controlled([*tallies(groups)], [], RULES)
    return {(each.measure, each.variable, each.group): each.k for each in safe}


WIDE = {"F": (800, 840, 870, 900, 1000), "M": (700, 760, 800, 850, 1000)}


def test_rates_at_other_thresholds_leave_where_all_between_is_large():
    found = shown(WIDE)
    assert found[measures.LINKED_AT, LOW, "F"] == 870
    assert found[measures.LINKED_AT, HIGH, "M"] == 700
    assert None not in found.values()


def test_few_records_in_between_cost_the_other_threshold_and_not_the_runs_own_rate():
    found = shown({**WIDE, "X": (500, 503, 560, 600, 700)})
    assert found[measures.LINKED_AT, HIGH, "X"] is None
    assert found[measures.LINKED, None, "X"] == 505
    assert found[measures.LINKED_AT, LOW, "X"] == 560
    hidden = [key for key, k in found.items() if k is None]
    assert {measure for measure, *_ in hidden} == {measures.LINKED_AT}
    assert len(hidden) >= 2  # of all records and the other groups, X would be told else


def test_what_is_hidden_stays_open_to_a_span_as_wide_as_the_threshold():
    groups = {**WIDE, "X": (500, 503, 560, 600, 700), "Y": (300, 330, 331, 400, 500)}
    counted = [*tallies(groups)]
    safe = controlled(counted, [], RULES)
    published = cells(counted, [])
    hidden = {
        item
        for tally, each in zip(counted, safe, strict=True)
        if each.k is None
        for item in items(tally)[1:]
    }
    between = [item for item in published.counts if item.kind == "between"]
    hidden |= {*between, *(item for item in published.counts if item.kind == "lost")}
    for item in between:
        if published.counts[item] < RULES.threshold:
            low, high = feasible_range(published.counts, published.equations, hidden, item)
            assert high - low >= RULES.threshold


@pytest.mark.parametrize("n_small", [1, 2])
def test_where_most_of_what_lies_between_is_small_nothing_is_shown_by_that_characteristic(n_small):
    small = {f"s{at}": (500, 502, 503, 600, 700) for at in range(n_small)}
    counted = [*tallies({"F": WIDE["F"], **small})]
    hidden = untold(counted, RULES.threshold)
    assert {each.characteristic for each in hidden} == ({"sex"} if n_small == 2 else set())
    found = shown({"F": WIDE["F"], **small})
    if n_small == 2:
        by_group = [k for (m, _, group), k in found.items() if m == measures.LINKED_AT and group]
        assert by_group == [None] * 6
        assert found[measures.LINKED_AT, LOW, None] == 1875


def test_where_those_of_all_records_are_left_out_their_groups_are_too():
    counted = list(tallies({"F": (800, 870, 870, 900, 1000), "M": (700, 800, 800, 850, 1000)}))
    whole = next(each for each in counted if each.measure == measures.LINKED)
    finer = [factor for factor in measures.FACTORS if factor not in measures.FARTHEST]
    # all records have more thresholds than their groups, and so more counts that are small
    counted += [replace(whole, measure=measures.LINKED_AT, variable=each) for each in finer]
    hidden = untold(counted, RULES.threshold)
    assert hidden == {each for each in counted if each.measure == measures.LINKED_AT}
    assert {each.characteristic for each in hidden} == {None, "sex"}
    controlled(counted, [], RULES)  # no sum is left without its total
