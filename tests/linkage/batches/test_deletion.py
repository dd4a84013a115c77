"""A person deleted on request."""

import csv
import errno

import pytest

from linkage.batches import linking
from linkage.batches.linking import delete
from linkage.errors import StorageError
from linkage.operation.verifying import verify_run
from linkage.runs.finished import runs_of


@pytest.fixture
def begun(series, people):
    made = series()
    made.deliver("a", 1, "new", people("a", 0, 250))
    made.deliver("b", 1, "new", people("b", 50, 300))
    made.link()
    strange = {"id": "STRANGE77", "first": "Quxxi", "last": "Vyzzard", "born": "1931-02-03",
               "post": "ZQXZQ", "sex": "F"}  # fmt: skip
    made.deliver("a", 2, "new", [strange, *people("a", 250, 270)])
    made.deliver("b", 2, "new", [{**strange, "id": "STRANGE78"}])
    made.link()
    return made


def requested(made, tmp_path, *ids):
    path = tmp_path / "ids.csv"
    with path.open("w", newline="") as file:
        csv.writer(file).writerows([("source", "record_id"), *ids])
    folder = delete(made.config, "", path, made.observer, lambda run, ids: None)
    path.unlink()
    return folder


def holding(home, *needles):
    """The files below ``home`` that hold any of the texts, Parquet files read."""
    import pyarrow.parquet as pq

    found = set()
    for path in home.rglob("*"):
        if path.is_file() and not path.is_symlink():
            data = path.read_bytes()
            if path.suffix == ".parquet":
                data += repr(pq.read_table(path).to_pylist()).encode()
            if any(needle.encode() in data for needle in needles):
                found.add(path.name)
    return found


def test_no_trace_is_left_of_a_person_who_was_deleted(begun, tmp_path):
    assert ("STRANGE77", "STRANGE78") in begun.links
    values = ("STRANGE77", "STRANGE78", "Vyzzard", "VYZZARD", "vyzzard", "Quxxi", "QUXXI", "quxxi",
              "ZQXZQ", "zqxzq")  # fmt: skip
    spilled = begun.latest / ".scratch-1" / "spilled"  # a reader of the run was killed
    spilled.parent.mkdir()
    spilled.write_text("Vyzzard")
    assert holding(begun.home, *values) > {"spilled"}
    requested(begun, tmp_path, ("a", "STRANGE77"), ("b", "STRANGE78"))
    assert holding(begun.home, *values) == set()


def test_what_cannot_be_removed_of_an_interrupted_deletion_is_not_gone_on_with(
    begun, tmp_path, monkeypatch
):
    (begun.home / ".building").mkdir(mode=0o700)

    def refuse(*arguments, **named):
        raise OSError(errno.EIO, "refused")

    before = begun.latest
    with monkeypatch.context() as patch:
        patch.setattr(linking.shutil, "rmtree", refuse)
        with pytest.raises(StorageError, match="R403"):
            requested(begun, tmp_path, ("a", "STRANGE77"))
    assert begun.latest == before
    requested(begun, tmp_path, ("a", "STRANGE77"), ("b", "STRANGE78"))
    assert holding(begun.home, "STRANGE77", "STRANGE78") == set()


def test_entities_of_others_never_change_and_links_only_of_those_who_shared(begun, tmp_path):
    links, entities = begun.links, begun.entities
    one, other = sorted(links)[9]
    requested(begun, tmp_path, ("a", one))
    assert begun.entities == {key: e for key, e in entities.items() if key != ("a", one)}
    assert begun.links == links - {(one, other)}
    assert begun.events == []


def test_the_next_batch_decides_those_anew_and_gives_a_full_re_link(begun, people, tmp_path):
    one, _ = sorted(begun.links)[9]
    requested(begun, tmp_path, ("a", one))
    before = begun.entities
    begun.deliver("b", 3, "new", people("b", 300, 320))
    begun.link()
    assert begun.links == begun.rebuilt(tmp_path).links
    told = {(e["entity"], e["other"]) for e in begun.events}
    moved = {(before[k], e) for k, e in begun.entities.items() if k in before and before[k] != e}
    assert all(pair in told or pair[::-1] in told for pair in moved)


def test_a_deletion_of_somebody_unknown_changes_no_run(begun, tmp_path):
    latest = begun.latest
    assert requested(begun, tmp_path, ("a", "nobody")) == latest


def test_runs_that_were_cleared_still_verify_and_changed_deliveries_are_named(begun, tmp_path):
    runs = [*runs_of(begun.home)]
    assert [verify_run(run).faults for run in runs] == [(), ()]
    assert verify_run(runs[-1]).inputs == 8
    newest = requested(begun, tmp_path, ("a", "STRANGE77"))
    assert [verify_run(run).faults for run in runs_of(begun.home)] == [(), (), ()]
    (begun.folder / "a" / "0001" / "manifest.json").write_text("{}")
    assert [fault.code for fault in verify_run(newest).faults] == ["R613"]
    (runs[0] / "model.json").write_text("{}")
    assert [fault.code for fault in verify_run(runs[0]).faults] == ["R610"]
