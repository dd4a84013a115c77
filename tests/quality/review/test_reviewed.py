"""A review taken in: every outcome, stratum and cell counted by hand."""

import json
from dataclasses import dataclass
from itertools import product

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from linkage.errors import ConfigError, DataError
from linkage.tables import CANDIDATES
from quality.bias.group_comparisons import group_comparisons
from quality.errors.cell import ASSIGNMENT, BLOCKING, NOWHERE, RIGHT, THRESHOLD
from quality.errors.record_groups import everyone, record_groups
from quality.errors.reviewers import reach, sight
from quality.groupings import Grouping
from quality.review.cases import read_review
from quality.review.cells import cells_of
from quality.review.decisions import open_log
from quality.review.drawn import review_draws
from quality.review.focal import read_focal
from quality.review.rates import reviewed_rates
from quality.review.reviewed import as_errors, cell_of, files_hash, read_review_of
from quality.review.reviewers import take_role
from quality.review.sampling import Asked, sample
from quality.review.units import CANDIDATES as LISTED
from quality.review.unsure import unsure_ends

N = 40
LINKED = 30
"""Focal records 0 .. 29 are linked to 40 .. 69; 30 .. 39 are not, the first 5 with a candidate."""


def search(records, best):
    """Every record's candidates: its own place in the other source, and the one after it."""
    rows = [
        {"record": r, "candidate": N + (r + at) % N, "match_weight": 9.0 - at, "meets_rule": at < 2}
        for r in records
        for at in range(4)
    ]
    kinds = [pa.int32(), pa.int32(), pa.float64(), pa.bool_()]
    names = ("record", "candidate", "match_weight", "meets_rule")
    return pa.Table.from_pylist(rows, schema=pa.schema(list(zip(names, kinds, strict=True))))


@dataclass
class Sampled:
    """A run of 40 focal records, and its review."""

    run: object
    folder: object

    @property
    def config(self):
        settings = self.run.config
        quality = settings.quality.model_copy(update={"review": self.folder})
        return settings.model_copy(update={"quality": quality})

    def decide(self, name, answers, adjudicate=False):
        take_role(self.folder, name, adjudicate)
        with open_log(read_review(self.folder), name, adjudicate) as log:
            log.append(*answers.items())

    def taken(self):
        return read_review_of(self.run.workspace, self.config, self.folder)

    def units(self):
        rows = pq.read_table(self.folder / "units.parquet").to_pylist()
        return {row["record"]: row["unit"] for row in rows}


@pytest.fixture
def made(made_run):
    run = made_run(
        groups={"sex": {"source": "a", "column": "s"}, "age": {"source": "a", "column": "t"}}
    )
    run.source(
        "a",
        [
            {
                "id": f"a{i:02}",
                "surname": "X",
                "group_sex": "FM"[i % 2],
                "group_age": "old" if i % 5 else None,
            }
            for i in range(N)
        ],
    )
    run.source("b", [{"id": f"b{i:02}", "surname": "Y"} for i in range(N)])
    run.decide(links=[("a", f"a{i:02}", "b", f"b{i:02}") for i in range(LINKED)])
    pairs = [(i, N + i, 0.95 if i < 10 else 0.999) for i in range(LINKED)]
    pairs += [(i, N + i, 0.05) for i in range(LINKED, LINKED + 5)]
    rows = [
        {
            "source_l": "a",
            "source_r": "b",
            "record_l": left,
            "record_r": right,
            "p_record": p,
            "match_weight": 3.0,
        }
        for left, right, p in pairs
    ]
    columns = {n: pa.array([row.get(n) for row in rows], k) for n, k in CANDIDATES.columns.items()}
    run.workspace.write("candidates", pa.table(columns))
    links = run.workspace.read("links")
    method = pa.array(["probabilistic"] * LINKED, pa.string())
    run.workspace.write(
        "links", links.set_column(links.schema.get_field_index("method"), "method", method)
    )
    return run


@pytest.fixture
def sampled(made):
    run = Finished(made)
    return Sampled(made, sample(run, Asked(N, ("sex",), 1), search).folder)


class Finished:
    """What sample() asks of a finished run, over a run that is being made."""

    def __init__(self, made):
        self.config, self.restricted = made.config, made.workspace.restricted
        self.connection, self.view = made.workspace.connection, made.workspace.view


def all_right(sampled):
    """Return the answers of a reviewer who finds every link right and no missed partner."""
    return {unit: 1 if record < LINKED else "none" for record, unit in sampled.units().items()}


def test_the_focal_records_with_their_bands_and_risks(made):
    focal = read_focal(made.workspace, made.config, ("sex",))
    assert focal.groups == ("F", "M")
    assert focal.record.tolist() == list(range(N))
    assert focal.partner.tolist() == [N + i for i in range(LINKED)] + [-1] * 10
    assert focal.frame.band.tolist() == [1] * 10 + [2] * 20 + [1] * 5 + [2] * 5
    assert focal.frame.risk == pytest.approx([0.05] * 10 + [0.001] * 20 + [0.05] * 5 + [0.0] * 5)
    assert focal.frame.group.tolist() == [0, 1] * 20


def test_a_whole_review_counts_every_record_of_every_cell(sampled):
    units = sampled.units()
    answers = all_right(sampled) | {
        units[0]: "none",  # a false link of a record without a partner
        units[1]: 2,  # false, the partner is in the blocks
        units[2]: 3,  # false, no rule meets the partner
        units[30]: 1,  # missed, in the blocks
        units[31]: 4,  # missed, no rule meets it
        units[10]: "unsure",
    }
    sampled.decide("anna", answers)
    review = sampled.taken()
    (cell,) = cells_of(review, everyone(N))
    linked, unlinked = (
        cell.found.found[cell.found.linked == kind].sum(axis=0) for kind in (True, False)
    )
    assert linked[[RIGHT, NOWHERE, BLOCKING, THRESHOLD, ASSIGNMENT]].tolist() == [26, 1, 1, 0, 1]
    assert unlinked[[RIGHT, NOWHERE, BLOCKING, THRESHOLD, ASSIGNMENT]].tolist() == [8, 0, 1, 1, 0]
    assert cell.found.records.sum() == N
    assert cell.n_reviewed == N - 1  # one was unsure
    false = [each.found[each.linked, NOWHERE].sum() for each in cell.readings]
    right = [each.found[each.linked, RIGHT].sum() for each in cell.readings]
    assert (false, right) == ([2, 2, 1, 1], [26, 26, 27, 27])


def test_cells_that_the_design_does_not_know_have_their_own_counts(sampled):
    sampled.decide("anna", all_right(sampled))
    review = sampled.taken()
    (groups,) = record_groups(sampled.run.workspace, "a", [Grouping(("age",))])
    assert groups.names == ("old", "unknown")
    old, unknown = (cell_of(review, groups.group == number) for number in (0, 1))
    assert (old.records.sum(), unknown.records.sum()) == (32, 8)
    assert old.reviewed.tolist() == old.records.tolist()  # all were reviewed
    # links of both sexes, then unlinked records of both: a budget of 20 each leaves one band
    assert old.linked.tolist() == [True, True, False, False]
    assert old.records.tolist() == [12, 12, 4, 4]


def test_rates_of_a_whole_review_are_the_truth(sampled):
    units = sampled.units()
    answers = all_right(sampled) | {units[0]: "none", units[31]: 1, units[33]: 4}
    sampled.decide("anna", answers)
    sampled.decide(
        "ben", {u: answers[u] for u in read_review(sampled.folder).units if doubled(sampled, u)}
    )
    errors = (units[0], units[31], units[33])
    sampled.decide("chris", {unit: answers[unit] for unit in errors}, adjudicate=True)
    rows = list(reviewed_rates(sampled.run.workspace, sampled.config))
    of_all = {row.measure: row for row in rows if row.characteristic is None}
    # what one look may have missed is drawn, and moves the figures by less than its limits
    assert of_all["precision"].estimate == pytest.approx(29 / 30, abs=0.02)
    assert of_all["recall"].estimate == pytest.approx(29 / 31, abs=0.02)
    assert of_all["precision"].lower <= 29 / 30 <= of_all["precision"].upper
    assert of_all["recall"].lower <= 29 / 31 <= of_all["recall"].upper
    assert of_all["blocking_loss"].estimate == pytest.approx(1 / 31, abs=0.01)
    assert {row.grade for row in rows} == {"A"}
    assert {row.group for row in rows if row.characteristic == "sex"} == {"F", "M"}
    drawn = review_draws(sampled.run.workspace, sampled.config)
    gaps, _ = group_comparisons(sampled.run.workspace, sampled.config, {"sex": "M"}, rows, drawn)
    (gap,) = [gap.row for gap in gaps if gap.row.measure == "precision_gap"]
    assert (gap.group, gap.reference) == ("F", "M")
    assert gap.lower <= gap.estimate <= gap.upper


def doubled(sampled, unit):
    return read_review(sampled.folder).units[unit].double


def test_units_left_to_review_are_told_and_the_others_stand_for_them(sampled):
    answers = dict(list(all_right(sampled).items())[:25])
    sampled.decide("anna", answers)
    rows = list(reviewed_rates(sampled.run.workspace, sampled.config))
    told = next(r for r in rows if r.measure == "precision" and r.characteristic is None)
    assert told.n_reviewed == 25
    assert any("15 of 40 records drawn were not reviewed yet" in text for text in told.assumptions)


def test_a_cell_of_which_nothing_was_reviewed_has_no_figure(sampled):
    units = sampled.units()
    known = {u: a for u, a in all_right(sampled).items() if u not in {units[0], units[5]}}
    sampled.decide("anna", {u: a for u, a in known.items() if u in {units[1], units[31]}})
    rows = list(reviewed_rates(sampled.run.workspace, sampled.config))
    women = {r.measure: r for r in rows if (r.characteristic, r.group) == ("sex", "F")}
    assert women["precision"].status == women["recall"].status == "not_identified"
    assert women["precision"].estimate is None
    assert women["precision"].grade == "E"


def test_looks_at_errors_that_both_reviewers_had(sampled):
    review = read_review(sampled.folder)
    double = [number for number, unit in review.units.items() if unit.double]
    links = [n for n in double if review.units[n].kind == "link"]
    answers = all_right(sampled) | {links[0]: "none", links[1]: "none"}
    sampled.decide("anna", answers)
    sampled.decide("ben", {n: answers[n] for n in double} | {links[1]: 1})
    assert sampled.taken().n_open == 2
    sampled.decide("chris", {links[0]: "none", links[1]: "none"}, adjudicate=True)
    taken = sampled.taken()
    assert taken.n_open == 0
    assert taken.reviewers.links == sight(3, 4)
    assert taken.reviewers.unlinked == sight(0, 0)
    assert taken.reviewers.search == reach(0, 0)


def test_nothing_is_known_of_one_who_reviews_alone(sampled):
    sampled.decide("anna", all_right(sampled))
    taken = sampled.taken()
    assert taken.reviewers.links is taken.reviewers.unlinked is None
    row = next(reviewed_rates(sampled.run.workspace, sampled.config))
    assert row.interval_covers == "sampling only"
    assert any("one reviewer decided" in text for text in row.assumptions)


def test_unsure_is_read_both_ways(sampled):
    units = sampled.units()
    sampled.decide("anna", all_right(sampled) | {units[3]: "unsure", units[35]: "unsure"})
    review = sampled.taken()
    for links, unlinked in product((True, False), repeat=2):
        (cell,) = cells_of(as_errors(review, links=links, unlinked=unlinked), everyone(N))
        assert [
            cell.found.found[:, NOWHERE].sum(),
            cell.found.found[:, THRESHOLD].sum(),
        ] == [links, unlinked]


def test_a_figure_lies_within_what_unsure_records_can_make_of_it(sampled):
    units = sampled.units()
    answers = all_right(sampled) | {units[3]: "unsure", units[35]: "unsure", units[31]: 1}
    sampled.decide("anna", answers)
    alone = unsure_of(sampled)
    overlooked = 0.003  # a tenth of the one error found, at most
    assert alone["coverage"][1] == pytest.approx((30 / 40, 32 / 40), abs=overlooked)
    sampled.decide("ben", {n: answers[n] for n in units.values() if doubled(sampled, n)})
    sampled.decide("chris", {units[31]: 1}, adjudicate=True)
    for figures in (alone, unsure_of(sampled)):
        for name in ("precision", "recall", "coverage"):
            value, (least, most) = figures[name]
            assert least <= round(value, 3) <= most, name


def unsure_of(sampled):
    """Return each figure of all records that unsure ones can move, with both ends."""
    return {
        row.measure: (row.estimate, unsure_ends(row.assumptions))
        for row in reviewed_rates(sampled.run.workspace, sampled.config)
        if row.characteristic is None and unsure_ends(row.assumptions) is not None
    }


def fault(sampled):
    with pytest.raises(DataError) as raised:
        sampled.taken()
    return raised.value.faults[0].code


def test_a_review_nobody_decided_on_is_refused(sampled):
    assert fault(sampled) == "D372"


def test_a_folder_without_a_review_is_refused(sampled):
    sampled.decide("anna", all_right(sampled))
    (sampled.folder / "design.json").unlink()
    assert fault(sampled) == "D370"


def test_a_review_of_other_links_is_refused(sampled):
    sampled.decide("anna", all_right(sampled))
    links = sampled.run.workspace.read("links")
    sampled.run.workspace.write("links", links.slice(1))
    assert fault(sampled) == "D371"


def test_a_review_by_groups_that_have_changed_is_refused(sampled):
    sampled.decide("anna", all_right(sampled))
    records = sampled.run.workspace.read("records_a")
    at = records.schema.get_field_index("group_sex")
    turned = pa.array(["F"] * N, pa.string())
    sampled.run.workspace.write("records_a", records.set_column(at, "group_sex", turned))
    assert fault(sampled) == "D371"


def test_the_hash_of_a_review_moves_with_every_decision(sampled):
    before = files_hash(sampled.folder)
    assert files_hash(None) is None
    sampled.decide("anna", {1: "none"})
    assert files_hash(sampled.folder) != before


def test_the_order_of_bands_and_groups_in_the_design_does_not_matter(sampled):
    sampled.decide("anna", all_right(sampled))
    review = sampled.taken()
    design = json.loads((sampled.folder / "design.json").read_text())
    by_number = [each["N"] for each in design["strata"]]
    assert sorted(by_number) == sorted(cell_of(review, review.stratum >= 0).records.tolist())
    assert review.linked.tolist() == [True, True, False, False]  # like strata are neighbours


def test_deduplication_has_no_review(made_run):
    run = made_run(linkage={"type": "deduplicate"}).source("a", [{"id": "1", "surname": "X"}])
    with pytest.raises(ConfigError, match="R430"):
        read_focal(run.workspace, run.config, ())


def test_a_characteristic_of_the_other_source_is_refused(made):
    with pytest.raises(ConfigError, match="C208"):
        read_focal(made.workspace, made.config, ("nothing",))


def test_listed_candidates_have_the_columns_that_readers_expect(sampled):
    table = pq.read_table(sampled.folder / "candidates.parquet")
    assert table.schema.equals(LISTED)
