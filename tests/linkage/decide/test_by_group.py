import numpy as np
import pyarrow as pa
import pytest

from linkage.config.linkage_settings import ThresholdByGroup
from linkage.decide.by_group import own_thresholds
from linkage.decide.deciding import Candidates
from linkage.errors import DataError
from linkage.model.source_pairs import source_pairs
from linkage.runs.workspace import Workspace

LEFT, RIGHT = np.array([0, 1, 2, 3]), np.array([5, 4, 6, 6])


@pytest.fixture
def own(tmp_path):
    """Return the thresholds of four candidates; records 4-6, of b, are x, y and of no group."""
    with Workspace(tmp_path / "run") as workspace:
        groups = {"record": pa.array([6, 4, 5], pa.int32()), "group_race": [None, "x", "y"]}
        keys = {"record_id": ["c", "a", "b"], "fold": pa.array([0, 0, 0], pa.uint8())}
        workspace.write("records_b", pa.table(groups | keys))
        (pair,) = source_pairs({"a": 4, "b": 3}, {"a": True, "b": True}, "link")
        candidates = Candidates(LEFT, RIGHT, np.full(4, 0.5), np.full(4, -1))

        def thresholds(**limits):
            said = ThresholdByGroup(characteristic="race", thresholds=limits)
            return own_thresholds(workspace, pair, "b", said, candidates).tolist()

        yield thresholds


def test_each_candidate_has_the_threshold_of_its_focal_record(own):
    assert own(x=0.4, y=0.6, unknown=0.9) == [0.6, 0.4, 0.9, 0.9]
    assert np.isnan(own(y=0.6)).tolist() == [False, True, True, True]


def test_a_group_that_nobody_belongs_to_is_refused_without_its_name(own):
    with pytest.raises(DataError) as caught:
        own(x=0.4, zebra=0.5)
    assert caught.value.faults[0].code == "D349"
    assert "zebra" not in str(caught.value)
