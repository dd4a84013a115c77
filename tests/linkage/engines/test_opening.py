"""Stages of one run share an engine and what it has loaded."""

import pytest

from linkage.config.schema import Engine as Settings
from linkage.engines.opening import close_engine, open_engine, records_of
from linkage.model.source_pairs import source_pairs
from linkage.runs.workspace import Workspace


@pytest.fixture
def workspace(tmp_path, written):
    """A workspace that holds the records of two sources."""
    paths, _ = written({"a": [{"x": "1"}, {"x": "2"}], "b": [{"x": "1"}]})
    with Workspace(tmp_path / "run") as made:
        for name, path in paths.items():
            path.rename(made.table_path(f"records_{name}"))
        yield made


def pairs(kind="link"):
    return source_pairs({"a": 2, "b": 1}, {"a": True, "b": True}, kind)


def test_the_records_of_a_run_are_files(workspace):
    assert {name: path.exists() for name, path in records_of(workspace, pairs()).items()} == {
        "a": True,
        "b": True,
    }


def test_an_engine_is_opened_once_and_anew_for_other_pairs(workspace):
    engine = open_engine(workspace, Settings(), pairs())
    assert open_engine(workspace, Settings(), pairs()) is engine
    other = open_engine(workspace, Settings(), pairs("link_and_deduplicate"))
    assert other is not engine
    assert other.source_pairs == pairs("link_and_deduplicate")


def test_a_closed_engine_is_gone(workspace):
    close_engine(workspace)
    engine = open_engine(workspace, Settings(), pairs())
    close_engine(workspace)
    assert open_engine(workspace, Settings(), pairs()) is not engine
