"""Releases one after another: what a reader of all of them could work out."""

from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from linkage.config.group_names import CROSS
from linkage.config.schema import Disclosure
from linkage.disclosure import completed, feasible_range
from linkage.errors import DataError
from linkage.runs.workspace import Workspace
from quality import measures
from quality.release.before import before
from quality.release.cells import cells, items
from quality.release.control import controlled
from quality.release.counts import write_counts
from quality.release.earlier import Run, systems
from quality.release.published import published
from quality.tally import Tally

RULES = Disclosure(threshold=10, rounding=5)
NOW = {"a": "one", "b": "two"}


@dataclass(frozen=True)
class Release:
    folder: Path
    config: str = "monthly"
    run: str = "r1"
    sources: dict = field(default_factory=lambda: NOW)


def records(groups, characteristic="race"):
    rows = [(None, None, sum(groups.values()))]
    rows += [(characteristic, group, n) for group, n in groups.items()]
    for where, group, n in rows:
        yield Tally(
            measure=measures.RECORDS,
            source="a",
            characteristic=where,
            group=group,
            stage=measures.INGEST,
            k=n,
            n=n,
        )


def linked(groups):
    """Records and links of groups, name -> (linked, unlinked), and of all."""
    yield from records({name: sum(each) for name, each in groups.items()})
    everyone = tuple(map(sum, zip(*groups.values(), strict=True)))
    for where, group, (k, rest) in [
        (None, None, everyone),
        *(("race", group, each) for group, each in groups.items()),
    ]:
        yield Tally(
            measure=measures.LINKED,
            source="a",
            other="b",
            characteristic=where,
            group=group,
            stage=measures.DECIDE,
            k=k,
            n=k + rest,
        )


@pytest.fixture
def approved(tmp_path):
    """Return a function that releases tallies, as a run would, and approves them."""

    def approve(tallies, rules=RULES, name="monthly-r1", **changes):
        with Workspace(tmp_path / name) as workspace:
            write_counts(workspace, controlled(list(tallies), [], rules), {}, rules.rounding)
        return Release(tmp_path / name / "for_release", **changes)

    return approve


def keep_only(release, group):
    """Take every row but one group's out of the table of a release."""
    path = release.folder / "tables" / "counts.csv"
    head, *lines = path.read_text().splitlines()
    path.write_text("\n".join([head, *(line for line in lines if f",{group}," in line), ""]))


def shown(tallies, releases, sources=NOW, config="monthly", overlaps=()):
    tallies = list(tallies)
    found = before(releases, config, sources, tallies)
    return {
        (t.measure, t.characteristic, t.group): (t.k, t.n)
        for t in controlled(tallies, overlaps, RULES, found)
    }


def test_without_earlier_releases_nothing_is_held_back_for_them():
    found = shown(records({"x": 120, "y": 230}), [])
    assert found[measures.RECORDS, "race", "x"] == (120, 120)


def test_the_same_release_again_is_the_same(approved):
    groups = {"x": (90, 3), "y": (300, 40), "z": (200, 30)}
    first = approved(linked(groups))
    assert shown(linked(groups), [first]) == shown(linked(groups), [])


def test_what_is_hidden_now_cannot_be_had_from_cells_that_were_published(approved):
    crossed = {f"x{CROSS}F": 4, f"x{CROSS}M": 60, f"y{CROSS}F": 80, f"y{CROSS}M": 95}
    first = approved(records({"x": 64, "y": 175}))
    now = list(records(crossed, f"race{CROSS}sex"))
    found = shown(now, [first])
    alone = shown(now, [])
    of_all = measures.RECORDS, f"race{CROSS}sex"
    # alone, the smallest of any group hides x F; with race known, only x M does
    assert alone[*of_all, f"x{CROSS}M"][0] is None
    assert found[*of_all, f"x{CROSS}F"][0] is None
    assert found[*of_all, f"x{CROSS}M"][0] is None


def test_another_cell_is_taken_where_a_published_one_protects_nothing(approved):
    now = {"w": 4, "z": 12, "y": 50, "v": 146}
    assert shown(records(now), [])[measures.RECORDS, "race", "z"][0] is None
    # z was the smallest that could be hidden, and stands in the first release
    first = approved(records({**now, "w": 300}))
    keep_only(first, "z")
    found = shown(records(now), [replace(first, config="other")])
    assert found[measures.RECORDS, "race", "w"][0] is None
    assert found[measures.RECORDS, "race", "y"][0] is None


def test_what_was_hidden_before_stays_hidden(approved):
    # crossed cells first, some held back; then race alone under another configuration
    crossed = {f"x{CROSS}F": 4, f"x{CROSS}M": 60, f"y{CROSS}F": 80, f"y{CROSS}M": 95}
    first = approved(records(crossed, f"race{CROSS}sex"))
    counts = first.folder / "tables" / "counts.csv"
    hidden = f"x{CROSS}M,,,suppressed"
    assert hidden in counts.read_text()  # y M might have been, had y been smaller
    counts.write_text(counts.read_text().replace(hidden, f"x{CROSS}M,60,60,ok"))
    found = shown(records({"x": 64, "y": 175}), [replace(first, config="other")])
    # x less x M would tell x F
    assert found[measures.RECORDS, "race", "x"][0] is None


@pytest.mark.parametrize("later", [104, 100, 97])
def test_a_later_delivery_tells_no_small_difference(approved, later):
    first = approved(records({"x": 100, "y": 230, "z": 300}))
    now = {"x": later, "y": 290, "z": 390}
    found = shown(records(now), [first], {**NOW, "a": "another"})
    assert found[measures.RECORDS, "race", "x"][0] is None
    # and none that the total would give back
    assert None in {found[measures.RECORDS, "race", group][0] for group in ("y", "z")}


def test_a_later_delivery_that_differs_by_many_is_shown(approved):
    first = approved(records({"x": 100, "y": 230}))
    found = shown(records({"x": 150, "y": 290}), [first], {**NOW, "a": "another"})
    assert found[measures.RECORDS, "race", "x"] == (150, 150)


def test_a_delivery_of_another_configuration_is_other_people(approved):
    first = approved(records({"x": 100, "y": 230}), config="yearly", name="yearly-r1")
    found = shown(records({"x": 104, "y": 290}), [first], {**NOW, "a": "another"})
    assert found[measures.RECORDS, "race", "x"] == (105, 105)


def test_the_same_file_under_other_rules_is_another_delivery(approved):
    first = approved(records({"x": 120, "y": 230}), config="yearly", name="yearly-r1")
    # a filter leaves six of x out
    found = shown(records({"x": 114, "y": 230}), [first])
    assert found[measures.RECORDS, "race", "x"][0] is None


def test_links_of_another_linkage_of_the_same_files_are_counts_of_their_own(approved):
    first = approved(linked({"x": (90, 30), "y": (300, 40)}))
    found = shown(linked({"x": (80, 40), "y": (306, 34)}), [first])
    assert found[measures.LINKED, "race", "x"] == (80, 120)
    assert found[measures.RECORDS, "race", "x"] == (120, 120)


def test_a_table_that_was_given_away_before_is_left_out_whole(approved):
    loose = Disclosure(threshold=3, rounding=1)
    first = approved(records({"x": 5, "y": 230, "z": 90}), rules=loose)
    found = shown(records({"x": 5, "y": 230, "z": 90}), [first])
    assert {found[measures.RECORDS, "race", group][0] for group in "xyz"} == {None}
    assert found[measures.RECORDS, None, None] == (325, 325)


def test_a_release_that_does_not_say_what_it_published_stops_the_run(tmp_path):
    folder = tmp_path / "monthly-r1"
    folder.mkdir()
    with pytest.raises(DataError) as stopped:
        published(Release(folder))
    assert stopped.value.faults[0].code == "R490"
    # a table asked for by itself is perturbed: it tells no limits
    assert published(Release(tmp_path / "monthly-r1-table")) == []


def test_counts_are_read_as_they_were_written(approved):
    groups = {"x": (90, 3), "=y": (300, 40), "z": (200, 30)}
    first = approved(linked(groups))
    rows = {(r.tally.measure, r.tally.group): r for r in published(first)}
    assert (rows["records", "=y"].tally.k, rows["records", "=y"].base) == (340, 5)
    assert (rows["linked", "x"].tally.k, rows["linked", "x"].tally.n) == (None, 95)
    assert rows["records", "=y"].limits(340) == (338, 342)


@settings(max_examples=25)
@given(
    st.lists(st.tuples(st.integers(0, 40), st.integers(0, 25)), min_size=3, max_size=3),
    st.lists(st.tuples(st.integers(0, 40), st.integers(0, 25)), min_size=3, max_size=3),
)
def test_no_small_count_of_either_delivery_can_be_worked_out(tmp_path_factory, old, new):
    """The reader holds both and supposes that the later delivery holds the earlier one."""
    more = [tuple(a + b for a, b in zip(*each, strict=True)) for each in zip(old, new, strict=True)]
    first, second = (list(linked(dict(zip("xyz", [*each], strict=True)))) for each in (old, more))
    root = tmp_path_factory.mktemp("release") / "monthly-r1"
    with Workspace(root) as workspace:
        safe = controlled(first, [], RULES)
        write_counts(workspace, safe, {}, RULES.rounding)
    found = before([Release(root / "for_release")], "monthly", {**NOW, "a": "x"}, second)
    after = controlled(second, [], RULES, found)
    own = cells(second, [])
    given_away = {
        item
        for exact, safe in zip(second, after, strict=True)
        for item in (items(exact) if safe.k is not None else items(exact)[: safe.n is not None])
    }
    small = {item for item, count in own.counts.items() if count < 10}
    for each in systems(Run(own, second, [], {}), found, 10):
        hidden = each.counts.keys() - given_away
        for item in (small | each.close | each.beyond.protected) - each.beyond.told:
            assert item in hidden
            low, high = feasible_range(each.counts, each.equations, hidden, item, each.beyond.known)
            assert high - low >= 10 - 1e-4, item


def test_a_world_is_found_that_fits_what_is_known():
    own = cells(list(records({"x": 20, "y": 30})), [])
    found = completed(own.counts, own.equations, {"free": (3, 7)}, ["free"])
    assert 3 <= found["free"] <= 7
    assert completed({"t": 5}, [], {}, []) == {"t": 5}
