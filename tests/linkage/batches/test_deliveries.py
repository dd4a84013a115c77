"""Deliveries that cannot be taken are named, and nothing of any is taken."""

import json

import pytest

from linkage.batches.linking import link_batch
from linkage.errors import DataError, Exit


@pytest.fixture
def begun(series, people):
    made = series()
    made.deliver("a", 1, "new", people("a", 0, 150))
    made.deliver("b", 1, "new", people("b", 0, 150))
    return made


def manifest(place, **changes):
    path = place / "manifest.json"
    path.write_text(json.dumps({**json.loads(path.read_text()), **changes}))


def named(place, name):
    """Let the manifest name another file."""
    manifest(place, files=[{"name": name, "sha256": "", "bytes": 0, "rows": 0}])


FAULTS = {
    "no manifest": ("D350", lambda place: (place / "manifest.json").unlink()),
    "a file cut off": ("D351", lambda place: (place / "people.csv").write_text("id\n")),
    "a file gone": ("D351", lambda place: (place / "people.csv").unlink()),
    "a bit flipped": (
        "D352",
        lambda place: (place / "people.csv").write_bytes(
            (place / "people.csv").read_bytes().replace(b"1", b"2", 1)
        ),
    ),
    "no JSON": ("D353", lambda place: (place / "manifest.json").write_text("{")),
    "of another source": ("D353", lambda place: manifest(place, source="b")),
    "an unknown kind": ("D353", lambda place: manifest(place, kind="more")),
    "a number below 1": ("D353", lambda place: manifest(place, number=0)),
    "a way out of the folder": ("D353", lambda place: named(place, "../x")),
    "a name that no file can have": ("D353", lambda place: named(place, "x" * 5_000)),
    "a name that is no text": ("D353", lambda place: named(place, "\ud800")),
    "a file not named": ("D354", lambda place: (place / "more.csv").write_text("")),
    "a number used before": ("D355", lambda place: manifest(place, number=1)),
    "an unknown source": ("D357", lambda place: (place.parent.parent / "c").mkdir()),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_of_one_delivery_stops_the_batch_and_takes_nothing(fault, begun, people):
    begun.link()
    latest, links = begun.latest, begun.links
    begun.deliver("b", 2, "new", people("b", 150, 160))
    place = begun.deliver("a", 2, "new", people("a", 150, 160))
    code, spoil = FAULTS[fault]
    spoil(place)
    with pytest.raises(DataError) as refused:
        begun.link()
    assert code in {each.code for each in refused.value.faults}
    assert refused.value.exit_code == Exit.DATA
    assert begun.latest == latest
    assert begun.links == links


def test_rows_that_a_manifest_does_not_count_are_refused(begun, people):
    place = begun.deliver("a", 2, "new", people("a", 150, 160))
    said = json.loads((place / "manifest.json").read_text())
    said["files"][0]["rows"] = 11
    manifest(place, files=said["files"])
    with pytest.raises(DataError, match="D351"):
        begun.link()
    assert not (begun.home / "latest").exists()


def test_a_record_twice_in_one_delivery_is_refused(begun, people):
    begun.deliver("a", 2, "new", [*people("a", 150, 155), *people("a", 154, 156)])
    with pytest.raises(DataError, match="D320"):
        begun.link()


def test_a_delivery_that_changed_after_it_was_taken_is_refused(begun):
    begun.link()
    manifest(begun.folder / "a" / "0001", kind="full")
    with pytest.raises(DataError, match="D356"):
        begun.link()


def test_changed_settings_are_refused(begun, people):
    begun.link()
    begun.deliver("a", 2, "new", people("a", 150, 160))
    linkage = begun.config.linkage.model_copy(update={"pair_budget": 9_000})
    changed = begun.config.model_copy(update={"linkage": linkage})
    with pytest.raises(Exception, match="R456"):
        link_batch(changed, "", (), (), begun.observer)
    source = begun.config.sources["a"].model_copy(update={"id": "first"})
    sources = {**begun.config.sources, "a": source}
    with pytest.raises(Exception, match="R456"):
        link_batch(begun.config.model_copy(update={"sources": sources}), "", (), (), begun.observer)
