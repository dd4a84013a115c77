import pyarrow as pa

from linkage.decide.ties import count_ties
from linkage.runs.workspace import Workspace
from linkage.tables import LINKS


def records(first, ids, sexes):
    n = len(ids)
    return pa.table(
        {
            "record": pa.array(range(first, first + n), pa.int32()),
            "record_id": ids,
            "fold": pa.array([0] * n, pa.uint8()),
            "group_sex": pa.array(sexes, pa.string()),
        }
    )


def links(*rows):
    filled = [
        {
            **{name: None for name in LINKS.columns},
            "source_l": "a",
            "record_id_l": left,
            "source_r": "b",
            "record_id_r": right,
            "tie": tie,
        }
        for left, right, tie in rows
    ]
    return pa.Table.from_pylist(filled, schema=pa.schema(LINKS.columns.items()))


def test_ties_are_counted_by_group_of_either_side(tmp_path):
    with Workspace(tmp_path) as workspace:
        workspace.write("records_a", records(0, ["1", "2", "3"], ["F", "M", None]))
        workspace.write("records_b", records(3, ["1", "2", "3"], ["F", "F", "F"]))
        workspace.write("links", links(("1", "2", True), ("2", "1", False), ("3", "3", True)))
        count_ties(workspace, ["a", "b"])
        found = workspace.read("tie_counts").to_pylist()
    assert [tuple(row.values()) for row in found] == [
        ("a", "none", "all", 2),
        ("a", "sex", "F", 1),
        ("a", "sex", "missing", 1),
        ("b", "none", "all", 2),
        ("b", "sex", "F", 2),
    ]


def test_no_tie_is_no_row(tmp_path):
    with Workspace(tmp_path) as workspace:
        workspace.write("records_a", records(0, ["1"], ["F"]))
        workspace.write("records_b", records(1, ["1"], ["F"]))
        workspace.write("links", links(("1", "1", False)))
        count_ties(workspace, ["a", "b"])
        assert workspace.read("tie_counts").num_rows == 0
