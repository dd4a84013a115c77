"""The stages from sources to links and entities, end to end on small invented sources."""

from collections import Counter
from itertools import combinations

import pytest

from linkage import pipeline
from linkage.config.schema import Config
from linkage.model import scoring
from linkage.model.scoring import WEIGHT_FLOOR
from linkage.runs.fingerprints import digest
from linkage.runs.inputs import hash_inputs
from linkage.stages import KEPT, STAGES

BLOCKING = [
    ["first_name", "surname"],
    ["date_of_birth"],
    ["surname", "postcode"],
    ["first_name", "postcode"],
]
COMPARISONS = [
    {"column": "first_name", "kind": "jaro_winkler", "term_frequency": True},
    {"column": "surname", "kind": "levenshtein", "term_frequency": True},
    {"column": "date_of_birth", "kind": "date"},
    {"column": "postcode", "term_frequency": True},
    {"column": "sex"},
]
SOURCES = {"a": {"path": "a.csv", "id": "id", "columns": {"postcode": "post"}}}
LISTED = {"blocking": BLOCKING, "comparisons": COMPARISONS}


@pytest.fixture(scope="module")
def two(invented_people):
    return {"a": invented_people("a", 0, 300), "b": invented_people("b", 100, 400)}


@pytest.fixture(scope="module")
def linked(link, two):
    return link(two, LISTED, once="ab")


def person(record_id):
    return int(record_id[1:].partition("-")[0])


def right(links):
    return sum(person(one) == person(other) for one, other in links)


def entity_pairs(run):
    by_entity = {}
    for row in run.rows("entities"):
        by_entity.setdefault(row["entity"], []).append(row["record_id"])
    return {pair for ids in by_entity.values() for pair in combinations(sorted(ids), 2)}


def true_pairs(sources):
    ids = sorted(record["id"] for records in sources.values() for record in records)
    by_person = {}
    for each in ids:
        by_person.setdefault(person(each), []).append(each)
    return {pair for ids in by_person.values() for pair in combinations(ids, 2)}


def f1(found, true):
    return 2 * len(found & true) / (len(found) + len(true))


def test_links_are_right_and_no_record_is_in_two(linked):
    assert right(linked.links) > 0.985 * len(linked.links)
    assert right(linked.links) > 0.97 * 200
    for side in range(2):
        assert max(Counter(pair[side] for pair in linked.links).values()) == 1


def test_the_probabilities_add_up_to_the_matches(linked):
    candidates = linked.rows("candidates")
    matches = sum(person(row["a"]) == person(row["b"]) for row in _named(linked, candidates))
    (expected,) = linked.json("training")["expected_matches"].values()
    assert expected == pytest.approx(matches, rel=0.02)


def _named(run, candidates):
    ids = {row["record"]: row["record_id"] for row in run.rows("record_keys")}
    return [{"a": ids[row["record_l"]], "b": ids[row["record_r"]]} for row in candidates]


def test_what_each_rule_adds_is_counted(linked):
    masks = [row["rules"] for row in linked.rows("record_patterns")]
    told = linked.json("training")["rules"]
    for k, rule in enumerate(told):
        assert rule["pairs"] == sum(mask >> k & 1 for mask in masks)
        before = (1 << k) - 1
        assert rule["new_pairs"] == sum(mask >> k & 1 and not mask & before for mask in masks)
    assert sum(rule["new_pairs"] for rule in told) == len(masks)


def test_linked_records_are_one_entity(linked):
    entity = {row["record_id"]: row["entity"] for row in linked.rows("entities")}
    assert len(entity) == 600
    assert entity_pairs(linked) == linked.links
    for row in linked.rows("links"):
        assert row["entity"] == entity[row["record_id_l"]] == entity[row["record_id_r"]]


def test_what_is_chosen_does_as_well_as_what_is_listed(link, two, linked):
    chosen = link(two, {}, once="ab")
    assert right(chosen.links) >= right(linked.links) - 2
    assert chosen.json("training")["left_out"] == []


def test_a_sample_of_records_trains_about_the_same_model(link, two, linked):
    training = {"record_sample": 100, "u_pairs": 1000}
    sampled = link(two, {**LISTED, "training": training}, once="ab")
    assert f1(sampled.links, linked.links) > 0.98
    whole, part = (len(run.rows("candidates")) for run in (linked, sampled))
    assert part == pytest.approx(whole, rel=0.1)
    # a pattern that no sampled pair shows still has a number and a weight
    counted = {row["pattern"] for row in sampled.rows("counted_patterns")}
    assert {row["pattern"] for row in sampled.rows("patterns")} > counted


def test_many_records_to_one(link, invented_people):
    sources = {"a": invented_people("a", 0, 300), "b": invented_people("b", 150, 350, copies=2)}
    run = link(sources, LISTED, once="a")
    assert run.json("training")["decision"]["assignment"] == "many_to_one"
    assert max(Counter(other for _, other in run.links).values()) == 1
    assert max(Counter(one for one, _ in run.links).values()) >= 2
    assert right(run.links) > 0.96 * 300
    assert right(run.links) > 0.98 * len(run.links)


def test_finding_duplicates(link, invented_people):
    sources = {"a": invented_people("a", 0, 150, copies=2) + invented_people("b", 100, 250)}
    run = link(sources, {"type": "deduplicate", **LISTED})
    assert f1(entity_pairs(run), true_pairs(sources)) > 0.95


def test_a_group_is_judged_by_all_its_pairs(link, invented_people, monkeypatch):
    """Pairs that the stream drops are looked at again inside groups that likely pairs join."""
    monkeypatch.setattr(scoring, "STREAM_FLOOR", 8.0)
    sources = {"a": invented_people("a", 0, 100, copies=4)}
    run = link(sources, {"type": "deduplicate", **LISTED})
    rows = {(row["record_l"], row["record_r"]): row for row in run.rows("candidates")}
    group = {row["record"]: {row["record"]} for row in run.rows("record_keys")}
    for (left, right), row in rows.items():
        if row["p_record"] > 0.5 and group[left] is not group[right]:
            group[left] |= group[right]
            group |= dict.fromkeys(group[left], group[left])
    blocked = {(row["record_l"], row["record_r"]) for row in run.rows("record_patterns")}
    inside = {(left, right) for left, right in blocked if group[left] is group[right]}
    assert inside <= set(rows)
    assert sum(rows[pair]["match_weight"] < 8.0 for pair in inside) > 3


def test_linking_and_finding_duplicates(link, invented_people):
    sources = {"a": invented_people("a", 0, 150, copies=2), "b": invented_people("b", 100, 250)}
    run = link(sources, {"type": "link_and_deduplicate", **LISTED})
    assert f1(entity_pairs(run), true_pairs(sources)) > 0.95
    assert set(run.json("training")["expected_matches"]) == {"a x b", "a x a", "b x b"}


def test_three_sources(link, invented_people):
    sources = {
        "a": invented_people("a", 0, 200),
        "b": invented_people("b", 80, 260),
        "c": invented_people("c", 150, 320, copies=2),
    }
    run = link(sources, LISTED, once="ab")
    across = {pair for pair in true_pairs(sources) if pair[0][0] != pair[1][0]}
    found = {pair for pair in entity_pairs(run) if pair[0][0] != pair[1][0]}
    assert f1(found, across) > 0.95
    ids = {}
    for row in run.rows("entities"):
        ids.setdefault((row["entity"], row["source"]), []).append(row["record_id"])
    assert all(len(held) == 1 for (_, source), held in ids.items() if source in "ab")


def test_a_source_may_lack_a_column(link, two, columns):
    rules = {"blocking": [["first_name", "surname"], ["date_of_birth"], ["surname", "postcode"]]}
    three = {**two, "c": [{**r, "id": f"c{r['id'][1:]}"} for r in two["a"][:50]]}
    undated = {role: column for role, column in columns.items() if role != "date_of_birth"}
    run = link(three, rules, once="abc", roles={"c": undated})
    copies = {(f"a{n}-0", f"c{n}-0") for n in range(50)}
    of_a = {pair for pair in run.links if (pair[0][0], pair[1][0]) == ("a", "c")}
    assert f1(of_a, copies) > 0.95


def test_match_keys_link_outright(link, two, linked):
    keys = [["first_name", "surname", "date_of_birth"], ["surname", "postcode"]]
    run = link(two, {**LISTED, "deterministic": keys}, once="ab")
    methods = Counter(row["method"] for row in run.rows("links"))
    assert set(methods) == {
        "probabilistic",
        "deterministic: first_name + surname + date_of_birth",
        "deterministic: surname + postcode",
    }
    assert methods["deterministic: first_name + surname + date_of_birth"] > 100
    by_key = [row for row in run.rows("links") if row["method"] != "probabilistic"]
    assert {row["p_link"] for row in by_key} == {1.0}
    assert right(run.links) >= right(linked.links) - 2


def test_a_match_key_holds_against_the_model(link, two, columns):
    """The odd pair agrees on the key and on nothing else: its weight alone would drop it."""
    odd = {
        "a": {"first": "Quentin", "last": "Xiong", "born": "1931-01-01", "post": "x", "sex": "F"},
        "b": {"first": "Ursula", "last": "Abbot", "born": "1999-12-31", "post": "y", "sex": "M"},
    }
    sources = {
        name: [{**record, "no": ""} for record in two[name]]
        + [{**two[name][0], **odd[name], "id": f"{name}9", "no": "1"}]
        for name in two
    }
    run = link(
        sources,
        {**LISTED, "deterministic": [["number"]]},
        once="ab",
        roles={name: {**columns, "number": "no"} for name in "ab"},
    )
    (kept,) = (row for row in run.rows("links") if row["record_id_l"] == "a9")
    assert (kept["record_id_r"], kept["method"]) == ("b9", "deterministic: number")
    assert kept["match_weight"] < WEIGHT_FLOOR


@pytest.mark.parametrize(
    ("change", "redone"),
    [
        ({}, []),
        ({"decide": {"threshold": 0.9}}, ["decide"]),
        ({"training": {"seed": 9}}, ["block", "count", "train", "score", "draw", "decide"]),
        ({"blocking": BLOCKING[:3]}, ["block", "count", "train", "score", "draw", "decide"]),
    ],
)
def test_a_change_redoes_what_it_touches_and_no_more(linked, change, redone):
    linkage = type(linked.config.linkage).model_validate({**LISTED, **change})
    config = linked.config.model_copy(update={"linkage": linkage})
    planned = pipeline.plan(STAGES, config, linked.root, hash_inputs(config.sources))
    assert [each.stage.name for each in planned if not each.skipped] == redone


def test_a_look_up_that_changes_is_read_again(tmp_path):
    areas = tmp_path / "areas.csv"
    areas.write_text("post,area\nX1,north\n")
    lookup = {"path": areas, "key": "post", "value": "area"}
    groups = {"area": {"source": "a", "column": "post", "lookup": lookup}}
    (standardised,) = (stage for stage in STAGES if stage.name == "standardise")
    config = Config.model_validate({"name": "x", "sources": SOURCES, "groups": groups})
    before = digest(standardised.settings(config))
    assert digest(standardised.settings(config)) == before
    areas.write_text("post,area\nX1,south\n")
    assert digest(standardised.settings(config)) != before


def test_what_is_kept_is_written():
    assert {*KEPT} <= {name for stage in STAGES for name in stage.writes}
