"""Groups too small to be shown, under the headings of their list, and nothing given away by it."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from linkage.config.group_names import UNKNOWN
from linkage.config.schema import Config, Disclosure
from linkage.disclosure import feasible_range
from linkage.tables import BIAS, ERROR_RATES
from quality import measures
from quality.bias.counts import link_tallies
from quality.bias.gap import GAPS, gaps_table
from quality.estimate import RELEASED, from_table
from quality.estimate import to_table as estimates_table
from quality.flow import ingest_tallies
from quality.missingness.counts import missing_tallies
from quality.release.cells import cells, items
from quality.release.control import control, controlled
from quality.release.overlaps import Overlap
from quality.release.roll_up import references, roll_ups, rolled_up
from quality.tally import TALLIES, Tally, to_table

STANDARD = "ethnicity.census_2021_19"
MIXED, WHITE = "Mixed or Multiple ethnic groups", "White"
ROMA, IRISH, OTHER_WHITE = f"{WHITE}: Roma", f"{WHITE}: Irish", f"{WHITE}: Other White"
ARAB = "Other ethnic group: Arab"
NAME = "ethnicity (rolled up)"


def config(**changes):
    group = {"source": "a", "column": "eth", "standard": STANDARD, **changes}
    sources = {"a": {"path": "a.csv", "id": "id", "columns": {"surname": "sn"}}}
    return Config.model_validate(
        {
            "name": "made",
            "sources": sources,
            "linkage": {"type": "deduplicate"},
            "groups": {"ethnicity": group},
        }
    )


def tallies(groups):
    """Tallies of groups, name -> (linked, not linked), and of all."""
    everyone = tuple(map(sum, zip(*groups.values(), strict=True)))
    for place, group, (k, rest) in (
        (None, None, everyone),
        *(("ethnicity", g, c) for g, c in groups.items()),
    ):
        said = {"source": "a", "characteristic": place, "group": group}
        yield Tally(measure=measures.RECORDS, stage="ingest", k=k + rest, n=k + rest, **said)
        yield Tally(
            measure=measures.LINKED, other="b", stage=measures.DECIDE, k=k, n=k + rest, **said
        )


def found(groups, **changes):
    return roll_ups(list(tallies(groups)), config(**changes))


def test_a_list_is_rolled_up_where_a_group_is_too_small_and_its_heading_is_not():
    assert [each.name for each in found({ROMA: (4, 2), IRISH: (90, 20)})] == [NAME]
    assert found({ROMA: (40, 20), IRISH: (90, 20)}) == ()
    assert found({ARAB: (4, 2), IRISH: (90, 20)}) == ()  # its heading is as small
    assert found({ROMA: (1, 1), IRISH: (2, 2), ARAB: (90, 9)}) == ()
    assert found({UNKNOWN: (1, 1), IRISH: (90, 20)}) == ()


def test_it_is_not_where_the_list_has_no_tree_or_the_configuration_says_never():
    small = {ROMA: (4, 2), IRISH: (90, 20)}
    assert found(small, roll_up="never") == ()
    assert found(small, standard="ethnicity.legacy_16_plus_1") == ()
    assert found(small, standard=None) == ()


def test_headings_are_the_sums_of_their_groups_and_the_unknown_stays():
    groups = {ROMA: (4, 2), IRISH: (90, 20), ARAB: (30, 3), UNKNOWN: (7, 5)}
    given_ = list(tallies(groups))
    rows = {
        (each.measure, each.group): (each.k, each.n)
        for each in rolled_up(given_, found(groups))
        if each.characteristic == NAME
    }
    assert rows[measures.LINKED, WHITE] == (94, 116)
    assert rows[measures.LINKED, "Other ethnic group"] == (30, 33)
    assert rows[measures.LINKED, UNKNOWN] == (7, 12)
    assert rows[measures.RECORDS, WHITE] == (116, 116)
    assert len(rows) == 6


def test_the_reference_is_the_heading_of_the_reference():
    (rule,) = found({ROMA: (4, 2), IRISH: (90, 20)})
    assert references({"ethnicity": IRISH, "sex": "F"}, [rule]) == {
        "ethnicity": IRISH,
        "sex": "F",
        NAME: WHITE,
    }


COUNTED = st.lists(
    st.tuples(st.integers(0, 70), st.integers(0, 25)), min_size=5, max_size=5
).filter(lambda each: min(map(sum, zip(*each, strict=True))) >= 10)


@settings(max_examples=60)
@given(COUNTED)
def test_no_small_group_can_be_had_from_its_heading(counts):
    names = (
        ROMA,
        IRISH,
        OTHER_WHITE,
        f"{MIXED}: White and Asian",
        f"{MIXED}: White and Black African",
    )
    groups = {name: each for name, each in zip(names, counts, strict=True) if sum(each)}
    exact = list(tallies(groups))
    together = roll_ups(exact, config())
    exact += rolled_up(exact, together)
    nested = [
        Overlap("a", NAME, (heading,), "ethnicity", tuple(under))
        for heading in (WHITE, MIXED)
        if together and (under := [name for name in groups if name.startswith(heading)])
    ]
    seen = cells(exact, nested)
    safe = controlled(exact, nested, Disclosure(threshold=10, rounding=1))
    published = {
        item
        for before, after in zip(exact, safe, strict=True)
        for item in (items(before) if after.k is not None else items(before)[: after.n is not None])
    }
    hidden = seen.counts.keys() - published
    for item in (item for item, count in seen.counts.items() if count < 10):
        low, high = feasible_range(seen.counts, seen.equations, hidden, item)
        assert high - low >= 10 - 1e-4, item


SIZES = {IRISH: 60, OTHER_WHITE: 90, ROMA: 6, f"{MIXED}: White and Asian": 80, ARAB: 64}


@pytest.fixture
def released(made_run):
    """A run in which every group links but for every fourth of its records."""
    group = {"source": "a", "column": "eth", "standard": STANDARD}
    made = made_run(groups={"ethnicity": group})
    named = [name for name, n in SIZES.items() for _ in range(n)]
    made.source("a", [{"id": f"a{at}", "group_ethnicity": g} for at, g in enumerate(named)])
    made.source("b", [{"id": f"b{at}"} for at in range(len(named))])
    linked = [("a", f"a{at}", "b", f"b{at}") for at in range(len(named)) if at % 4]
    made.decide(links=linked).ingest()
    counted = [
        *ingest_tallies(made.workspace, made.config),
        *missing_tallies(made.workspace, made.config),
        *link_tallies(made.workspace, made.config),
    ]
    made.workspace.write(TALLIES.name, to_table(counted))
    for name in (ERROR_RATES.name, BIAS.name):
        made.workspace.write(name, estimates_table([]))
    made.workspace.write(GAPS.name, gaps_table([]))
    control(made.workspace, made.config)
    return from_table(made.workspace.read(RELEASED))


def test_the_heading_of_a_small_group_is_released_and_says_that_it_is_rolled_up(released):
    rates = {
        (each.characteristic, each.group): each
        for each in released
        if each.measure == measures.LINK_RATE
    }
    assert rates["ethnicity", ROMA].status == "suppressed"
    white = rates[NAME, WHITE]
    assert white.n_records == 155
    assert white.estimate == pytest.approx(0.75, abs=0.02)
    assert white.assumptions[-1] == (
        "rolled up to the headings of the list: 2 groups cannot be shown alone"
    )
    assert rates["ethnicity", f"{MIXED}: White and Asian"].n_records == 80
    assert not any("rolled up" in each for each in rates["ethnicity", ROMA].assumptions)


def test_a_second_group_goes_with_the_small_one_so_that_the_heading_gives_nothing_away(released):
    held_back = {
        each.group
        for each in released
        if each.measure == measures.RECORDS
        and each.characteristic == "ethnicity"
        and each.status == "suppressed"
    }
    assert ROMA in held_back
    assert held_back & {IRISH, OTHER_WHITE}


def test_gaps_of_headings_are_to_the_heading_of_the_reference(released):
    gaps = [
        each
        for each in released
        if each.measure == measures.LINK_RATE_GAP and each.characteristic == NAME
    ]
    assert {each.reference for each in gaps} == {WHITE}
    assert {each.group for each in gaps} == {MIXED, "Other ethnic group"}
