import pyarrow as pa
import pytest

from linkage.runs.parts import Parts

TABLE = pa.table(
    {
        "record": pa.array([1, 5, 2], pa.int32()),
        "code": pa.array([7, 1 << 62, 7], pa.int64()),
        "log2_tf": [0.25, -0.0, 1e300],
    }
)
EMPTY = TABLE.slice(0, 0)


def made(table):
    return lambda: table


def never():
    raise AssertionError("a part that was left is made again")


def stopped():
    raise KeyboardInterrupt


def test_a_part_that_was_left_is_not_made_again(tmp_path):
    with Parts(tmp_path / "parts").keeping() as part:
        assert part("a", made(TABLE)) is TABLE
        assert part("b", made(EMPTY)) is EMPTY
    with Parts(tmp_path / "parts").keeping() as part:
        assert part("a", never).equals(TABLE)
        assert part("b", never).equals(EMPTY)


def test_a_part_outlives_what_fails_after_it(tmp_path):
    parts = Parts(tmp_path / "parts")
    with parts.keeping() as part:
        part("a", made(TABLE))
        with pytest.raises(KeyboardInterrupt):
            part("b", stopped)
    with parts.keeping() as part:
        assert part("a", never).equals(TABLE)


def test_a_damaged_part_is_made_again(tmp_path):
    parts = Parts(tmp_path / "parts")
    with parts.keeping() as part:
        part("a", made(TABLE))
    (path,) = (tmp_path / "parts").iterdir()
    content = bytearray(path.read_bytes())
    content[30] ^= 0xFF
    path.write_bytes(content)
    with parts.keeping() as part:
        assert part("a", made(EMPTY)) is EMPTY


def test_parts_are_gone_once_cleared(tmp_path):
    parts = Parts(tmp_path / "parts")
    with parts.keeping() as part:
        part("a", made(TABLE))
    parts.clear()
    assert not (tmp_path / "parts").exists()
