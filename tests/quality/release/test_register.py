"""The register of releases: what it gives, and that no change to it goes unseen."""

import json
import os

import pytest

from linkage.errors import DataError, Exit
from quality.release.register import earlier


def test_no_register_is_an_empty_one(register):
    assert earlier(register.folder) == ()


def test_the_oldest_comes_first_whatever_it_is_called(register):
    late = register.add("a", approved="2026-03-01T00:00:00+00:00", census="1" * 64)
    early = register.add("b", approved="2026-02-01T00:00:00+00:00")
    (register.folder / ".b-half.part").mkdir()  # an approval that was killed
    (register.folder / "README").write_text("what this folder is")
    first, second = earlier(register.folder)
    assert (first.folder, second.folder) == (early, late)
    assert (second.config, second.approved) == ("a", "2026-03-01T00:00:00+00:00")
    assert second.sources == {"census": "1" * 64}


def edit(path, **changes):
    path.write_text(json.dumps(json.loads(path.read_text()) | changes))


def changed(entry):
    (entry / "tables" / "rates.csv").write_text("measure,n_records\nlink_rate,125\n")


def missing(entry):
    (entry / "tables" / "rates.csv").unlink()


def added(entry):
    (entry / "tables" / "more.csv").write_text("measure\n")


def linked(entry):
    (entry / "tables" / "rates.csv").unlink()
    (entry / "tables" / "rates.csv").symlink_to("/etc/hostname")


def listed_anew(entry):
    edit(entry / "release-manifest.json", files=[])


def no_manifest(entry):
    (entry / "release-manifest.json").unlink()


def no_approval(entry):
    (entry / "approval.json").unlink()


def torn(entry):
    (entry / "approval.json").write_text('{"config": ')


def renamed(entry):
    entry.rename(entry.with_name("other"))


def by_the_runner(entry):
    edit(entry / "approval.json", uid=1234)
    os.chown(entry / "approval.json", 1234, -1)


def in_anothers_name(entry):
    os.chown(entry / "approval.json", 1234, -1)


@pytest.mark.parametrize(
    "tamper",
    [
        changed,
        missing,
        added,
        linked,
        listed_anew,
        no_manifest,
        no_approval,
        torn,
        renamed,
        by_the_runner,
        in_anothers_name,
    ],
)
def test_no_change_goes_unseen(register, tamper):
    register.add("whole")
    tamper(register.add("small"))
    with pytest.raises(DataError) as caught:
        earlier(register.folder)
    assert [fault.code for fault in caught.value.faults] == ["R461"]
    assert caught.value.exit_code is Exit.DATA


def test_a_release_that_was_taken_away_is_missed(register):
    gone = register.add("first")
    edit(register.add("second") / "approval.json", after=[gone.name])
    assert len(earlier(register.folder)) == 2
    gone.rename(register.folder.with_name("first"))
    with pytest.raises(DataError, match="is no longer there"):
        earlier(register.folder)


def test_every_damaged_entry_is_named_at_once(register):
    for config in ("a", "b"):
        changed(register.add(config))
    register.add("c")
    with pytest.raises(DataError) as caught:
        earlier(register.folder)
    assert {fault.file.name[0] for fault in caught.value.faults} == {"a", "b"}
