import stat
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from linkage.config.schema import Engine
from linkage.errors import StorageError
from linkage.runs.database import QueryError
from linkage.runs.workspace import Workspace
from linkage.tables import ContractError

KEYS = "SELECT 'a' AS source, range::INTEGER AS record, 'r' || range AS record_id FROM range($n)"


@pytest.fixture
def workspace(tmp_path):
    with Workspace(tmp_path / "run", Engine(memory="200MB", threads=2)) as made:
        yield made


def mode(path):
    return stat.S_IMODE(path.stat().st_mode)


def test_folders_and_files_are_for_their_owner_only(workspace):
    workspace.write("numbers", pa.table({"n": [1]}))
    for folder in (workspace.root, workspace.restricted, workspace.release, workspace.scratch):
        assert mode(folder) == 0o700
    assert mode(workspace.restricted / "numbers.parquet") == 0o600


def test_what_is_written_is_read_and_viewed(workspace):
    workspace.write("numbers", pa.table({"n": [1, 2]}))
    assert workspace.read("numbers").to_pydict() == {"n": [1, 2]}
    total = f"SELECT sum(n) FROM {workspace.view('numbers')}"
    assert workspace.connection.execute(total).fetchall() == [(3,)]


def test_a_view_follows_a_table_that_is_written_again(workspace):
    workspace.write("numbers", pa.table({"n": [1]}))
    workspace.view("numbers")
    workspace.write("numbers", pa.table({"other": ["a", "b"]}))
    rows = workspace.connection.execute(f"FROM {workspace.view('numbers')}").fetchall()
    assert rows == [("a",), ("b",)]


def test_a_query_streams_into_a_table_with_page_checksums(workspace):
    workspace.write_query("record_keys", KEYS, {"n": 300_000})
    assert workspace.read("record_keys").num_rows == 300_000
    file = pq.ParquetFile(workspace.restricted / "record_keys.parquet")
    assert file.metadata.num_row_groups == 3
    assert file.metadata.row_group(0).column(0).compression == "ZSTD"


def test_equal_content_gives_equal_bytes(workspace):
    path = workspace.restricted / "record_keys.parquet"
    workspace.write_query("record_keys", KEYS, {"n": 1000})
    first = path.read_bytes()
    workspace.write_query("record_keys", KEYS, {"n": 1000})
    assert path.read_bytes() == first


@pytest.mark.parametrize(
    ("sql", "said"),
    [
        (KEYS + " UNION ALL " + KEYS, "record is not unique"),
        (KEYS.replace("::INTEGER", ""), "column record is int64, not int32"),
        ("SELECT 1::INTEGER AS record", "column source is missing"),
    ],
)
def test_a_table_that_breaks_its_contract_is_not_published(workspace, sql, said):
    with pytest.raises(ContractError, match=said):
        workspace.write_query("record_keys", sql, {"n": 3} if "$n" in sql else None)
    assert list(workspace.restricted.iterdir()) == []


def test_a_table_in_memory_is_checked_too(workspace):
    with pytest.raises(ContractError, match="record is missing"):
        workspace.write("record_keys", pa.table({"source": ["a"], "record_id": ["1"]}))
    assert not workspace.exists("record_keys")


def test_an_error_in_the_middle_of_a_stream_shows_no_value(workspace):
    sql = "SELECT (CASE range WHEN 299999 THEN 'Smith' ELSE '1' END)::INTEGER AS n FROM range($n)"
    with pytest.raises(QueryError) as caught:
        workspace.write_query("numbers", sql, {"n": 300_000})
    assert "Smith" not in str(caught.value)
    assert "Conversion" in str(caught.value)
    assert caught.value.__suppress_context__
    assert list(workspace.restricted.iterdir()) == []


def test_a_table_that_is_not_there_is_named(workspace):
    with pytest.raises(StorageError, match="R406 the table links"):
        workspace.view("links")


def test_a_damaged_page_is_noticed_when_it_is_read(workspace):
    workspace.write_query("record_keys", KEYS, {"n": 5000})
    path = workspace.restricted / "record_keys.parquet"
    data = bytearray(path.read_bytes())
    data[len(data) // 3] ^= 1
    path.write_bytes(data)
    with pytest.raises(StorageError, match="R408"):
        workspace.read("record_keys")


def test_json_goes_in_and_out(workspace):
    workspace.write_json("summary", {"b": [1, None], "a": "é"})
    assert workspace.read_json("summary") == {"a": "é", "b": [1, None]}
    with pytest.raises(ValueError, match="Out of range"):
        workspace.write_json("summary", {"a": float("nan")})


def test_a_damaged_json_is_a_fault_of_storage(workspace):
    workspace.publish(Path("restricted/summary.json"), b"{")
    with pytest.raises(StorageError, match="R408"):
        workspace.read_json("summary")


@pytest.mark.parametrize("path", [Path("../outside"), Path("/outside"), Path("a/../../outside")])
def test_nothing_is_published_outside_the_run_folder(workspace, path):
    with pytest.raises(ValueError, match="below its run folder"):
        workspace.publish(path, b"")


def test_the_database_reads_what_it_was_given_and_nothing_else(tmp_path):
    given, other = tmp_path / "it's given.parquet", tmp_path / "other.parquet"
    for path in (given, other):
        pq.write_table(pa.table({"n": [1]}), path)
    with Workspace(tmp_path / "run", readable=[given]) as workspace:
        read = "SELECT n FROM read_parquet($path)"
        rows = workspace.connection.execute(read, {"path": str(given)}).fetchall()
        assert rows == [(1,)]
        for sql in (
            f"SELECT n FROM read_parquet('{other}')",
            f"COPY (SELECT 1) TO '{other}'",
            "SET threads = 1",
            "INSTALL httpfs",
        ):
            with pytest.raises(duckdb.Error):
                workspace.connection.execute(sql)


def test_limits_come_from_the_configuration(tmp_path):
    with Workspace(tmp_path, Engine(memory="300MB", threads=1)) as workspace:
        settings = "current_setting('threads'), current_setting('memory_limit')"
        (row,) = workspace.connection.execute(f"SELECT {settings}").fetchall()
        assert row == (1, "286.1 MiB")


def test_scratch_files_are_private_and_gone_when_it_closes(tmp_path):
    engine = Engine(memory="100MB", threads=1, temp=tmp_path / "scratch")
    with Workspace(tmp_path / "run", engine) as workspace:
        workspace.connection.execute(
            "CREATE TABLE wide AS SELECT range AS n, repeat('x', 500) || range AS pad "
            "FROM range(400_000)"
        )
        assert any(workspace.scratch.iterdir())
        assert workspace.scratch.parent == tmp_path / "scratch"
        assert mode(workspace.scratch) == 0o700
    assert list((tmp_path / "scratch").iterdir()) == []


def test_scratch_that_a_killed_run_left_is_swept(tmp_path):
    engine = Engine(temp=tmp_path / "scratch")
    killed = Workspace(tmp_path / "run", engine)
    (killed.scratch / "duckdb_temp").touch()
    with Workspace(tmp_path / "run", engine) as workspace:
        assert list(workspace.scratch.iterdir()) == []


def test_clear_leaves_nothing_in_the_database(workspace):
    workspace.write("numbers", pa.table({"n": [1]}))
    workspace.view("numbers")
    workspace.connection.register("frame", pa.table({"n": [1]}))
    workspace.connection.execute('CREATE TABLE "a ""b" (n INTEGER)')
    workspace.connection.execute("CREATE TEMP TABLE passing (n INTEGER)")
    workspace.clear()
    left = "SELECT table_name FROM duckdb_tables() UNION ALL " + (
        "SELECT view_name FROM duckdb_views() WHERE NOT internal"
    )
    assert workspace.connection.execute(left).fetchall() == []
    assert workspace.connection.execute(f"FROM {workspace.view('numbers')}").fetchall() == [(1,)]


def test_progress_is_forwarded(tmp_path):
    heard = []
    with Workspace(tmp_path, progress=lambda *told: heard.append(told)) as workspace:
        workspace.progress(1, None, "rows")
    assert heard == [(1, None, "rows")]
