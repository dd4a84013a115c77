import pytest

from linkage.config.schema import Engine
from linkage.errors import StorageError
from linkage.runs.database import QueryError, database_error, querying
from linkage.runs.workspace import Workspace

SORT = "CREATE TABLE wide AS SELECT repeat('x', 200) || range AS pad FROM range($n) ORDER BY 1"


def test_out_of_memory_names_the_setting(tmp_path):
    with Workspace(tmp_path, Engine(memory="20MB", threads=1)) as workspace:
        with pytest.raises(StorageError) as caught, querying(workspace.scratch):
            workspace.connection.execute("SELECT list(range) FROM range(9_000_000)").fetchall()
    assert caught.value.faults[0].code == "R405"
    assert caught.value.faults[0].path == "engine.memory"
    assert caught.value.exit_code == 74


def test_out_of_scratch_space_is_told_apart(tmp_path, monkeypatch):
    monkeypatch.setattr("linkage.runs.connection._scratch_room", lambda scratch: 10 * 2**20)
    with Workspace(tmp_path, Engine(memory="100MB", threads=1)) as workspace:
        with pytest.raises(StorageError) as caught, querying(workspace.scratch):
            workspace.connection.execute(SORT, {"n": 1_000_000})
    assert caught.value.faults[0].code == "R407"


def test_little_room_left_is_out_of_scratch_space(tmp_path, monkeypatch):
    error = RuntimeError("Out of Memory Error: failed to pin block")
    assert database_error(error, tmp_path).faults[0].code == "R405"
    monkeypatch.setattr("linkage.runs.database._room", lambda folder: 1000)
    assert database_error(error, tmp_path).faults[0].code == "R407"


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("IO Error: Could not write file: No space left on device", "R407"),
        ("IO Error: Could not read from file", "R403"),
        ("Conversion Error: Could not convert string 'Smith'", "T002"),
        ("Smith Error with no kind", "T002"),
    ],
)
def test_an_error_is_told_by_its_kind_alone(tmp_path, text, code):
    fault = database_error(OSError(text), tmp_path).faults[0]
    assert fault.code == code
    assert "Smith" not in fault.message


def test_what_the_system_refused_passes_through(tmp_path):
    with pytest.raises(OSError, match="full"), querying(tmp_path):
        raise OSError(28, "full")


def test_a_failed_query_is_our_fault(tmp_path):
    with Workspace(tmp_path) as workspace, pytest.raises(QueryError) as caught:
        with querying(workspace.scratch):
            workspace.connection.execute("SELECT nothing FROM nowhere")
    assert caught.value.exit_code == 70
