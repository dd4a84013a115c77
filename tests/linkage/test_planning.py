import pyarrow.parquet as pq
import pytest

from linkage import planning
from linkage.config.loader import load
from linkage.errors import LockedError, StorageError
from linkage.execution import execute
from linkage.planning import make_plan
from linkage.runs.lock import hold
from linkage.stages import KEPT, STAGES


@pytest.fixture
def loaded(invented):
    return load(invented / "config.yaml")


def test_a_plan_counts_what_a_run_then_makes(loaded, silent):
    plan = make_plan(STAGES, loaded.config, silent)
    assert [(s.name, s.records) for s in plan.sources] == [("a", 500), ("b", 500)]
    assert [name for name, _ in plan.stages][:3] == ["ingest", "standardise", "block"]
    assert plan.pairs == plan.rules[-1].cumulative == sum(rule.new for rule in plan.rules)
    assert all(rule.new <= rule.pairs for rule in plan.rules)
    run = execute(STAGES, loaded.config, loaded.text, KEPT, silent)
    counts = pq.read_table(run / "restricted" / "pattern_counts.parquet").to_pylist()
    blocked = [row for row in counts if row["pairs"] == "blocked" and row["grouping"] == "none"]
    assert plan.pairs == sum(row["n"] for row in blocked)


def test_a_plan_leaves_nothing(loaded, invented, silent):
    make_plan(STAGES, loaded.config, silent)
    assert [path.name for path in (invented / "runs" / "small").iterdir()] == [".lock"]


def test_too_many_pairs_are_not_counted_together(loaded, silent, monkeypatch):
    monkeypatch.setattr(planning, "_COUNTED", 10)
    plan = make_plan(STAGES, loaded.config, silent)
    assert {(rule.new, rule.cumulative) for rule in plan.rules} == {(None, None)}
    assert plan.pairs == sum(rule.pairs for rule in plan.rules)


def test_no_plan_is_made_while_a_run_goes_on(loaded, invented, silent):
    with hold(invented / "runs" / "small"), pytest.raises(LockedError):
        make_plan(STAGES, loaded.config, silent)


def test_no_plan_is_made_in_a_folder_that_leads_away(loaded, invented, silent):
    (invented / "open").mkdir(mode=0o777)
    (invented / "runs" / "small").mkdir(parents=True)
    (invented / "runs" / "small" / ".planning").symlink_to(invented / "open")
    with pytest.raises(StorageError, match="R630"):
        make_plan(STAGES, loaded.config, silent)
    assert list((invented / "open").iterdir()) == []
