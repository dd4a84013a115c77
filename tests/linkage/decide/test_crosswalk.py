import numpy as np
import pyarrow as pa

from linkage.decide.crosswalk import Crosswalk
from linkage.model.source_pairs import source_pairs
from linkage.runs.workspace import Workspace

KEYS = [("a", 0, "x"), ("a", 1, "y"), ("c", 2, "x"), ("c", 3, "z")]


def crosswalk(folder, order, sizes=(("a", 2), ("b", 0), ("c", 2))):
    pairs = source_pairs(dict(sizes), {name: True for name, _ in sizes}, "link")
    source, record, ids = zip(*(KEYS[at] for at in order), strict=True)
    table = pa.table({"source": source, "record": pa.array(record, pa.int32()), "record_id": ids})
    with Workspace(folder) as workspace:
        workspace.write("record_keys", table)
        return Crosswalk.read(workspace, pairs)


def test_numbers_lead_to_source_and_identifier_whatever_the_order_of_rows(tmp_path):
    wanted = np.array([3, 0, 2, 2])
    for order in ([0, 1, 2, 3], [3, 1, 0, 2]):
        found = crosswalk(tmp_path, order)
        assert found.source(wanted).to_pylist() == ["c", "a", "c", "c"]
        assert found.record_id(wanted).to_pylist() == ["z", "x", "x", "x"]
        assert found.record_id(wanted).type == pa.string()
