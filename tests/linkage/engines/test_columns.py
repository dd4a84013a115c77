"""Records as the engine holds them: codes and term frequencies, against the values themselves."""

from datetime import date

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from linkage.engines.columns import NONE, Columns, Records
from linkage.errors import StorageError


@pytest.fixture
def columns_of(written, room):
    """Return the columns of sources given as lists of records, nothing held yet."""

    def made(sources, types=None):
        paths, _ = written(sources, types=types)
        first = np.cumsum([0, *map(len, sources.values())]).tolist()
        opened = {name: Records(path) for name, path in paths.items()}
        return Columns(opened, dict(zip(sources, first, strict=False)), room)

    return made


def decoded(columns, name):
    values = columns.values(name).to_pylist()
    return [None if code == NONE else values[code] for code in columns.codes(name)]


def test_the_same_text_has_the_same_code_in_every_source(columns_of):
    sources = {"a": [{"x": "A"}, {"x": None}, {"x": ""}], "b": [{"x": ""}, {"x": "É"}, {"x": "A"}]}
    columns = columns_of(sources)
    columns.hold(["x"])
    assert decoded(columns, "x") == ["A", None, "", "", "É", "A"]
    assert len(columns.values("x")) == 3


def test_columns_that_are_compared_with_each_other_share_codes(columns_of):
    rows = [{"x": "A", "y": "B", "z": "A", "w": "A"}, {"x": "B", "y": "A", "z": "C", "w": "B"}]
    columns = columns_of({"a": rows})
    columns.hold("xyzw", (frozenset("xy"), frozenset("yz")))
    for name in "xyzw":
        assert decoded(columns, name) == [row[name] for row in rows]
    assert columns.values("x") is columns.values("z")
    assert columns.values("w") is not columns.values("x")


def test_columns_are_loaded_again_only_where_they_are_compared_with_others(columns_of):
    rows = [{"x": "A", "y": "B", "z": "A"}, {"x": "B", "y": "A", "z": "C"}]
    columns = columns_of({"a": rows})
    columns.hold("xz")
    x, z = columns.codes("x"), columns.codes("z")
    columns.hold("xyz", (frozenset("xy"),))
    assert columns.codes("z") is z
    assert columns.codes("x") is not x
    columns.hold("xy")
    assert columns.values("x") is columns.values("y")
    for name in "xyz":
        assert decoded(columns, name) == [row[name] for row in rows]


@pytest.mark.parametrize(
    ("values", "type_"),
    [
        (["A", "B", "A", None, "A"], pa.string()),
        ([1.0, 2.5, 1.0, None, 1.0], pa.float64()),
        ([0.0, 1.0, -0.0, None, 0.0], pa.float64()),
        ([3, 4, 3, None, 3], pa.int16()),
        ([date(2000, 1, 2), date(1999, 1, 2), date(2000, 1, 2), None, date(2000, 1, 2)], None),
        ([["A", "B"], ["B", "A"], ["A", "B"], None, ["A", "B"]], pa.list_(pa.string())),
        ([["A"], [], ["A"], None, ["A"]], None),
    ],
)
def test_values_of_any_type_are_told_apart_and_their_frequency_is_a_share_of_all(
    columns_of, values, type_
):
    rows = [{"x": value} for value in values]
    columns = columns_of({"a": rows[:2], "b": rows[2:]}, {"x": type_} if type_ else None)
    columns.hold(["x"])
    assert decoded(columns, "x") == values
    common, rare = -np.log2(3 / 4), -np.log2(1 / 4)
    found = columns.worth("x")[columns.codes("x")]
    assert found == pytest.approx([common, rare, common, 0.0, common])


def test_a_column_that_follows_from_another_is_kept_as_a_table_of_its_values(columns_of):
    names = ["ANN", "ANNE", "BO", "BEA", None]
    records = [
        {"name": name, "initial": name and name[0], "letter": name and name[0], "fold": k % 3}
        for k, name in enumerate(names * 8)
    ]
    columns = columns_of({"a": records[:20], "b": records[20:]})
    columns.hold(["initial", "fold", "name", "letter"])
    assert columns.following("initial").column == columns.following("letter").column == "name"
    assert columns.following("name") is columns.following("fold") is None
    for column in records[0]:
        assert decoded(columns, column) == [record[column] for record in records]
    columns.hold(["initial", "name"], [frozenset(("initial", "name"))])
    assert columns.following("letter") is not None
    for column in records[0]:
        assert decoded(columns, column) == [record[column] for record in records]


def test_what_follows_in_all_records_but_the_last_does_not_follow(columns_of):
    records = [{"name": f"N{k % 6}", "initial": "N"} for k in range(60)]
    records[-1]["initial"] = "M"
    columns = columns_of({"a": records})
    columns.hold(["name", "initial"])
    assert columns.following("initial") is None
    assert decoded(columns, "initial") == [record["initial"] for record in records]


def test_values_of_two_types_are_compared_as_what_both_can_be(columns_of):
    rows = [{"x": 1, "y": 1.5, "z": "1"}, {"x": 2, "y": 1.0, "z": "3"}]
    columns = columns_of({"a": rows}, {"x": pa.int16()})
    columns.hold("xy", (frozenset("xy"),))
    assert columns.codes("x")[0] == columns.codes("y")[1]
    columns.hold("xyz", (frozenset("xyz"),))
    assert columns.codes("x")[0] == columns.codes("z")[0]


def test_a_column_that_a_source_lacks_is_missing_there(columns_of):
    columns = columns_of({"a": [{"x": "A", "n": 1}], "b": [{"y": "B"}]})
    columns.hold(["x", "n", "nobody"])
    assert decoded(columns, "x") == ["A", None]
    assert decoded(columns, "n") == [1, None]


def test_a_source_without_values(columns_of):
    columns = columns_of({"a": [{"x": None}], "b": [{"x": None}]}, {"x": pa.string()})
    columns.hold(["x"])
    assert decoded(columns, "x") == [None, None]
    assert columns.worth("x").tolist() == [0.0]


def test_a_column_in_several_row_groups_has_one_dictionary(tmp_path, room):
    values = ["A", None, "B", "A", "C", None, "B"]
    table = pa.table({"record": pa.array(range(7), pa.int32()), "x": values})
    pq.write_table(table, tmp_path / "a.parquet", row_group_size=2)
    records = Records(tmp_path / "a.parquet")
    columns = Columns({"a": records}, {"a": 0}, room)
    columns.hold(["x"])
    assert decoded(columns, "x") == values
    assert columns.values("x").to_pylist() == ["A", "B", "C"]
    every = {v for part in records.parts("x") for v in part.to_pylist() if v}
    assert every == {"A", "B", "C"}
    assert records.n == 7


def test_a_damaged_file_is_said_to_be(tmp_path):
    (tmp_path / "a.parquet").write_bytes(b"PAR1 and nothing else")
    with pytest.raises(StorageError):
        Records(tmp_path / "a.parquet")
