import os

import pytest

from linkage.config.schema import Source
from linkage.errors import DataError
from linkage.runs.inputs import check_unchanged, hash_inputs


def source(path):
    return Source(path=path, id="id", columns={"surname": "surname"})


@pytest.fixture
def sources(tmp_path):
    for name in "ab":
        (tmp_path / f"{name}.csv").write_text("id,surname\n1,x\n")
    return {name: source(tmp_path / f"{name}.csv") for name in "ab"}


def test_equal_files_have_equal_hashes(sources):
    inputs = hash_inputs(sources)
    assert inputs["a"].sha256 == inputs["b"].sha256
    check_unchanged(inputs)


def test_every_file_that_is_not_there_is_named(tmp_path):
    with pytest.raises(DataError) as caught:
        hash_inputs({"a": source(tmp_path / "a.csv"), "b": source(tmp_path / "b.csv")})
    assert [fault.path for fault in caught.value.faults] == ["sources.a", "sources.b"]
    assert {fault.code for fault in caught.value.faults} == {"D301"}


def test_a_named_pipe_does_not_hang(tmp_path):
    os.mkfifo(tmp_path / "pipe.csv")
    with pytest.raises(DataError, match="D303"):
        hash_inputs({"a": source(tmp_path / "pipe.csv")})


@pytest.mark.parametrize("how", ["written", "replaced", "removed"])
def test_a_file_that_changed_is_named(tmp_path, sources, how):
    inputs = hash_inputs(sources)
    path = tmp_path / "b.csv"
    if how == "written":
        path.write_text("id,surname\n1,longer\n")
    elif how == "replaced":
        (tmp_path / "new.csv").write_text("id,surname\n1,x\n")
        (tmp_path / "new.csv").replace(path)
    else:
        path.unlink()
    with pytest.raises(DataError) as caught:
        check_unchanged(inputs)
    assert [fault.path for fault in caught.value.faults] == ["sources.b"]
