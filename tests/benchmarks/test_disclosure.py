"""The attack on releases: some of the populations, what the judge sees, what is committed."""

import json
import signal
import sys
from itertools import product

import numpy as np
import pytest

from benchmarks.disclosure.attack import DoesNotHold, attack
from benchmarks.disclosure.compare import acro, naive
from benchmarks.disclosure.facts import Constraint, Count
from benchmarks.disclosure.facts import records as records_of
from benchmarks.disclosure.one_by_one import one_by_one, read
from benchmarks.disclosure.released import Counted, Key, Release, Tree, exact, rows_of
from benchmarks.disclosure.releasing import truth_of
from benchmarks.disclosure.run import AGAIN, MODELS, NEXT, ONE, OURS, RESULTS, ours
from benchmarks.disclosure.seen import Kinds, Seen, constraints
from benchmarks.disclosure.shapes import SOURCE
from benchmarks.disclosure.table import page
from benchmarks.disclosure.whole_runs import SHAPES
from linkage.config.group_names import CROSS
from quality import measures
from quality.bias.cells import Cells, Factor
from quality.tally import Tally

POPULATIONS = 50


def key(group="", characteristic="sex", measure="records", **changes):
    stages = {"records": "ingest", "linked": "decide", "with_candidate": "block"}
    said = {"other": "" if measure == "records" else "b", "variable": "", **changes}
    return Key(
        measure=measure,
        source="a",
        stage=said.pop("stage", stages.get(measure, "")),
        characteristic=characteristic if group else "",
        group=group,
        **said,
    )


def judged(truth, hidden, marks=True, rounding=1, trees=()):
    """Attack a release of ``truth`` (key -> k of n), in which the keys of ``hidden`` are blank."""
    truth = {name: Counted(n, k) for name, (k, n) in truth.items()}
    rows = {name: Counted(None, None) if name in hidden else truth[name] for name in truth}
    verdict = attack([Release(rows, 10, rounding, trees)], [truth], marks=marks)
    return {each.what.split(" | ")[-1]: each for each in verdict.exposed}


ONE_SMALL = {key(): (104, 104), key("F"): (4, 4), key("M"): (60, 60), key("X"): (40, 40)}


def test_a_small_group_alone_is_the_total_less_the_others():
    found = judged(ONE_SMALL, {key("F")})
    assert found["F"].exactly
    assert found["F"].value == 4


def test_a_small_group_beside_another_may_be_large():
    assert judged(ONE_SMALL, {key("F"), key("X")}) == {}


def test_two_small_groups_that_add_up_to_less_than_the_threshold_are_exposed():
    truth = {key(): (67, 67), key("F"): (4, 4), key("M"): (60, 60), key("X"): (3, 3)}
    found = judged(truth, {key("F"), key("X")})
    # a listed group has somebody in it
    assert (found["F"].least, found["F"].greatest) == (1, 6)


def test_the_mark_tells_which_of_two_is_small_where_only_one_can_be():
    truth = {
        key(): (100, 100),
        key(measure="records_read", other=""): (104, 104),
        key(measure="records_dropped", other="", stage="ingest", variable="drop"): (4, 104),
    }
    truth = {name._replace(stage="ingest"): counts for name, counts in truth.items()}
    hidden = {name for name in truth if name.measure != "records"}
    assert judged(truth, hidden, marks=False) == {}
    # held back with up to twice as many: without that rule the mark would say "under 10"
    assert judged(truth, hidden) == {}


def test_linked_and_lost_records_are_tied_to_those_with_a_candidate():
    truth = {
        key(): (200, 200),
        key(measure="with_candidate"): (150, 200),
        key(measure="linked"): (146, 200),
    }
    (found,) = attack(
        [Release({n: Counted(total, k) for n, (k, total) in truth.items()}, 10, 1)],
        [{n: Counted(total, k) for n, (k, total) in truth.items()}],
    ).exposed
    assert found.what.startswith("lost before linked")
    assert found.exactly


def test_records_linked_at_a_looser_threshold_alone_are_a_number_of_people():
    at = key(measure="linked_at", stage="decide")
    looser, stricter = (at._replace(variable=f"odds x {odds}") for odds in ("0.1", "10"))
    truth = {
        key(): (400, 400),
        key(measure="with_candidate"): (300, 400),
        looser: (204, 400),
        key(measure="linked"): (200, 400),
        stricter: (150, 400),
    }
    shown = {name: Counted(n, k) for name, (k, n) in truth.items()}
    (found,) = attack([Release(shown, 10, 1)], [shown]).exposed
    assert found.what.startswith("no longer linked at linked")
    assert (found.value, found.exactly) == (4, True)
    assert judged(truth, {looser}) == {}


def test_a_narrow_group_is_its_heading_less_the_others():
    truth = {
        key(): (104, 104),
        key("h", "broad"): (64, 64),
        key("i", "broad"): (40, 40),
        key("a", "narrow"): (4, 4),
        key("b", "narrow"): (60, 60),
        key("c", "narrow"): (40, 40),
    }
    hidden = {key("a", "narrow"), key("c", "narrow")}
    assert judged(truth, hidden) == {}
    tree = Tree("a", "narrow", "broad", {"a": "h", "b": "h", "c": "i"})
    assert judged(truth, hidden, trees=(tree,))["a"].exactly


def test_an_intersection_gives_its_groups_away():
    sizes = {("F", "n"): 4, ("F", "s"): 30, ("M", "n"): 40, ("M", "s"): 50}
    cells = {each: key(CROSS.join(each), CROSS.join(("sex", "area"))) for each in sizes}
    truth = {cells[each]: (n, n) for each, n in sizes.items()}
    truth |= {key(): (124, 124), key("F"): (34, 34), key("M"): (90, 90)}
    small, beside = cells["F", "n"], cells["F", "s"]
    assert judged(truth, {small, beside, cells["M", "n"], cells["M", "s"]}) == {}
    truth |= {key("n", "area"): (44, 44), key("s", "area"): (80, 80)}
    assert judged(truth, {small, beside})[small.group].exactly


def test_what_a_delivery_adds_is_a_number_of_people():
    releases = [
        Release({key(): Counted(n, n)}, 10, 1, files={"a": file})
        for n, file in ((200, "one"), (203, "two"))
    ]
    truths = [each.rows for each in releases]
    (found,) = attack(releases, truths).exposed
    assert (found.value, found.least, found.greatest) == (3, 3, 3)
    rounded = [Release({key(): Counted(200, 200)}, 10, 5, files=each.files) for each in releases]
    rounded[1] = Release({key(): Counted(205, 205)}, 10, 5, files={"a": "two"})
    (found,) = attack(rounded, truths).exposed
    assert (found.least, found.greatest) == (1, 9)


def test_a_judge_that_takes_for_known_what_is_not_so_says_so():
    truth = {key(): Counted(100, 100), key("F"): Counted(40, 40), key("M"): Counted(50, 50)}
    with pytest.raises(DoesNotHold):
        attack([Release(truth, 10, 1)], [truth])


TWO_SMALL = {key(): (104, 104), key("F"): (4, 4), key("M"): (40, 40), key("X"): (60, 60)}
HELD_BACK = {key("F"), key("M")}
F, M = (Count(0, records_of(key(group))) for group in "FM")


def given(seen):
    truth = {name: Counted(n, k) for name, (k, n) in TWO_SMALL.items()}
    rows = {name: Counted(None, None) if name in HELD_BACK else truth[name] for name in truth}
    return attack([Release(rows, 10, 1)], [truth], seen=seen).exposed


def test_what_models_see_is_given_to_the_reader():
    assert given(None) == ()
    assert given(Seen((), {}, lambda _: True)) == ()
    (found,) = given(Seen([Constraint({F: 1}, 3, 6)], {}, lambda _: True))
    assert (found.least, found.greatest) == (3, 6)


def test_models_that_print_more_than_they_are_said_to_see_are_found_out():
    with pytest.raises(DoesNotHold, match="models print"):
        given(Seen((), {}, lambda values: values[F] == 4))


def kinds_of(n, k, crossings=()):
    """Return every kind of record by sex and area: Fn, Fs, Mn, Ms."""
    sex = Factor("sex", ("F", "M"), np.array([0, 0, 1, 1]), 0)
    area = Factor("area", ("n", "s"), np.array([0, 1, 0, 1]), 0)
    return Kinds(Cells((sex, area), np.array(n, float), np.array(k, float)), "b", crossings)


def test_models_see_how_many_are_alike_but_for_what_is_held_back():
    kinds = kinds_of((4, 30, 40, 50), (3, 20, 30, 40), [("sex", "area")])
    crossed = CROSS.join(("sex", "area"))
    cells = {
        CROSS.join(each): n for each, n in zip(product("FM", "ns"), (4, 30, 40, 50), strict=True)
    }
    rows = {
        key(each, name)._replace(source=SOURCE): Counted(99, 99)
        for name, groups in (("sex", "FM"), ("area", "ns"))
        for each in groups
    }
    rows |= {key(each, crossed)._replace(source=SOURCE): Counted(n, n) for each, n in cells.items()}

    def alike(rows):
        truth = kinds.truth()
        return sorted(
            each.low
            for each in constraints(kinds, Release(rows, 10, 1))
            if each.low == each.high == sum(truth.get(count, 0) for count in each.terms) > 0
        )

    assert alike(rows) == [4, 30, 40, 50]
    held = {each: Counted(None, None) for each in rows if each.characteristic == crossed}
    assert alike(rows | held) == [124]


def test_cells_are_made_of_the_numbers_of_each_kind():
    kinds = kinds_of((4, 30, 40, 0), (3, 20, 30, 0))
    made = kinds.cells_of(kinds.truth())
    assert (made.n.tolist(), made.k.tolist()) == ([4, 30, 40], [3, 20, 30])
    assert made.of("area").code.tolist() == [0, 1, 0]


def test_shown_counts_can_be_taken_as_they_are():
    release = Release({key(): Counted(105, 105), key("F"): Counted(None, None)}, 10, 5)
    truth = {key(): Counted(103, 103), key("F"): Counted(3, 3)}
    assert exact(release, truth).rows == {
        key(): Counted(103, 103),
        key("F"): Counted(None, None),
    }


def test_a_file_of_counts_is_read_as_it_is_written():
    text = [
        "measure,source,other,variable,stage,characteristic,group,n,k,status,base",
        "records,a,,,ingest,sex,F,100,100,ok,5",
        "linked,a,b,,decide,sex,F,100,,suppressed,5",
    ]
    assert rows_of(text) == {
        key("F"): Counted(100, 100),
        key("F", measure="linked"): Counted(100, None),
    }


def tallies():
    for group, k, n in ((None, 150, 204), ("F", 90, 100), ("M", 60, 100), ("X", 0, 4)):
        where = {"source": "a", "characteristic": group and "sex", "group": group}
        yield Tally(measure=measures.RECORDS, stage="ingest", k=n, n=n, **where)
        yield Tally(measure=measures.LINKED, other="b", stage="decide", k=k, n=n, **where)


def test_small_cells_alone_leave_the_total_to_subtract_from_and_acro_does_not():
    for rules, n_exact in ((lambda t: naive(t, 10), 3), (acro, 0)):
        safe = list(rules(list(tallies())))
        release = Release(truth_of(safe), 10, 1)
        found = attack([release], [truth_of(tallies())], marks=False).exposed
        assert sum(each.exactly for each in found) == n_exact


def one(case, at):
    """Return a record; the first case fails, the second does not end."""
    if case == 0:
        sys.exit(3)
    while case == 1:
        pass
    return [{"case": case, "at": at}]


def test_a_case_that_fails_or_does_not_end_stops_no_other(tmp_path):
    so_far = tmp_path / "so_far.jsonl"
    one_by_one(lambda case: one(case, 1), [0, 1, 2, "a"], so_far, seconds=1, processes=2)
    assert read(so_far) == [
        {"case": 0, "stopped": 3, "limit": 1},
        {"case": 1, "stopped": -signal.SIGXCPU, "limit": 1},
        {"case": 2, "at": 1},
        {"case": "a", "at": 1},
    ]


def test_a_run_that_was_stopped_goes_on_where_it_was(tmp_path):
    so_far = tmp_path / "so_far.jsonl"
    one_by_one(lambda case: one(case, 1), [0, 2], so_far, seconds=5)
    one_by_one(lambda case: one(case, 2), [0, 2, 3], so_far, seconds=5)
    assert [each.get("at") for each in read(so_far)] == [None, 1, 2]
    # what was stopped is tried again when it may take longer
    one_by_one(lambda case: [{"case": case, "at": 3}], [0, 2, 3], so_far, seconds=6)
    assert [each.get("at") for each in read(so_far)] == [3, 1, 2]


@pytest.fixture(scope="module")
def records():
    return [ours(seed) for seed in range(POPULATIONS)]


def test_no_number_of_people_under_the_threshold_is_exposed(records):
    assert {each["releases"] for each in records} == {ONE, AGAIN, NEXT, MODELS}
    assert sum(each["small"] for each in records) > 10 * POPULATIONS
    assert [each for each in records if each["exposed"]] == []


def test_who_lacks_the_only_identifier_is_not_told_by_who_lacks_any():
    """Of this population one identifier is missing, for two reasons of few people each."""
    assert ours(777)["exposed"] == 0


def test_something_is_shown_all_the_same(records):
    assert sum(each["shown"] for each in records) / POPULATIONS > 0.2


@pytest.mark.long
def test_the_committed_results_are_of_a_thousand_populations_and_expose_nothing():
    found = json.loads((RESULTS / "disclosure.json").read_text(encoding="utf-8"))
    stopped = [each for each in found if "stopped" in each]
    own = [each for each in found if each.get("rules") == OURS]
    assert len(own) + len(stopped) == 1_000 + len(SHAPES)
    assert len(stopped) <= 5
    assert {each["case"] for each in own} >= set(SHAPES)
    assert sum(each["exposed"] for each in own) == 0
    assert (RESULTS / "disclosure.md").read_text(encoding="utf-8") == page(found)
