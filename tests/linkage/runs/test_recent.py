import numpy as np
import pyarrow as pa
import pytest

from linkage.config.schema import Engine
from linkage.runs import workspace as workspaces
from linkage.runs.workspace import Workspace

N = 200_000
CODED = pa.dictionary(pa.int32(), pa.string())
SCHEMA = pa.schema(
    [
        ("record", pa.int32()),
        ("record_id", pa.string()),
        ("few", CODED),
        ("many", CODED),
        ("none", CODED),
        ("day", pa.date32()),
        ("words", pa.list_(pa.string())),
    ]
)


def batch(start, n=N):
    """Records with columns of every kind; the values of ``many`` fill more than a page."""
    random = np.random.default_rng(start)
    many = pa.array([f"a value of its own {number}" for number in random.permutation(n)])
    gaps = random.random(n) < 0.1
    columns = [
        pa.array(np.arange(start, start + n, dtype=np.int32)),
        pa.array([f"r{number:09}" for number in range(start, start + n)]),
        pa.DictionaryArray.from_arrays(
            pa.array(random.integers(0, 3, n, dtype=np.int32), mask=gaps), ["z", "a", "é"]
        ),
        pa.DictionaryArray.from_arrays(
            pa.array(random.integers(0, n, n, dtype=np.int32), mask=gaps), many
        ),
        pa.DictionaryArray.from_arrays(pa.nulls(n, pa.int32()), pa.array([], pa.string())),
        pa.array(random.integers(0, 20_000, n, dtype=np.int32), mask=gaps).cast(pa.date32()),
        pa.array([["one", "two"], None] * (n // 2), pa.list_(pa.string())),
    ]
    return pa.RecordBatch.from_arrays(columns, schema=SCHEMA)


@pytest.fixture
def workspace(tmp_path):
    with Workspace(tmp_path / "run", Engine(memory="8GB", threads=2)) as made:
        yield made


def write(workspace, *batches, name="table"):
    with workspace.handing_on(name, SCHEMA, {"record", "record_id"}) as put:
        for each in batches:
            put(each)


def from_file(workspace, *said):
    held, workspace.recent = workspace.recent, workspaces.Recent(0)
    found = list(workspace.row_groups("table", *said))
    workspace.recent = held
    return found


@pytest.mark.parametrize("columns", [None, ["many", "record_id", "day"]])
@pytest.mark.parametrize("encoded", [(), ("few", "many", "none", "record_id")])
def test_a_table_that_is_held_reads_as_its_file_does_codes_and_all(workspace, columns, encoded):
    write(workspace, batch(0), batch(N))
    assert workspace.recent.table("table") is not None
    held, read = (
        list(workspace.row_groups("table", columns, encoded)),
        from_file(workspace, columns, encoded),
    )
    assert len(held) == len(read) == 2
    for one, other in zip(held, read, strict=True):
        for name in other.schema.names:
            assert one.column(name).type.equals(other.column(name).type), name
            assert one.column(name).equals(other.column(name)), name
            if pa.types.is_dictionary(other.column(name).type):
                assert one.column(name).dictionary.equals(other.column(name).dictionary), name


def test_it_is_held_until_the_next_stage_is_done(workspace):
    write(workspace, batch(0, 10))
    workspace.clear()
    assert workspace.recent.table("table") is not None
    workspace.clear()
    assert workspace.recent.table("table") is None
    assert sum(each.num_rows for each in workspace.row_groups("table")) == 10


def test_what_is_written_again_is_what_is_read(workspace):
    write(workspace, batch(0, 10))
    write(workspace, batch(5, 20))
    assert [each.num_rows for each in workspace.row_groups("table")] == [20]
    workspace.write("table", pa.table({"n": [1]}))
    assert [each.to_pydict() for each in workspace.row_groups("table")] == [{"n": [1]}]
    write(workspace, batch(0, 10))
    workspace.remove("table")
    assert workspace.recent.table("table") is None


def test_no_more_is_held_than_there_is_room_for(workspace):
    small = batch(0, 1_000)
    workspace.recent = recent = workspaces.Recent(int(small.nbytes * 2.5))
    write(workspace, small, batch(1_000, 1_000), batch(2_000, 1_000))
    assert recent.table("table") is None
    assert sum(each.num_rows for each in workspace.row_groups("table")) == 3_000
    write(workspace, small, name="other")  # all of the room is free again
    write(workspace, small, name="another")
    assert recent.table("other") is not None
    assert recent.table("another") is not None
