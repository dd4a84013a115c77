"""A disk that is full, or an output that cannot be written: exit 74, and nothing partial."""

import errno
import os

import pytest

from linkage.errors import StorageError
from linkage.runs.publish import publish
from linkage.runs.workspace import Workspace


@pytest.mark.parametrize("call", ["write", "fsync", "replace", "open"])
@pytest.mark.parametrize(
    ("number", "code"),
    [
        (errno.ENOSPC, "R401"),
        (errno.EDQUOT, "R401"),
        (errno.EIO, "R403"),
        (errno.EROFS, "R402"),
        (errno.EACCES, "R402"),
    ],
)
def test_a_refused_call_leaves_the_old_file(tmp_path, monkeypatch, call, number, code):
    path = tmp_path / "table"
    publish(path, b"old")

    def refuse(*arguments, **named):
        raise OSError(number, os.strerror(number))

    if call == "write":
        monkeypatch.setattr(
            "linkage.runs.publish.os.fdopen", lambda *a, **k: Refusing(a[0], refuse)
        )
    else:
        monkeypatch.setattr(f"linkage.runs.publish.os.{call}", refuse)
    with pytest.raises(StorageError) as caught:
        publish(path, b"new")
    monkeypatch.undo()
    assert caught.value.faults[0].code == code
    assert caught.value.exit_code == 74
    assert [p.name for p in tmp_path.iterdir()] == ["table"]
    assert path.read_bytes() == b"old"


class Refusing:
    """A file that cannot be written."""

    def __init__(self, descriptor, refuse):
        self.descriptor, self.write = descriptor, refuse

    def __enter__(self):
        return self

    def __exit__(self, *_):
        os.close(self.descriptor)


def test_a_streamed_table_that_does_not_fit_is_not_there(tmp_path, monkeypatch):
    with Workspace(tmp_path / "run") as workspace:

        def refuse(descriptor):
            raise OSError(errno.ENOSPC, "full")

        monkeypatch.setattr("linkage.runs.publish.os.fsync", refuse)
        with pytest.raises(StorageError, match="R401"):
            workspace.write_query("numbers", "SELECT range AS n FROM range(10)")
        assert list(workspace.restricted.iterdir()) == []


@pytest.mark.parametrize("room", [20, 400, 2_000])
def test_a_process_with_no_room_ends_with_74_and_resumes(small, room, content, left_over):
    starved = small(f"room:{room}")
    assert starved.returncode == 74, starved.stdout + starved.stderr
    assert "R404" in starved.stderr
    assert list(small.home.rglob("*.part")) == []
    assert not (small.home / "latest").exists()
    assert small().returncode == 0
    assert left_over(small.home) == []


def test_an_output_that_is_a_file_ends_with_74(small):
    (small.folder / "runs").write_text("not a folder")
    refused = small()
    assert refused.returncode == 74
    assert "R402" in refused.stderr
    assert (small.folder / "runs").read_text() == "not a folder"
