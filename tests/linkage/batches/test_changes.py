"""Records corrected, withdrawn, late and delivered in full."""

import pytest


@pytest.fixture
def begun(series, people):
    """A series whose base has been linked."""
    made = series()
    made.deliver("a", 1, "new", people("a", 0, 250))
    made.deliver("b", 1, "new", people("b", 50, 300))
    made.link()
    return made


def test_a_withdrawn_record_is_gone_and_its_entity_retired_or_kept_by_others(
    begun, people, tmp_path
):
    before, links = begun.entities, begun.links
    linked = {one for one, _ in links}
    alone = next(id for source, id in before if source == "a" and id not in linked)
    partner = dict(links)
    some = sorted(linked)[0]
    begun.deliver("a", 2, "withdrawn", [{"id": alone}, {"id": some}])
    begun.link()
    after = begun.entities
    assert ("a", alone) not in after
    assert ("a", some) not in after
    assert after["b", partner[some]] == before["b", partner[some]]
    retired = [e["entity"] for e in begun.events if e["event"] == "retired"]
    assert retired == [before["a", alone]]
    assert begun.links == begun.rebuilt(tmp_path).links
    assert not begun.links & {pair for pair in links if pair[0] == some}


def test_a_correction_keeps_the_record_and_changes_its_links(begun, people, tmp_path):
    one, other = sorted(begun.links)[5]
    before = begun.entities
    stranger = {"id": one, "first": "Xexe", "last": "Zozozo", "born": "1901-01-01", "post": "00001",
                "sex": "F"}  # fmt: skip
    begun.deliver("a", 2, "corrected", [stranger])
    begun.link()
    after = begun.entities
    assert (one, other) not in begun.links
    assert after["a", one] != after["b", other]
    assert {after["a", one], after["b", other]} > {before["a", one]}
    assert [e["event"] for e in begun.events] == ["split from"]
    assert begun.links == begun.rebuilt(tmp_path).links
    back = next(record for record in people("a", 0, 250) if record["id"] == one)
    begun.deliver("a", 3, "corrected", [back])
    begun.link()
    assert (one, other) in begun.links
    assert [e["event"] for e in begun.events] == ["merged into"]


def test_what_comes_late_changes_nothing_that_was_settled_later(begun, people):
    one, other = sorted(begun.links)[7]
    begun.deliver("a", 5, "withdrawn", [{"id": one}])
    begun.link()
    begun.deliver("a", 4, "corrected", [r for r in people("a", 0, 250) if r["id"] == one])
    begun.link()
    assert ("a", one) not in begun.entities
    begun.deliver("a", 6, "new", [r for r in people("a", 0, 250) if r["id"] == one])
    begun.link()
    assert (one, other) in begun.links


def test_a_full_delivery_ends_what_it_does_not_hold_and_leaves_the_rest_alone(begun, people):
    before = begun.entities
    begun.deliver("b", 2, "full", people("b", 50, 300)[:-20])
    begun.link()
    after = begun.entities
    gone = {key for key in before if key not in after}
    assert gone == {("b", record["id"]) for record in people("b", 50, 300)[-20:]}
    assert begun.done()["decided_anew"] < 300
    begun.deliver("b", 1000, "full", people("b", 50, 300)[:-20])
    begun.link()
    assert begun.done()["decided_anew"] == 0
    assert begun.entities == after


def test_a_record_delivered_unchanged_is_not_decided_anew(begun, people):
    begun.deliver("a", 2, "corrected", people("a", 0, 250)[:50])
    begun.link()
    assert begun.done()["decided_anew"] == 0
    assert begun.events == []


def test_with_nothing_new_nothing_is_done(begun):
    latest = begun.latest
    assert begun.link() is None
    assert begun.latest == latest


def test_a_refreshed_model_is_a_new_version_and_entities_live_on(begun, people):
    before = begun.entities
    begun.deliver("a", 2, "new", people("a", 250, 290))
    begun.link(model="refreshed")
    spine = begun.latest / "restricted" / "spine"
    assert {path.name for path in spine.glob("model-*.json")} == {"model-1.json", "model-2.json"}
    after = begun.entities
    kept = sum(after[key] == before[key] for key in before)
    assert kept > 0.95 * len(before)
    assert moved_without_event(before, after, begun.events) == set()


def moved_without_event(before, after, events):
    merged = {(e["entity"], e["other"]) for e in events if e["event"] == "merged into"}
    split = {(e["other"], e["entity"]) for e in events if e["event"] == "split from"}
    changes = {(before[k], after[k]) for k in before.keys() & after.keys() if before[k] != after[k]}
    return changes - merged - split
